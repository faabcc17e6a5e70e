import type { SearchParams } from "nuqs/server";
import type { Browse } from "@/components/data/queries";
import { Migrate } from "@/components/migrate/migrate";
import { askedRoute } from "../page-route";
import { Prefetched } from "../prefetch";
import { browseRead, configurationRead, overviewRead } from "../reads";

export const metadata = { title: "Migrate" };

const left: Browse = { search: "", only: "left", sort: "difference", direction: "descending" };

export default async function MigratePage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const route = await askedRoute(searchParams);
  return (
    <Prefetched reads={[overviewRead(route), configurationRead, browseRead(route, left)]}>
      <Migrate />
    </Prefetched>
  );
}
