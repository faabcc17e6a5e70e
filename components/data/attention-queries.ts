import { queryOptions } from "@tanstack/react-query";
import type { AttentionCause } from "@/lib/shapes/names";
import type { Answers } from "./answers";
import { fetchAnswer, withSearch } from "./fetch-answer";

export type AttentionFilters = {
  state: "open" | "acknowledged" | "solved";
  cause: AttentionCause | null;
  namespace?: string;
  route?: string;
};

/** The inbox, or what was once in it: as many items as are asked for. */
export function attentionQuery({ namespace, route, ...filters }: AttentionFilters, limit: number) {
  return queryOptions({
    queryKey: ["attention", filters, namespace ?? null, route ?? null, limit],
    queryFn: ({ signal }) =>
      fetchAnswer<Answers["attentionPage"]>(
        withSearch("/attention", {
          ...filters,
          namespace: namespace === undefined ? null : [namespace],
          route: route ?? null,
          limit,
        }),
        signal,
      ),
    refetchInterval: 10_000,
    placeholderData: (before) => before,
  });
}

/** How much is open: what the sidebar counts. */
export function attentionCountQuery() {
  return queryOptions({
    queryKey: ["attention", "count"],
    queryFn: ({ signal }) => fetchAnswer<Answers["attentionCounts"]>("/attention/count", signal),
    refetchInterval: 10_000,
  });
}
