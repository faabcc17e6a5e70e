import { queryOptions } from "@tanstack/react-query";
import type { Answers } from "./answers";
import { fetchAnswer, withSearch } from "./fetch-answer";

/** Documents with and without a level; asks the server each time, so not more often than every half minute by itself. */
export function documentsQuery() {
  return queryOptions({
    queryKey: ["documents"],
    queryFn: ({ signal }) => fetchAnswer<Answers["documentsOverview"]>("/documents", signal),
    staleTime: 30_000,
    refetchInterval: (query) => (query.state.data ? 60_000 : false),
  });
}

export type BrowseDocuments = {
  search: string;
  only: "all" | "missing" | "complete";
  sort: "name" | "documents" | "with" | "missing";
  direction: "ascending" | "descending";
  /** Counts that are older are read again. */
  since: string | null;
};

/** One window of the namespaces of all documents. */
export function documentNamespacesQuery(browse: BrowseDocuments, offset: number, limit: number) {
  return queryOptions({
    queryKey: ["document-namespaces", browse, offset, limit],
    queryFn: ({ signal }) =>
      fetchAnswer<Answers["documentNamespaces"]>(
        withSearch("/documents/namespaces", { ...browse, offset, limit }),
        signal,
      ),
    staleTime: 30_000,
  });
}
