import { queryOptions } from "@tanstack/react-query";
import type { FleetState } from "@/lib/shapes/fleet";
import type { Answers } from "./answers";
import { fetchAnswer, withSearch } from "./fetch-answer";

export type FleetBrowse = {
  search: string;
  state: FleetState | null;
  sort: "state" | "name" | "apart" | "orphan" | "analysed";
  direction: "ascending" | "descending";
};

/** A window of all namespaces and how their sides stand; looked at again while runs are at work. */
export function fleetQuery(browse: FleetBrowse, offset: number, limit: number) {
  return queryOptions({
    queryKey: ["fleet", browse, offset, limit],
    queryFn: ({ signal }) =>
      fetchAnswer<Answers["fleetPage"]>(withSearch("/fleet", { ...browse, offset, limit }), signal),
    refetchInterval: (query) =>
      query.state.data?.rows.some(({ run, state }) => run !== null && state !== "failed") ? 3000 : 15_000,
  });
}

/** How far apart the sides were over time: of one namespace, or of all together. */
export function distanceQuery(name: string | null) {
  return queryOptions({
    queryKey: ["distance", name],
    queryFn: ({ signal }) =>
      fetchAnswer<Answers["distanceOverTime"]>(
        withSearch("/fleet/distance", { name: name === null ? null : [name] }),
        signal,
      ),
    refetchInterval: 15_000,
  });
}

export function schedulesQuery() {
  return queryOptions({
    queryKey: ["schedules"],
    queryFn: ({ signal }) => fetchAnswer<Answers["schedules"]>("/schedules", signal),
    refetchInterval: 5000,
  });
}

/** A schedule with its last turns and what its webhook was told. */
export function scheduleQuery(id: string) {
  return queryOptions({
    queryKey: ["schedule", id],
    queryFn: ({ signal }) => fetchAnswer<Answers["scheduleDetail"]>(`/schedules/${encodeURIComponent(id)}`, signal),
    refetchInterval: 5000,
  });
}

/** All that is known of one namespace, in a page of at most one row. */
export function fleetRowQuery(name: string) {
  return queryOptions({
    queryKey: ["fleet", "one", name],
    queryFn: ({ signal }) =>
      fetchAnswer<Answers["fleetPage"]>(withSearch("/fleet", { name: [name], limit: 1 }), signal),
    refetchInterval: 5000,
  });
}
