"use client";

import { useQueryClient } from "@tanstack/react-query";
import { parseAsBoolean, parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useState } from "react";
import { type ChangeFilters, type ChangesPage, changesQuery } from "@/components/data/mirror-queries";
import { useWindows } from "@/components/data/use-windows";
import { useDebounced } from "@/components/ui/debounced";
import { type Change, changeKinds, changeSigns } from "@/lib/shapes/change";
import { reasons } from "@/lib/shapes/reason";

/** The review as it stands in the URL: the tab, its filters, the row at the top, and the record that is open. */
export const reviewParsers = {
  tab: parseAsStringLiteral(changeKinds),
  find: parseAsString.withDefault(""),
  namespace: parseAsString,
  key: parseAsString,
  sign: parseAsStringLiteral(changeSigns),
  text: parseAsStringLiteral(["changed", "kept"] as const),
  reason: parseAsStringLiteral(reasons),
  excluded: parseAsBoolean,
  at: parseAsInteger.withDefault(0),
  record: parseAsString,
  in: parseAsString,
};
export type Review = ReturnType<typeof useReview>[0];
export type SetReview = ReturnType<typeof useReview>[1];

export function useReview() {
  return useQueryStates(reviewParsers);
}

/** What of the review a list of this kind is asked for: keys and texts are of updates, reasons of problems, exclusions of changes. */
export function filtersOf(asked: Review, kind: ChangeFilters["kind"], search: string): ChangeFilters {
  const updates = kind === "update";
  return {
    kind,
    namespace: asked.namespace,
    search,
    key: updates ? asked.key : null,
    sign: updates ? asked.sign : null,
    textChanged: updates && asked.text !== null ? asked.text === "changed" : null,
    reason: kind === "problem" ? asked.reason : null,
    excluded: updates || kind === "create" ? asked.excluded : null,
  };
}

export const changeName = (change: Pick<Change, "id" | "namespace">) => JSON.stringify([change.namespace, change.id]);

/** Rows that are fetched ahead of those in the window. */
const ahead = 60;
/** A list that is being scrolled is asked for where it comes to rest, not at every place that it passes. Milliseconds. */
const restMs = 60;

/** The changes that match, as one long list of which the windows in view are fetched. */
export function useChanges(planId: string, asked: Review, kind: ChangeFilters["kind"]) {
  const client = useQueryClient();
  const search = useDebounced(asked.find.trim(), 250);
  const filters = filtersOf(asked, kind, search);
  const [shown, setShown] = useState({ first: asked.at, last: asked.at + ahead });
  const settled = useDebounced(shown, restMs);
  // While a record is open, its neighbours must be there: one goes on to them.
  const { first, last } = asked.record === null ? settled : { first: asked.at, last: asked.at };
  const list = useWindows((offset, limit) => changesQuery(planId, filters, offset, limit), {
    first: Math.max(0, first - ahead),
    last: last + ahead,
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
