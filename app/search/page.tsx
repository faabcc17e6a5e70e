import { SearchPage } from "@/components/search/search-page";
import { Prefetched } from "../prefetch";
import { connectionsRead } from "../reads";

export const metadata = { title: "Search" };

export default function Search() {
  return (
    <Prefetched reads={[connectionsRead]}>
      <SearchPage />
    </Prefetched>
  );
}
