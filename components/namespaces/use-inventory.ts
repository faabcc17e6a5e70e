"use client";

import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { type Browse, browseQuery } from "@/components/data/queries";
import type { NamespaceRow } from "@/lib/shapes/namespaces";

const pageSize = 100;

/**
 * The namespace inventory as one long list of which only the windows in view are fetched: a request a hundred rows,
 * none per row, however long the list is.
 * @param shown index of the first and last row in view
 */
export function useInventory(browse: Browse, shown: { first: number; last: number }) {
  const head = useQuery({ ...browseQuery(browse, 0, pageSize), placeholderData: keepPreviousData });
  const matching = head.data?.matching ?? 0;
  const from = Math.floor(shown.first / pageSize);
  const to = Math.floor(Math.max(shown.first, Math.min(shown.last, matching - 1)) / pageSize);
  const pages = Array.from({ length: to - from + 1 }, (_, at) => from + at).filter((page) => page > 0);
  const windows = useQueries({
    queries: pages.map((page) => browseQuery(browse, page * pageSize, pageSize)),
  });
  const failed = [head, ...windows].find((query) => query.error);
  return {
    matching,
    totals: head.data?.totals ?? null,
    asOf: head.data?.asOf ?? null,
    loaded: head.data !== undefined,
    /** Answers of a new search are on their way; the old ones are still shown. */
    stale: head.isPlaceholderData,
    error: failed?.error ?? null,
    retry: () => void failed?.refetch(),
    /** `undefined` while its window is being fetched. */
    rowAt(index: number): NamespaceRow | undefined {
      const page = Math.floor(index / pageSize);
      const rows = page === 0 ? head.data?.rows : windows[pages.indexOf(page)]?.data?.rows;
      return rows?.[index - page * pageSize];
    },
  };
}
