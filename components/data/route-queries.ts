import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Answers } from "./answers";
import { askAnswer, fetchAnswer, withSearch } from "./fetch-answer";
import { onRoute } from "./route-address";

/** Kinds of stores and embedders; they change with the program only. */
export function kindsQuery() {
  return queryOptions({
    queryKey: ["kinds"],
    queryFn: ({ signal }) => fetchAnswer<Answers["kinds"]>("/kinds", signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function connectionsQuery() {
  return queryOptions({
    queryKey: ["connections"],
    queryFn: ({ signal }) => fetchAnswer<Answers["connections"]>("/connections", signal),
  });
}

/** Asks the service; only on request. */
export function connectionTestQuery(name: string) {
  return queryOptions({
    queryKey: ["connection-test", name],
    queryFn: ({ signal }) =>
      askAnswer<Answers["connectionTest"]>(`/connections/${encodeURIComponent(name)}/test`, {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
}

/** What a store holds vectors in, to choose from. */
export function collectionsQuery(name: string) {
  return queryOptions({
    queryKey: ["collections", name],
    queryFn: ({ signal }) =>
      fetchAnswer<Answers["collections"]>(`/connections/${encodeURIComponent(name)}/collections`, signal),
    staleTime: 60_000,
    retry: false,
  });
}

export function routesQuery() {
  return queryOptions({
    queryKey: ["routes"],
    queryFn: ({ signal }) => fetchAnswer<Answers["routes"]>("/routes", signal),
    staleTime: 30_000,
  });
}

/** How far the rows of a route's table have vectors. */
export function coverageQuery(name: string) {
  return queryOptions({
    queryKey: onRoute(name, "coverage"),
    queryFn: ({ signal }) => fetchAnswer<Answers["coverage"]>(`/routes/${encodeURIComponent(name)}/coverage`, signal),
    retry: false,
  });
}

/** What routes of several collections would be; nothing is saved. Each end is looked at. */
export function severalQuery(input: object) {
  return queryOptions({
    queryKey: ["several-routes", input],
    queryFn: ({ signal }) => askAnswer<Answers["severalRoutes"]>("/routes/several", { ...input, dryRun: true }, signal),
    staleTime: 30_000,
    refetchOnWindowFocus: false,
    retry: false,
    placeholderData: keepPreviousData,
  });
}

/** Reads every record of a folder, or the first ones of a connection; only on request. */
export function inspectionQuery(place: { path: string } | { connection: string }, embedder: string | null) {
  return queryOptions({
    queryKey: ["inspection", place, embedder],
    queryFn: ({ signal }) => fetchAnswer<Answers["inspection"]>(withSearch("/inspect", { ...place, embedder }), signal),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    retry: false,
  });
}
