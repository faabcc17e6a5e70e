import type { SearchParams } from "nuqs/server";
import { Runs } from "@/components/runs/runs";
import { listedRoute } from "../page-route";
import { Prefetched } from "../prefetch";
import { runsRead } from "../reads";

export const metadata = { title: "Runs" };

export default async function RunsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  return (
    <Prefetched reads={[runsRead({ state: [], kind: null, search: "", route: await listedRoute(searchParams) })]}>
      <Runs />
    </Prefetched>
  );
}
