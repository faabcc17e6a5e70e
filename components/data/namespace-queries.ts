import { queryOptions } from "@tanstack/react-query";
import type { Answers } from "./answers";
import { fetchAnswer, withSearch } from "./fetch-answer";
import { onRoute, type PageRoute } from "./route-address";

/** The last runs over one namespace, of a route by its name. */
export function namespaceRunsQuery(route: string, name: string) {
  return queryOptions({
    queryKey: onRoute(route, "runs", "of", name),
    queryFn: ({ signal }) =>
      fetchAnswer<Answers["runsPage"]>(withSearch("/runs", { namespace: [name], limit: 10, route }), signal),
    refetchInterval: 5000,
  });
}

/** One record of a namespace as both indexes have it now. */
export function recordQuery(route: PageRoute, name: string, record: string) {
  return queryOptions({
    queryKey: onRoute(route, "record", name, record),
    queryFn: ({ signal }) =>
      fetchAnswer<Answers["record"]>(withSearch("/namespaces/record", { name: [name], record, route }), signal),
  });
}
