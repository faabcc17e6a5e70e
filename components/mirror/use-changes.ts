"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useQueryStates } from "nuqs";
import { useState } from "react";
import { type ChangeFilters, type ChangesPage, changesQuery } from "@/components/data/mirror-queries";
import { useWindows } from "@/components/data/use-windows";
import { useDebounced } from "@/components/ui/debounced";
import type { Change } from "@/lib/shapes/plans/change";
import { filtersOf, type Review, reviewParsers, rowsAhead } from "./review-url";

export type SetReview = ReturnType<typeof useReview>[1];

export function useReview() {
  return useQueryStates(reviewParsers);
}

export const changeName = (change: Pick<Change, "id" | "namespace" | "index">) =>
  JSON.stringify([change.namespace, change.id, change.index]);

/** A list that is being scrolled is asked for where it comes to rest, not at every place that it passes. Milliseconds. */
const restMs = 60;

/** The changes that match, as one long list of which the windows in view are fetched. */
export function useChanges(planId: string, asked: Review, kind: ChangeFilters["kind"]) {
  const client = useQueryClient();
  const search = useDebounced(asked.find.trim(), 250);
  const filters = filtersOf(asked, kind, search);
  const [shown, setShown] = useState({ first: asked.at, last: asked.at + rowsAhead });
  const settled = useDebounced(shown, restMs);
  // While a record is open, its neighbours must be there: one goes on to them.
  const { first, last } = asked.record === null ? settled : { first: asked.at, last: asked.at };
  const list = useWindows((offset, limit) => changesQuery(planId, filters, offset, limit), {
    first: Math.max(0, first - rowsAhead),
    last: last + rowsAhead,
  });
  return {
    filters,
    list,
    /** The rows in the window. */
    shown,
    setShown,
    /** Shows what was just excluded or included without asking for the rows again. */
    mark(names: ReadonlySet<string>, excluded: boolean) {
      client.setQueriesData<ChangesPage>(
        { queryKey: ["changes", planId] },
        (page) =>
          page && {
            ...page,
            rows: page.rows.map((change) => (names.has(changeName(change)) ? { ...change, excluded } : change)),
          },
      );
    },
  };
}
