import { overviewQuery } from "@/components/data/queries";
import { Reembed } from "@/components/reembed/reembed";
import { showOverview } from "@/lib/actions/show-overview";
import { Prefetched } from "../prefetch";

export const metadata = { title: "Re-embedding" };

export default function ReembedPage() {
  return (
    <Prefetched reads={[{ queryKey: overviewQuery().queryKey, read: (ctx) => showOverview(ctx, {}) }]}>
      <Reembed />
    </Prefetched>
  );
}
