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
