import { createLoader, type SearchParams } from "nuqs/server";
import { browseParsers } from "@/components/namespaces/browse-url";
import { Namespaces } from "@/components/namespaces/namespaces";
import { askedRoute } from "../page-route";
import { Prefetched } from "../prefetch";
import { browseRead } from "../reads";

export const metadata = { title: "Namespaces" };

const loadBrowse = createLoader(browseParsers);

export default async function NamespacesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const asked = await loadBrowse(searchParams);
  return (
    <Prefetched reads={[browseRead(await askedRoute(searchParams), { ...asked, search: asked.search.trim() })]}>
      <Namespaces />
    </Prefetched>
  );
}
