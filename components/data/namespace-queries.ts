import { queryOptions } from "@tanstack/react-query";
import type { Answers } from "./answers";
import { fetchAnswer, withSearch } from "./fetch-answer";

/** The last runs over one namespace. */
export function namespaceRunsQuery(name: string) {
  return queryOptions({
    queryKey: ["runs", "of", name],
    queryFn: ({ signal }) =>
      fetchAnswer<Answers["runsPage"]>(withSearch("/runs", { namespace: [name], limit: 10 }), signal),
    refetchInterval: 5000,
  });
}

/** One record of a namespace as both indexes have it now. */
export function recordQuery(name: string, record: string) {
  return queryOptions({
    queryKey: ["record", name, record],
    queryFn: ({ signal }) =>
      fetchAnswer<Answers["record"]>(withSearch("/namespaces/record", { name: [name], record }), signal),
  });
}
