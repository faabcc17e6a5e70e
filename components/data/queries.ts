import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { Run } from "@/lib/shapes/runs/run";
import type { Answers } from "./answers";
import { askAnswer, fetchAnswer, withSearch } from "./fetch-answer";
import { onRoute, type PageRoute } from "./route-address";

const idle = 15_000;

/** True while a run may still change by itself. */
export function isMoving(run: Pick<Run, "state">): boolean {
  return ["queued", "running", "waiting", "pausing", "cancelling"].includes(run.state);
}

export function overviewQuery(route: PageRoute) {
  return queryOptions({
    queryKey: onRoute(route, "overview"),
    queryFn: ({ signal }) => fetchAnswer<Answers["overview"]>(withSearch("/overview", { route }), signal),
    refetchInterval: (query) => (query.state.data?.runs.some(isMoving) ? 3000 : idle),
  });
}

export function configurationQuery() {
  return queryOptions({
    queryKey: ["configuration"],
    queryFn: ({ signal }) => fetchAnswer<Answers["configuration"]>("/configuration", signal),
    staleTime: 60_000,
  });
}

export function historyQuery() {
  return queryOptions({
    queryKey: ["history"],
    queryFn: ({ signal }) => fetchAnswer<Answers["history"]>("/history", signal),
    staleTime: 60_000,
  });
}

/** Asks every service once; only on request, since it costs them a call. */
export function doctorQuery(route: PageRoute) {
  return queryOptions({
    queryKey: onRoute(route, "doctor"),
    queryFn: ({ signal }) => askAnswer<Answers["doctor"]>("/doctor", route === null ? {} : { route }, signal),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
}

export function countQuery(route: PageRoute, name: string, exact: boolean) {
  return queryOptions({
    queryKey: onRoute(route, "count", name, exact),
    queryFn: ({ signal }) =>
      // The name stays in the query even when it is empty: the default namespace.
      fetchAnswer<Answers["namespaceRow"]>(
        withSearch("/namespaces/count", { name: [name], exact: exact ? true : null, route }),
        signal,
      ),
    staleTime: 10_000,
  });
}

export type Browse = {
  search: string;
  only: "all" | "differing" | "left" | "in-sync" | "not-compared" | "orphans";
  sort: "name" | "source" | "target" | "difference";
  direction: "ascending" | "descending";
};

/** One window of the namespace inventory. */
export function browseQuery(route: PageRoute, browse: Browse, offset: number, limit: number) {
  return queryOptions({
    queryKey: onRoute(route, "browse", browse, offset, limit),
    queryFn: ({ signal }) =>
      fetchAnswer<Answers["namespacePage"]>(
        withSearch("/namespaces/browse", { ...browse, offset, limit, route }),
        signal,
      ),
    staleTime: 30_000,
    refetchInterval: 30_000,
  });
}

/** `route`: the name of one, or `null` for runs of all routes. */
export type RunFilters = { state: readonly string[]; kind: string | null; search: string; route: string | null };

export function runsQuery(filters: RunFilters) {
  return infiniteQueryOptions({
    queryKey: onRoute(filters.route, "runs", filters),
    queryFn: ({ signal, pageParam }) =>
      fetchAnswer<Answers["runsPage"]>(withSearch("/runs", { ...filters, cursor: pageParam, limit: 50 }), signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
    refetchInterval: (query) => (query.state.data?.pages.some((page) => page.runs.some(isMoving)) ? 3000 : idle),
  });
}

export function runDetailQuery(id: string) {
  return queryOptions({
    queryKey: ["run", id],
    queryFn: ({ signal }) => fetchAnswer<Answers["runDetail"]>(`/runs/${encodeURIComponent(id)}/detail`, signal),
  });
}

/** Namespaces of a run that are shown at once. */
export const segmentsPageSize = 50;

export function segmentsQuery(id: string, search: string, offset: number, limit: number) {
  return queryOptions({
    queryKey: ["segments", id, search, offset, limit],
    queryFn: ({ signal }) =>
      fetchAnswer<Answers["segmentsPage"]>(
        withSearch(`/runs/${encodeURIComponent(id)}/segments`, { search, offset, limit }),
        signal,
      ),
  });
}

export type FindingFilters = { kind: string | null; reason: string | null; search: string };

/** One window of a run's findings. */
export function findingsQuery(id: string, filters: FindingFilters, offset: number, limit: number) {
  return queryOptions({
    queryKey: ["findings", id, filters, offset, limit],
    queryFn: async ({ signal }) => {
      const path = withSearch(`/runs/${encodeURIComponent(id)}/findings`, { ...filters, offset, limit });
      const { findings, matching } = await fetchAnswer<Answers["findingsPage"]>(path, signal);
      return { rows: findings, matching };
    },
  });
}

/** The reasons of a run's findings of one kind, or of all, with how many there are of each. */
export function findingReasonsQuery(id: string, kind: string | null) {
  return queryOptions({
    queryKey: ["findings", id, "reasons", kind],
    queryFn: async ({ signal }) => {
      const path = withSearch(`/runs/${encodeURIComponent(id)}/findings`, { kind, limit: 1 });
      return (await fetchAnswer<Answers["findingsPage"]>(path, signal)).reasons ?? [];
    },
  });
}

/** What trying a run's findings again would come to at most, counted now. */
export function retryEstimateQuery(id: string, chosen: { kind: string | null; reason: string | null }) {
  return queryOptions({
    queryKey: ["retry-estimate", id, chosen],
    queryFn: ({ signal }) =>
      fetchAnswer<Answers["retryEstimate"]>(
        withSearch(`/runs/${encodeURIComponent(id)}/retry/estimate`, chosen),
        signal,
      ),
    gcTime: 0,
  });
}

/** What comparing every record of a run's namespaces, or of one, would come to. */
export function verificationEstimateQuery(of: { run?: string; name?: string; route: string | null }) {
  return queryOptions({
    queryKey: ["verification-estimate", of],
    queryFn: ({ signal }) => {
      // The default namespace's name is empty, which an address leaves out.
      const { name, ...rest } = of;
      const path = withSearch("/verify/estimate", { ...rest, full: true, name: name === "" ? "__default__" : name });
      return fetchAnswer<Answers["verificationEstimate"]>(path, signal);
    },
    gcTime: 0,
  });
}

export type LogFilters = { level: string | null; search: string };

export function logQuery(id: string, filters: LogFilters) {
  return infiniteQueryOptions({
    queryKey: ["log", id, filters],
    queryFn: ({ signal, pageParam }) =>
      fetchAnswer<Answers["logPage"]>(
        withSearch(`/runs/${encodeURIComponent(id)}/log`, { ...filters, cursor: pageParam, limit: 200 }),
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
  });
}

export function planQuery(id: string) {
  return queryOptions({
    queryKey: ["plan", id],
    queryFn: ({ signal }) => fetchAnswer<Answers["plan"]>(`/plans/${encodeURIComponent(id)}`, signal),
    refetchInterval: (query) => {
      const state = query.state.data?.state;
      // Somebody else may decide about one that waits.
      return state === "planning" ? 1000 : state === "ready" || state === "approved" ? 5000 : false;
    },
  });
}
