"use client";

import { type InfiniteData, keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useMemo } from "react";
import type { z } from "zod";
import { type ChangeFilters, type changesPageSchema, changesQuery } from "@/components/data/mirror-queries";
import { useDebounced } from "@/components/ui/debounced";
import { type Change, changeKinds, changeSigns } from "@/lib/shapes/change";

/** The review as it stands in the URL: the tab, its filters, and the record that is open. */
export const reviewParsers = {
  tab: parseAsStringLiteral(changeKinds),
  find: parseAsString.withDefault(""),
  namespace: parseAsString,
  key: parseAsString,
  sign: parseAsStringLiteral(changeSigns),
  text: parseAsStringLiteral(["changed", "kept"] as const),
  excluded: parseAsBoolean,
  record: parseAsString,
  in: parseAsString,
};
export type Review = ReturnType<typeof useReview>[0];
export type SetReview = ReturnType<typeof useReview>[1];

export function useReview() {
  return useQueryStates(reviewParsers);
}

/** What of the review a list of this kind is asked for: keys and texts are of updates only, exclusions of changes. */
export function filtersOf(asked: Review, kind: ChangeFilters["kind"], search: string): ChangeFilters {
  const updates = kind === "update";
  return {
    kind,
    namespace: asked.namespace,
    search,
    key: updates ? asked.key : null,
    sign: updates ? asked.sign : null,
    textChanged: updates && asked.text !== null ? asked.text === "changed" : null,
    excluded: updates || kind === "create" ? asked.excluded : null,
  };
}

export const changeName = (change: Pick<Change, "id" | "namespace">) => JSON.stringify([change.namespace, change.id]);

/** The changes that match, fetched page by page as they are scrolled to. */
export function useChanges(planId: string, asked: Review, kind: ChangeFilters["kind"]) {
  const client = useQueryClient();
  const search = useDebounced(asked.find.trim(), 250);
  const filters = filtersOf(asked, kind, search);
  const options = changesQuery(planId, filters);
  const query = useInfiniteQuery({ ...options, placeholderData: keepPreviousData });
  const pages = query.data?.pages;
  const changes = useMemo(() => pages?.flatMap((page) => page.changes) ?? [], [pages]);
  return {
    filters,
    query,
    changes,
    matching: query.data?.pages[0]?.matching ?? null,
    /** Shows what was just excluded or included without asking for a million rows again. */
    mark(names: ReadonlySet<string>, excluded: boolean) {
      client.setQueriesData<InfiniteData<z.infer<typeof changesPageSchema>>>(
        { queryKey: ["changes", planId] },
        (data) =>
          data && {
            ...data,
            pages: data.pages.map((page) => ({
              ...page,
              changes: page.changes.map((change) => (names.has(changeName(change)) ? { ...change, excluded } : change)),
            })),
          },
      );
    },
  };
}
