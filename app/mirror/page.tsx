import { Mirror } from "@/components/mirror/mirror";
import { Prefetched } from "../prefetch";
import { browseRead, overviewRead, plansRead } from "../reads";

export const metadata = { title: "Mirroring" };

const all = browseRead({ search: "", only: "all", sort: "difference", direction: "descending" });
const plans = plansRead({ kind: "mirror", state: null, namespace: null });

export default function MirrorPage() {
  return (
    <Prefetched reads={[overviewRead, all, plans]}>
      <Mirror />
    </Prefetched>
  );
}
