import { Dashboard } from "@/components/dashboard/dashboard";
import { overviewQuery } from "@/components/data/queries";
import { showOverview } from "@/lib/actions/show-overview";
import { Prefetched } from "./prefetch";

export const metadata = { title: "Dashboard" };

export default function DashboardPage() {
  return (
    <Prefetched reads={[{ queryKey: overviewQuery().queryKey, read: (ctx) => showOverview(ctx, {}) }]}>
      <Dashboard />
    </Prefetched>
  );
}
