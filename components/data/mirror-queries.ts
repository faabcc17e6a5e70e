import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { isOver } from "@/components/words/run";
import type { Change, ChangeKind } from "@/lib/shapes/plans/change";
import type { Plan } from "@/lib/shapes/plans/plan";
import type { Reason } from "@/lib/shapes/runs/reason";
import type { Answers } from "./answers";
import { fetchAnswer, type SearchValues, withSearch } from "./fetch-answer";
import { onRoute } from "./route-address";

export type ChangesPage = { rows: Change[]; matching: number; exact: boolean };

/** Which changes of a plan are meant. */
export type ChangeFilters = {
  kind: ChangeKind;
  namespace: string | null;
  search: string;
  key: string | null;
  sign: "+" | "-" | "~" | null;
  textChanged: boolean | null;
  /** The value that would be overwritten, as text. */
  present: string | null;
  reason: Reason | null;
  excluded: boolean | null;
};

/** The filters as a query string's values; the default namespace, which has no name, and an empty value are kept. */
export function searchOf({ namespace, present, ...filters }: ChangeFilters): SearchValues {
  const kept = (text: string | null) => (text === null ? null : [text]);
  return { ...filters, namespace: kept(namespace), present: kept(present) };
}

const pathOf = (id: string) => `/plans/${encodeURIComponent(id)}`;

type Begun = { state: { data?: { exact: boolean } | undefined } };

/** What a search has found so far is shown at once, and asked for again after so many milliseconds, until it has found all. */
const untilExact = (againMs: number) => ({
  staleTime: (query: Begun) => (query.state.data?.exact === false ? 0 : 60_000),
  refetchInterval: (query: Begun) => query.state.data?.exact === false && againMs,
});

/** A page of a plan's changes, from anywhere among those that match. Far pages aren't kept for long. */
export function changesQuery(id: string, filters: ChangeFilters, offset: number, limit: number) {
  return queryOptions({
    queryKey: ["changes", id, filters, offset, limit],
    queryFn: async ({ signal }): Promise<ChangesPage> => {
      const asked = { ...searchOf(filters), offset, limit, quick: true };
      const path = withSearch(`${pathOf(id)}/changes`, asked);
      const { changes, matching, exact } = await fetchAnswer<Answers["changesPage"]>(path, signal);
      return { rows: changes, matching, exact };
    },
    ...untilExact(100),
    gcTime: 10_000,
  });
}

/** Which keys differ or which values would be overwritten, in how many of the records that match all but that. */
export function facetsQuery(id: string, filters: ChangeFilters) {
  const common = { ...filters, key: null, sign: null, present: null, reason: null };
  return queryOptions({
    queryKey: ["facets", id, common],
    queryFn: ({ signal }) =>
      fetchAnswer<Answers["facets"]>(withSearch(`${pathOf(id)}/facets`, { ...searchOf(common), quick: true }), signal),
    placeholderData: keepPreviousData,
    ...untilExact(500),
  });
}

/** One record with both sides as they are now: asks both indexes. */
/** `index`: of a document, where several indexes may hold its ID. */
export function changeQuery(id: string, namespace: string, record: string, index: string | null) {
  return queryOptions({
    queryKey: ["change", id, namespace, record, index],
    queryFn: ({ signal }) =>
      fetchAnswer<Answers["changeDetail"]>(
        `${pathOf(id)}/changes/${encodeURIComponent(namespace === "" ? "__default__" : namespace)}/${encodeURIComponent(record)}${index === null ? "" : `?index=${encodeURIComponent(index)}`}`,
        signal,
      ),
    staleTime: 30_000,
  });
}

/** `route`: the name of one, or `null` for plans of all routes. */
export type PlanFilters = {
  kind: Plan["kind"] | null;
  state: Plan["state"] | null;
  namespace: string | null;
  route: string | null;
};

/** Plans, newest first, a page at a time. */
export function plansQuery({ namespace, ...filters }: PlanFilters) {
  return infiniteQueryOptions({
    queryKey: onRoute(filters.route, "plans", { ...filters, namespace }),
    queryFn: ({ signal, pageParam }) =>
      fetchAnswer<Answers["plansPage"]>(
        withSearch("/plans", {
          ...filters,
          namespace: namespace === null ? null : [namespace],
          // A row names the one, or says how many there are.
          names: 1,
          cursor: pageParam,
          limit: 30,
        }),
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    refetchInterval: (query) =>
      query.state.data?.pages.some((page) => page.plans.some((plan) => plan.state === "planning")) ? 2000 : 15_000,
  });
}

/** Whether a plan can still be applied, and which runs made and applied it. */
export function standingQuery(id: string) {
  return queryOptions({
    queryKey: ["standing", id],
    queryFn: ({ signal }) => fetchAnswer<Answers["planStanding"]>(`${pathOf(id)}/standing`, signal),
    refetchInterval: (query) => (query.state.data?.runs.every(isOver) === false ? 2000 : 15_000),
  });
}

/** What was said about a plan, oldest first, a page at a time. */
export function commentsQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ["comments", id],
    queryFn: ({ signal, pageParam }) =>
      fetchAnswer<Answers["planComments"]>(withSearch(`${pathOf(id)}/comments`, { after: pageParam }), signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
    refetchInterval: 15_000,
  });
}
