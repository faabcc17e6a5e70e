import { queryOptions } from "@tanstack/react-query";
import type { AttentionCause } from "@/lib/shapes/names";
import { fetchShape, withSearch } from "./fetch-shape";

export type AttentionFilters = {
  state: "open" | "acknowledged" | "solved";
  cause: AttentionCause | null;
  namespace?: string;
};

/** The inbox, or what was once in it: as many items as are asked for. */
export function attentionQuery({ namespace, ...filters }: AttentionFilters, limit: number) {
  return queryOptions({
    queryKey: ["attention", filters, namespace ?? null, limit],
    queryFn: ({ signal }) =>
      fetchShape(
        withSearch("/attention", { ...filters, namespace: namespace === undefined ? null : [namespace], limit }),
        (answers) => answers.attentionPageSchema,
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
    queryFn: ({ signal }) => fetchShape("/attention/count", (answers) => answers.attentionCountsSchema, signal),
    refetchInterval: 10_000,
  });
}
