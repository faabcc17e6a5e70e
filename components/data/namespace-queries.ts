import { queryOptions } from "@tanstack/react-query";
import { fetchShape, withSearch } from "./fetch-shape";

/** The last runs over one namespace. */
export function namespaceRunsQuery(name: string) {
  return queryOptions({
    queryKey: ["runs", "of", name],
    queryFn: ({ signal }) =>
      fetchShape(withSearch("/runs", { namespace: [name], limit: 10 }), (answers) => answers.runsPageSchema, signal),
    refetchInterval: 5000,
  });
}
