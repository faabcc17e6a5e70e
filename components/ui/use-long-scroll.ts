"use client";

import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { atEdge, type LongFrame, lastTop, placeOf, revealing, rowsIn, scrolled, shownHeight } from "./long-scroll";

/** Rows rendered before and after those in the window. */
const around = 8;
/** The scrollbar is put right once nothing has moved for so long. Milliseconds. */
const restMs = 140;

type Options = {
  count: number;
  rowHeight: number;
  headHeight: number;
  /** The row that is at the top at first. */
  start: number;
  /** The row that is at the top once scrolling has come to rest. */
  onRest(index: number): void;
};

/**
 * What a frame with its own scrollbar shows of a list of any length: which rows, and how much empty height stands before and after
 * them. Its memory and its elements are those of one window.
 */
export function useLongScroll({ count, rowHeight, headHeight, start, onRest }: Options) {
  const frame = useRef<HTMLDivElement>(null);
  const [viewport, setViewport] = useState(600);
  const [at, setAt] = useState({ top: start * rowHeight, place: 0 });
  const geometry: LongFrame = { count, rowHeight, headHeight, viewport };
  /** Ahead of what is rendered: several scrolls may come before the next frame. */
  const now = useRef(at);
  const latest = useRef({ geometry, onRest });
  useLayoutEffect(() => {
    latest.current = { geometry, onRest };
  });
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined);

  /** Goes to a place in the list, and puts the scrollbar where it belongs. */
  const goTo = useCallback((top: number) => {
    const element = frame.current;
    if (!element) return;
    const within = Math.min(lastTop(latest.current.geometry), Math.max(0, top));
    const place = Math.round(placeOf(latest.current.geometry, within));
    now.current = { top: within, place };
    flushSync(() => setAt({ top: within, place }));
    element.scrollTop = place;
  }, []);

  const rest = useCallback(() => {
    clearTimeout(resting.current);
    resting.current = setTimeout(() => {
      const { geometry: of } = latest.current;
      const { top, place } = now.current;
      if (Math.abs(placeOf(of, top) - place) > 1) goTo(top);
      latest.current.onRest(Math.round(top / of.rowHeight));
    }, restMs);
  }, [goTo]);

  const onScroll = useCallback(() => {
    const element = frame.current;
    if (!element) return;
    const { geometry: of } = latest.current;
    const before = now.current;
    const place = element.scrollTop;
    if (Math.abs(place - before.place) < 0.5) return;
    const next = { top: scrolled(of, before, place), place };
    now.current = next;
    if (atEdge(of, next)) goTo(next.top);
    else setAt(next);
    rest();
  }, [goTo, rest]);

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setViewport(element.clientHeight));
    observer.observe(element);
    return () => {
      observer.disconnect();
      clearTimeout(resting.current);
    };
  }, []);

  // The place in the list is kept where its length, its rows or the window change, and taken up at first.
  const shape = `${count.toString()} ${rowHeight.toString()} ${viewport.toString()}`;
  const known = useRef({ shape: "", rowHeight });
  useLayoutEffect(() => {
    if (known.current.shape === shape) return;
    const scale = rowHeight / known.current.rowHeight;
    known.current = { shape, rowHeight };
    const element = frame.current;
    if (!element) return;
    const top = Math.min(lastTop(latest.current.geometry), now.current.top * scale);
    const place = Math.round(placeOf(latest.current.geometry, top));
    now.current = { top, place };
    setAt({ top, place });
    element.scrollTop = place;
  }, [shape, rowHeight]);

  const reveal = useCallback(
    (index: number) => {
      const top = revealing(latest.current.geometry, now.current.top, index);
      if (top === now.current.top) return;
      goTo(top);
      rest();
    },
    [goTo, rest],
  );

  const { first, last } = rowsIn(geometry, at.top, around);
  const seen = rowsIn(geometry, at.top, 0);
  const before = Math.max(0, first * rowHeight - (at.top - at.place));
  const after = Math.max(0, shownHeight(geometry) - before - (last - first + 1) * rowHeight);
  return { frame, onScroll, reveal, goTo, first, last, seen, before, after, perWindow: seen.last - seen.first };
}
