import { overviewQuery } from "@/components/data/queries";
import { Mirror } from "@/components/mirror/mirror";
import { showOverview } from "@/lib/actions/show-overview";
import { Prefetched } from "../prefetch";

export const metadata = { title: "Mirroring" };

export default function MirrorPage() {
  return (
    <Prefetched reads={[{ queryKey: overviewQuery().queryKey, read: (ctx) => showOverview(ctx, {}) }]}>
      <Mirror />
    </Prefetched>
  );
}
