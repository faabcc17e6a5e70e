import { queryOptions } from "@tanstack/react-query";
import { fetchShape, withSearch } from "./fetch-shape";

/** Documents with and without a level; asks the server each time, so not more often than every half minute by itself. */
export function documentsQuery() {
  return queryOptions({
    queryKey: ["documents"],
    queryFn: ({ signal }) => fetchShape("/documents", (answers) => answers.documentsOverviewSchema, signal),
    staleTime: 30_000,
    refetchInterval: (query) => (query.state.data ? 60_000 : false),
  });
}

export type BrowseDocuments = {
  search: string;
  only: "all" | "missing" | "complete";
  sort: "name" | "documents" | "with" | "missing";
  direction: "ascending" | "descending";
  /** Counts that are older are read anew. */
  since: string | null;
};

/** One window of the namespaces of all documents. */
export function documentNamespacesQuery(browse: BrowseDocuments, offset: number, limit: number) {
  return queryOptions({
    queryKey: ["document-namespaces", browse, offset, limit],
    queryFn: ({ signal }) =>
      fetchShape(
        withSearch("/documents/namespaces", { ...browse, offset, limit }),
        (answers) => answers.documentNamespacesSchema,
        signal,
      ),
    staleTime: 30_000,
  });
}
