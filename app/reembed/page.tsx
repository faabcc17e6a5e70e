import type { SearchParams } from "nuqs/server";
import type { Browse } from "@/components/data/queries";
import { Reembed } from "@/components/reembed/reembed";
import { askedRoute } from "../page-route";
import { Prefetched } from "../prefetch";
import { browseRead, configurationRead, overviewRead } from "../reads";

export const metadata = { title: "Re-embedding" };

const left: Browse = { search: "", only: "left", sort: "difference", direction: "descending" };

export default async function ReembedPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const route = await askedRoute(searchParams);
  return (
    <Prefetched reads={[overviewRead(route), configurationRead, browseRead(route, left)]}>
      <Reembed />
    </Prefetched>
  );
}
