"use client";

import { type FocusEvent, type KeyboardEvent, useCallback, useEffect, useRef, useState } from "react";
import { usePreferences } from "@/components/shell/preferences-provider";
import { isTyping } from "@/components/shell/shortcuts";

type Options = {
  count: number;
  onOpen(index: number): void;
  /** By Space, and by `x` where that does nothing else. */
  onChoose?: ((index: number) => void) | undefined;
  /** By `x`: takes the row out, or back in. */
  onExclude?: ((index: number) => void) | undefined;
  /** Brings a row into the window that isn't rendered, for virtualised tables. */
  reveal?: ((index: number) => void) | undefined;
  /** Rows that Page Up and Page Down move by. */
  page?: number;
  /** The row that the keys begin at. */
  start?: number;
};

/**
 * Moving in a table by `j` `k`, arrows and page keys, opening by Enter, choosing by Space. One row at a time takes part in the
 * tab order; `j` and `k` start at it from anywhere on the page.
 */
export function useRowKeys({ count, onOpen, onChoose, onExclude, reveal, page = 15, start = 0 }: Options) {
  const frame = useRef<HTMLTableSectionElement>(null);
  const [asked, setActive] = useState(start);
  const [moved, setMoved] = useState(0);
  const [focused, setFocused] = useState(false);
  const { preferences } = usePreferences();
  const letters = preferences.keys === "on";
  const active = Math.min(asked, Math.max(0, count - 1));
  const virtual = reveal !== undefined;

  const focusRow = useCallback(
    (index: number) => {
      const row = frame.current?.querySelector(`[data-row="${index.toString()}"]`);
      if (row instanceof HTMLElement) row.focus({ preventScroll: virtual });
    },
    [virtual],
  );

  useEffect(() => {
    if (moved === 0) return;
    // A row that was just revealed is rendered after this frame.
    const wait = requestAnimationFrame(() => focusRow(active));
    return () => cancelAnimationFrame(wait);
  }, [moved, active, focusRow]);

  const move = useCallback(
    (to: number) => {
      const next = Math.max(0, Math.min(count - 1, to));
      reveal?.(next);
      setActive(next);
      setMoved((before) => before + 1);
    },
    [count, reveal],
  );

  useEffect(() => {
    if (!letters) return;
    const onKey = (event: globalThis.KeyboardEvent) => {
      const within = event.target instanceof Node && frame.current?.contains(event.target);
      if (within || count === 0 || isTyping(event.target) || event.metaKey || event.ctrlKey || event.altKey) return;
      if (event.key === "j" || event.key === "k") move(active);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [active, count, letters, move]);

  const onKeyDown = (event: KeyboardEvent<HTMLTableSectionElement>) => {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    const onRow = event.target instanceof HTMLElement && event.target.dataset.row !== undefined;
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page };
    if (letters) Object.assign(steps, { j: 1, k: -1 });
    const step = steps[event.key];
    const out = onExclude ?? onChoose;
    if (step !== undefined) {
      event.preventDefault();
      move(active + step);
    } else if (event.key === "Home" || event.key === "End") {
      event.preventDefault();
      move(event.key === "Home" ? 0 : count - 1);
    } else if (event.key === "Enter" && onRow) onOpen(active);
    else if (out && onRow && letters && event.key === "x") {
      event.preventDefault();
      out(active);
    } else if (onChoose && onRow && event.key === " ") {
      event.preventDefault();
      onChoose(active);
    }
  };

  return {
    /** Brings a row into the window and gives it the focus. */
    goTo: move,
    /** The row that has the focus and must stay rendered, wherever the list is scrolled to. */
    held: focused ? active : null,
    body: {
      ref: frame,
      onKeyDown,
      onBlur: (event: FocusEvent<HTMLTableSectionElement>) =>
        setFocused(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget)),
    },
    row: (index: number) => ({
      "data-row": index,
      tabIndex: index === active ? 0 : -1,
      onFocus: () => {
        setActive(index);
        setFocused(true);
      },
    }),
  };
}
