import type { SearchParams } from "nuqs/server";
import { Dashboard } from "@/components/dashboard/dashboard";
import { askedRoute } from "./page-route";
import { Prefetched } from "./prefetch";
import { documentsRead, overviewRead } from "./reads";

// The root layout's template doesn't reach the page beside it.
export const metadata = { title: { absolute: "Dashboard · Portage" } };

export default async function DashboardPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  return (
    <Prefetched reads={[overviewRead(await askedRoute(searchParams)), documentsRead]}>
      <Dashboard />
    </Prefetched>
  );
}
