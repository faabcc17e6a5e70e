import { Dashboard } from "@/components/dashboard/dashboard";
import { Prefetched } from "./prefetch";
import { documentsRead, overviewRead } from "./reads";

export const metadata = { title: "Dashboard" };

export default function DashboardPage() {
  return (
    <Prefetched reads={[overviewRead, documentsRead]}>
      <Dashboard />
    </Prefetched>
  );
}
