import type { SearchParams } from "nuqs/server";
import { Fill } from "@/components/fill/fill";
import { askedRoute } from "../page-route";
import { Prefetched } from "../prefetch";
import { configurationRead, overviewRead, routesRead } from "../reads";

export const metadata = { title: "Fill" };

export default async function FillPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const route = await askedRoute(searchParams);
  return (
    <Prefetched reads={[overviewRead(route), configurationRead, routesRead]}>
      <Fill />
    </Prefetched>
  );
}
