"use client";

import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from "react";
import { usePreferences } from "@/components/shell/preferences-provider";
import { isTyping } from "@/components/shell/shortcuts";

type Options = {
  count: number;
  onOpen(index: number): void;
  onChoose?(index: number): void;
  /** Brings a row into the window that isn't rendered, for virtualised tables. */
  reveal?(index: number): void;
};

/**
 * Moving in a table by `j` `k` and arrows, opening by Enter, choosing by `x`. One row at a time takes part in the
 * tab order; `j` and `k` start at the first row from anywhere on the page.
 */
export function useRowKeys({ count, onOpen, onChoose, reveal }: Options) {
  const frame = useRef<HTMLTableSectionElement>(null);
  const [active, setActive] = useState(0);
  const [moved, setMoved] = useState(0);
  const { preferences } = usePreferences();
  const letters = preferences.keys === "on";

  const focusRow = useCallback((index: number) => {
    const row = frame.current?.querySelector(`[data-row="${index.toString()}"]`);
    if (row instanceof HTMLElement) row.focus({ preventScroll: false });
  }, []);

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
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15 };
    if (letters) Object.assign(steps, { j: 1, k: -1 });
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      move(active + step);
    } else if (event.key === "Home" || event.key === "End") {
      event.preventDefault();
      move(event.key === "Home" ? 0 : count - 1);
    } else if (event.key === "Enter" && onRow) onOpen(active);
    else if (onChoose && onRow && ((letters && event.key === "x") || event.key === " ")) {
      event.preventDefault();
      onChoose(active);
    }
  };

  return {
    body: { ref: frame, onKeyDown },
    row: (index: number) => ({
      "data-row": index,
      tabIndex: index === Math.min(active, Math.max(0, count - 1)) ? 0 : -1,
      onFocus: () => setActive(index),
    }),
  };
}
