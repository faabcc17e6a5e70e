import { queryOptions } from "@tanstack/react-query";
import type { FleetState } from "@/lib/shapes/schedules/fleet";
import type { Answers } from "./answers";
import { fetchAnswer, withSearch } from "./fetch-answer";
import { onRoute, type PageRoute } from "./route-address";

export type FleetBrowse = {
  search: string;
  state: FleetState | null;
  sort: "state" | "name" | "out-of-sync" | "orphan" | "analysed";
  direction: "ascending" | "descending";
};

/** A window of all namespaces and how their sides stand; looked at again while runs are at work. */
export function fleetQuery(route: PageRoute, browse: FleetBrowse, offset: number, limit: number) {
  return queryOptions({
    queryKey: onRoute(route, "fleet", browse, offset, limit),
    queryFn: ({ signal }) =>
      fetchAnswer<Answers["fleetPage"]>(withSearch("/fleet", { ...browse, offset, limit, route }), signal),
    refetchInterval: (query) =>
      query.state.data?.rows.some(({ run, state }) => run !== null && state !== "failed") ? 3000 : 15_000,
  });
}

/** How many records differed between the sides were over time: of one namespace, or of all together. */
export function distanceQuery(route: PageRoute, name: string | null) {
  return queryOptions({
    queryKey: onRoute(route, "differences", name),
    queryFn: ({ signal }) =>
      fetchAnswer<Answers["distanceOverTime"]>(
        withSearch("/fleet/differences", { name: name === null ? null : [name], route }),
        signal,
      ),
    refetchInterval: 15_000,
  });
}

/** The schedules of a route by its name, or of all (`null`). */
export function schedulesQuery(route: string | null) {
  return queryOptions({
    queryKey: onRoute(route, "schedules"),
    queryFn: ({ signal }) => fetchAnswer<Answers["schedules"]>(withSearch("/schedules", { route }), signal),
    refetchInterval: 5000,
  });
}

/** A schedule with its last runs and what its webhook was told. */
export function scheduleQuery(id: string) {
  return queryOptions({
    queryKey: ["schedule", id],
    queryFn: ({ signal }) => fetchAnswer<Answers["scheduleDetail"]>(`/schedules/${encodeURIComponent(id)}`, signal),
    refetchInterval: 5000,
  });
}

/** All that is known of one namespace, in a page of at most one row. */
export function fleetRowQuery(route: PageRoute, name: string) {
  return queryOptions({
    queryKey: onRoute(route, "fleet", "one", name),
    queryFn: ({ signal }) =>
      fetchAnswer<Answers["fleetPage"]>(withSearch("/fleet", { name: [name], limit: 1, route }), signal),
    refetchInterval: 5000,
  });
}
