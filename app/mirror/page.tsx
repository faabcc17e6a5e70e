import { plansQuery } from "@/components/data/mirror-queries";
import { overviewQuery } from "@/components/data/queries";
import { Mirror } from "@/components/mirror/mirror";
import { listPlans } from "@/lib/actions/list-plans";
import { showOverview } from "@/lib/actions/show-overview";
import { Prefetched } from "../prefetch";

export const metadata = { title: "Mirroring" };

export default function MirrorPage() {
  return (
    <Prefetched
      reads={[
        { queryKey: overviewQuery().queryKey, read: (ctx) => showOverview(ctx, {}) },
        { queryKey: plansQuery().queryKey, read: (ctx) => listPlans(ctx, { limit: 50 }) },
      ]}
    >
      <Mirror />
    </Prefetched>
  );
}
