import { Dashboard } from "@/components/dashboard/dashboard";
import { Prefetched } from "./prefetch";
import { documentsRead, overviewRead } from "./reads";

// The root layout's template doesn't reach the page beside it.
export const metadata = { title: { absolute: "Dashboard · Portage" } };

export default function DashboardPage() {
  return (
    <Prefetched reads={[overviewRead, documentsRead]}>
      <Dashboard />
    </Prefetched>
  );
}
