import type { SearchParams } from "nuqs/server";
import type { Browse } from "@/components/data/queries";
import { Mirror } from "@/components/mirror/mirror";
import { askedRoute, listedRoute } from "../page-route";
import { Prefetched } from "../prefetch";
import { browseRead, overviewRead, plansRead } from "../reads";

export const metadata = { title: "Mirroring" };

const all: Browse = { search: "", only: "all", sort: "difference", direction: "descending" };

export default async function MirrorPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const route = await askedRoute(searchParams);
  const plans = plansRead({ kind: "mirror", state: null, namespace: null, route: await listedRoute(searchParams) });
  return (
    <Prefetched reads={[overviewRead(route), browseRead(route, all), plans]}>
      <Mirror />
    </Prefetched>
  );
}
