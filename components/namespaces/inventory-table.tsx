"use client";

import { useWindowVirtualizer } from "@tanstack/react-virtual";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import type { Browse } from "@/components/data/queries";
import { NamespaceName } from "@/components/ui/identifier";
import { useNarrow } from "@/components/ui/narrow";
import { useRowKeys } from "@/components/ui/row-keys";
import { Skeleton } from "@/components/ui/skeleton";
import { Cell, HeadCell, Row, SortHead } from "@/components/ui/table";
import type { NamespaceRow } from "@/lib/shapes/namespaces";
import { Difference, isExact, RowPicture, SideCount } from "./counts";

type Props = {
  browse: Browse;
  matching: number;
  rowAt(index: number): NamespaceRow | undefined;
  onShown(shown: { first: number; last: number }): void;
  onSort(sort: Browse["sort"]): void;
};

const hrefOf = (row: NamespaceRow) => `/reembed?namespace=${encodeURIComponent(row.name)}`;

/** All namespaces, of which only the rows in the window are rendered; the page itself scrolls. */
export function InventoryTable({ browse, matching, rowAt, onShown, onSort }: Props) {
  const router = useRouter();
  const narrow = useNarrow();
  const frame = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  const height = narrow ? 60 : 32;
  const virtual = useWindowVirtualizer({
    count: matching,
    estimateSize: () => height,
    overscan: 12,
    scrollMargin: margin,
    scrollPaddingStart: 48,
    scrollPaddingEnd: narrow ? 72 : 16,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;

  useEffect(() => onShown({ first, last }), [first, last, onShown]);
  useEffect(() => {
    const measure = () => setMargin(frame.current ? frame.current.getBoundingClientRect().top + window.scrollY : 0);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (height > 0) virtual.measure();
  }, [height, virtual]);

  const keys = useRowKeys({
    count: matching,
    reveal: (index) => virtual.scrollToIndex(index, { align: "auto" }),
    onOpen: (index) => {
      const row = rowAt(index);
      if (row) router.push(hrefOf(row));
    },
  });
  const before = (items[0]?.start ?? margin) - margin;
  const after = virtual.getTotalSize() - ((items.at(-1)?.end ?? margin) - margin);
  const head = { sort: browse.sort, direction: browse.direction, onSort };

  return (
    <div ref={frame} className="rounded-md border border-line bg-surface">
      <table
        aria-label="Namespaces"
        aria-rowcount={matching + 1}
        className="w-full table-fixed border-separate border-spacing-0 text-sm"
      >
        <thead className="sticky top-0 z-10 bg-surface">
          <tr aria-rowindex={1}>
            <SortHead {...head} name="name" label="Namespace" className="rounded-tl-md" />
            <HeadCell className="hidden w-[26%] sm:table-cell">Source to target</HeadCell>
            <SortHead {...head} name="source" label="Source" number className="hidden w-28 sm:table-cell" />
            <SortHead {...head} name="target" label="Target" number className="hidden w-28 sm:table-cell" />
            <SortHead {...head} name="difference" label="Difference" number className="w-28" />
            <HeadCell className="hidden w-20 rounded-tr-md md:table-cell">Counts</HeadCell>
          </tr>
        </thead>
        <tbody {...keys.body}>
          {before > 0 && <tr aria-hidden style={{ height: before }} />}
          {items.map(({ index }) => {
            const row = rowAt(index);
            return (
              <Row
                key={index}
                {...keys.row(index)}
                aria-rowindex={index + 2}
                className={index === matching - 1 ? "cursor-pointer" : "cursor-pointer *:border-b *:border-line"}
                style={{ height }}
                onClick={() => row && router.push(hrefOf(row))}
              >
                {row ? <RowCells row={row} /> : <WaitingCells />}
              </Row>
            );
          })}
          {after > 0 && <tr aria-hidden style={{ height: after }} />}
        </tbody>
      </table>
    </div>
  );
}

function RowCells({ row }: { row: NamespaceRow }) {
  return (
    <>
      <Cell className="overflow-hidden">
        <Link href={hrefOf(row)} tabIndex={-1} className="flex min-w-0 rounded-sm hover:text-accent">
          <span className="sr-only">Re-embed </span>
          <NamespaceName name={row.name} />
        </Link>
        <span className="mt-1.5 block sm:hidden">
          <RowPicture row={row} />
        </span>
      </Cell>
      <Cell className="hidden sm:table-cell">
        <RowPicture row={row} />
      </Cell>
      <Cell number className="hidden sm:table-cell">
        <SideCount count={row.source} />
      </Cell>
      <Cell number className="hidden sm:table-cell">
        <SideCount count={row.target} />
      </Cell>
      <Cell number>
        <Difference row={row} />
        <span className="block text-xs text-quiet sm:hidden">
          <SideCount count={row.source} /> → <SideCount count={row.target} />
        </span>
      </Cell>
      <Cell className="hidden text-quiet md:table-cell">{isExact(row) ? "exact" : "about"}</Cell>
    </>
  );
}

function WaitingCells() {
  return (
    <>
      <Cell>
        <Skeleton className="h-3 w-48" />
      </Cell>
      <Cell className="hidden sm:table-cell">
        <Skeleton className="h-2.5 w-full" />
      </Cell>
      <Cell className="hidden sm:table-cell">
        <Skeleton className="ml-auto h-3 w-14" />
      </Cell>
      <Cell className="hidden sm:table-cell">
        <Skeleton className="ml-auto h-3 w-14" />
      </Cell>
      <Cell>
        <Skeleton className="ml-auto h-3 w-14" />
      </Cell>
      <Cell className="hidden md:table-cell">
        <Skeleton className="h-3 w-10" />
      </Cell>
    </>
  );
}
