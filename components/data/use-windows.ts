"use client";

import { keepPreviousData, type QueryKey, type UseQueryOptions, useQueries, useQuery } from "@tanstack/react-query";
import { windowSize } from "./window-size";

/**
 * A long list of which only the windows in view are fetched: a request a hundred rows, none per row, however long the list is.
 * @param windowAt the query of the window that begins at `offset`
 * @param shown index of the first and last row in view
 */
export function useWindows<Page extends { rows: readonly unknown[]; matching: number }, Key extends QueryKey>(
  windowAt: (offset: number, limit: number) => UseQueryOptions<Page, Error, Page, Key>,
  shown: { first: number; last: number },
) {
  const head = useQuery({ ...windowAt(0, windowSize), placeholderData: keepPreviousData });
  const matching = head.data?.matching ?? 0;
  const from = Math.floor(shown.first / windowSize);
  const to = Math.floor(Math.max(shown.first, Math.min(shown.last, matching - 1)) / windowSize);
  const pages = Array.from({ length: to - from + 1 }, (_, at) => from + at).filter((page) => page > 0);
  const windows = useQueries({ queries: pages.map((page) => windowAt(page * windowSize, windowSize)) });
  const failed = [head, ...windows].find((query) => query.error);
  return {
    matching,
    /** The first window: what belongs to the whole list stands there too. */
    head: head.data ?? null,
    loaded: head.data !== undefined,
    /** Answers of a new search are on their way; the old ones are still shown. */
    stale: head.isPlaceholderData,
    fetching: head.isFetching,
    error: failed?.error ?? null,
    retry: () => void failed?.refetch(),
    /** `undefined` while its window is being fetched. */
    rowAt(index: number): Page["rows"][number] | undefined {
      const page = Math.floor(index / windowSize);
      const rows: Page["rows"] | undefined = page === 0 ? head.data?.rows : windows[pages.indexOf(page)]?.data?.rows;
      return rows?.[index - page * windowSize];
    },
  };
}
