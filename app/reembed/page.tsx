import { Reembed } from "@/components/reembed/reembed";
import { Prefetched } from "../prefetch";
import { browseRead, configurationRead, overviewRead } from "../reads";

export const metadata = { title: "Re-embedding" };

const left = browseRead({ search: "", only: "left", sort: "difference", direction: "descending" });

export default function ReembedPage() {
  return (
    <Prefetched reads={[overviewRead, configurationRead, left]}>
      <Reembed />
    </Prefetched>
  );
}
