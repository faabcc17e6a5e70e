import type { SearchParams } from "nuqs/server";
import type { FleetBrowse } from "@/components/data/fleet-queries";
import { Fleet } from "@/components/fleet/fleet";
import { askedRoute } from "../page-route";
import { Prefetched } from "../prefetch";
import { distanceRead, fleetRead } from "../reads";

export const metadata = { title: "Sync status" };

const all: FleetBrowse = { search: "", state: null, sort: "state", direction: "ascending" };

export default async function FleetPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const route = await askedRoute(searchParams);
  return (
    <Prefetched reads={[fleetRead(route, all), distanceRead(route)]}>
      <Fleet />
    </Prefetched>
  );
}
