"use client";

import { type ReactNode, useEffect, useRef } from "react";
import { cx } from "./cx";
import { useHydrated } from "./narrow";
import { useRowKeys } from "./row-keys";
import { Row } from "./table";
import { useLongScroll } from "./use-long-scroll";

const headHeight = 32;
/** Shorter lists stand on the page as they are, and the page alone scrolls; a longer one would push away what follows it. */
const mostUnframed = 30;
const fillsWindow = "max-h-[max(22rem,calc(100dvh-9rem))] max-sm:max-h-[max(22rem,calc(100dvh-12rem))]";

type Props = {
  label: string;
  /** Rows of the whole list, loaded or not. */
  count: number;
  /** Every row is so high. Pixels. */
  rowHeight: number;
  /** The cells of the heading row. */
  head: ReactNode;
  /** The cells of a row, `null` while it is being loaded. */
  cells(index: number): ReactNode | null;
  /** The cells of a row that is being loaded. */
  waiting: ReactNode;
  /** `undefined` where rows can't be chosen. */
  isChosen?: ((index: number) => boolean) | undefined;
  onChoose?: ((index: number) => void) | undefined;
  onExclude?: ((index: number) => void) | undefined;
  onOpen(index: number): void;
  /** Which rows are in the window: theirs are the data to load. */
  onShown(shown: { first: number; last: number }): void;
  /** The row at the top at first, and whenever scrolling has come to rest. */
  start?: number;
  onRest?: ((index: number) => void) | undefined;
  /** Names what is listed: under another name, as in another order, the list begins at its beginning. */
  list?: string;
  /** A row that stands open elsewhere: it is kept in the window, and gets the focus when it is closed. */
  current?: number | null;
  /** The class that limits the frame's height; left out, it fills the window. */
  className?: string;
};

const nothing = () => {};
/** Rows take the focus and can be chosen: to assistive technology that is a grid, which ARIA allows a table to be. */
const gridOf = (choosable: boolean) => ({ role: "grid", ...(choosable ? { "aria-multiselectable": true } : {}) });

/**
 * A list of any length; a long one in a frame of its own, of which only the rows in the window are rendered: dragged, wheeled, or gone through by
 * keys from end to end. A row that has the focus stays, wherever the list is scrolled to.
 */
export function LongTable(props: Props) {
  const { label, count, rowHeight, head, cells, waiting, isChosen, onShown, start = 0 } = props;
  const framed = count > mostUnframed;
  const scroll = useLongScroll({ count, rowHeight, headHeight, start, onRest: props.onRest ?? nothing });
  const { first, last, seen } = scroll;
  const hydrated = useHydrated();
  const keys = useRowKeys({
    count,
    start,
    reveal: framed ? scroll.reveal : undefined,
    page: Math.max(1, scroll.perWindow - 1),
    onOpen: props.onOpen,
    onChoose: props.onChoose,
    onExclude: props.onExclude,
  });
  useEffect(() => onShown({ first: seen.first, last: seen.last }), [seen.first, seen.last, onShown]);

  const { current = null } = props;
  const left = useRef<number | null>(null);
  const { reveal } = scroll;
  const { goTo } = keys;
  useEffect(() => {
    const before = left.current;
    left.current = current;
    // After this rendering: scrolling renders at once.
    const wait = requestAnimationFrame(() => {
      if (current !== null) reveal(current);
      else if (before !== null) goTo(before);
    });
    return () => cancelAnimationFrame(wait);
  }, [current, reveal, goTo]);

  const { list } = props;
  const listed = useRef(list);
  const { goTo: scrollTo } = scroll;
  useEffect(() => {
    if (listed.current === list) return;
    listed.current = list;
    const wait = requestAnimationFrame(() => scrollTo(0));
    return () => cancelAnimationFrame(wait);
  }, [list, scrollTo]);

  const row = (index: number) => {
    const chosen = isChosen?.(index);
    return (
      <Row
        key={index}
        {...keys.row(index)}
        aria-rowindex={index + 2}
        aria-selected={chosen}
        className={cx("cursor-pointer", chosen && "bg-accent-wash", index < count - 1 && "*:border-b *:border-line")}
        style={{ height: rowHeight }}
        onClick={() => props.onOpen(index)}
      >
        {cells(index) ?? waiting}
      </Row>
    );
  };
  const { held } = keys;
  const above = held !== null && held < first;
  const below = held !== null && held > last;
  const before = Math.max(0, scroll.before - (above ? rowHeight : 0));
  const after = Math.max(0, scroll.after - (below ? rowHeight : 0));

  return (
    <div
      ref={scroll.frame}
      onScroll={scroll.onScroll}
      // Positioned, so that what is read aloud only, in rows below the window, is cut off with them and doesn't lengthen the page.
      className={cx(
        "relative rounded-md border border-line bg-surface",
        framed && "overflow-y-auto overscroll-y-auto",
        // The server doesn't know a phone, whose rows are higher: they are shown once they have their height, so that nothing jumps.
        !hydrated && "max-sm:*:invisible",
        framed && (props.className ?? fillsWindow),
      )}
      style={{ overflowAnchor: "none" }}
    >
      <table
        {...gridOf(isChosen !== undefined)}
        aria-label={label}
        aria-rowcount={count + 1}
        className="w-full table-fixed border-separate border-spacing-0 text-sm"
      >
        <thead className={cx(framed && "sticky top-0 z-10 bg-surface")}>
          <tr aria-rowindex={1} style={{ height: headHeight }}>
            {head}
          </tr>
        </thead>
        <tbody {...keys.body}>
          {/* One list, so that a row stays the same element, and keeps the focus, when the window leaves it behind. */}
          {[
            ...(above ? [row(held)] : []),
            <tr key="before" aria-hidden style={{ height: before }} />,
            ...Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => row(first + at)),
            <tr key="after" aria-hidden style={{ height: after }} />,
            ...(below ? [row(held)] : []),
          ]}
        </tbody>
      </table>
    </div>
  );
}
