import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { type ChangeKind, changeDetailSchema, changeFacetSchema, changeSchema } from "@/lib/shapes/change";
import { planSchema } from "@/lib/shapes/plan";
import { fetchShape, type SearchValues, withSearch } from "./fetch-shape";

export const changesPageSchema = z.object({
  changes: z.array(changeSchema),
  next: z.string().nullable(),
  /** How many there are over all pages; `null` where only looking at each of them could tell. */
  matching: z.number().nullable(),
});
export const facetsSchema = z.object({
  keys: z.array(changeFacetSchema),
  /** Keys that differ in all; `keys` holds those in most records. */
  total: z.number(),
  text: z.object({ changed: z.number(), kept: z.number() }),
  reasons: z.array(z.object({ reason: z.string(), count: z.number() })),
});
export const plansPageSchema = z.object({ plans: z.array(planSchema), next: z.string().nullable() });

/** Which changes of a plan are meant. */
export type ChangeFilters = {
  kind: ChangeKind;
  namespace: string | null;
  search: string;
  key: string | null;
  sign: "+" | "-" | "~" | null;
  textChanged: boolean | null;
  excluded: boolean | null;
};

/** The filters as a query string's values; the default namespace, which has no name, is kept. */
export function searchOf({ namespace, ...filters }: ChangeFilters): SearchValues {
  return { ...filters, namespace: namespace === null ? null : [namespace] };
}

const pathOf = (id: string) => `/plans/${encodeURIComponent(id)}`;

/** The changes of a plan, a page at a time. */
export function changesQuery(id: string, filters: ChangeFilters) {
  return infiniteQueryOptions({
    queryKey: ["changes", id, filters],
    queryFn: ({ signal, pageParam }) =>
      fetchShape(
        withSearch(`${pathOf(id)}/changes`, { ...searchOf(filters), cursor: pageParam, limit: 200 }),
        changesPageSchema,
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
    staleTime: 60_000,
  });
}

/** Which keys differ, and in how many records. */
export function facetsQuery(id: string, namespace: string | null) {
  return queryOptions({
    queryKey: ["facets", id, namespace],
    queryFn: ({ signal }) =>
      fetchShape(
        withSearch(`${pathOf(id)}/facets`, { namespace: namespace === null ? null : [namespace] }),
        facetsSchema,
        signal,
      ),
    staleTime: 60_000,
  });
}

/** One record with both sides as they are now: asks both indexes. */
export function changeQuery(id: string, namespace: string, record: string) {
  return queryOptions({
    queryKey: ["change", id, namespace, record],
    queryFn: ({ signal }) =>
      fetchShape(
        `${pathOf(id)}/changes/${encodeURIComponent(namespace === "" ? "__default__" : namespace)}/${encodeURIComponent(record)}`,
        changeDetailSchema,
        signal,
      ),
    staleTime: 30_000,
  });
}

/** The last plans, of whatever kind. */
export function plansQuery() {
  return queryOptions({
    queryKey: ["plans"],
    queryFn: ({ signal }) => fetchShape("/plans?limit=50", plansPageSchema, signal),
    refetchInterval: (query) => (query.state.data?.plans.some((plan) => plan.state === "planning") ? 2000 : 15_000),
  });
}
