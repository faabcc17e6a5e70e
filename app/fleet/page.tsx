import { Fleet } from "@/components/fleet/fleet";
import { Prefetched } from "../prefetch";
import { distanceRead, fleetRead } from "../reads";

export const metadata = { title: "Sync status" };

const all = fleetRead({ search: "", state: null, sort: "state", direction: "ascending" });

export default function FleetPage() {
  return (
    <Prefetched reads={[all, distanceRead]}>
      <Fleet />
    </Prefetched>
  );
}
