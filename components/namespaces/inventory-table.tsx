"use client";

import type { Browse } from "@/components/data/queries";
import { useGo } from "@/components/data/use-go";
import { NamespaceName, WrittenAs } from "@/components/ui/identifier";
import { Link } from "@/components/ui/link";
import { LongTable } from "@/components/ui/long-table";
import { useNarrow } from "@/components/ui/narrow";
import { Cell, HeadCell, SortHead } from "@/components/ui/table";
import { type WaitingCell, WaitingCells } from "@/components/ui/waiting-cells";
import { namespaceHref } from "@/lib/shapes/namespaces/namespace-address";
import type { NamespaceRow } from "@/lib/shapes/namespaces/namespaces";
import { Difference, GatheredNote, RowPicture, SideCells, SideCount, TargetCount } from "./counts";

type Props = {
  browse: Browse;
  matching: number;
  rowAt(index: number): NamespaceRow | undefined;
  onShown(shown: { first: number; last: number }): void;
  onSort(sort: Browse["sort"]): void;
};

const waiting: readonly WaitingCell[] = [
  ["phone", "h-3 w-48"],
  ["lg", "h-2.5 w-full"],
  ["sm", "ml-auto h-3 w-14"],
  ["sm", "ml-auto h-3 w-14"],
  ["phone", "ml-auto h-3 w-14"],
];

const hrefOf = (row: NamespaceRow) => namespaceHref(row.name);

/** All namespaces, of which only the rows in the window are rendered. */
export function InventoryTable({ browse, matching, rowAt, onShown, onSort }: Props) {
  const go = useGo();
  const narrow = useNarrow();
  const head = { sort: browse.sort, direction: browse.direction, onSort };
  return (
    <>
      <GatheredNote rows={Array.from({ length: Math.min(matching, 50) }, (_, index) => rowAt(index))} />
      <LongTable
        list={JSON.stringify(browse)}
        label="Namespaces"
        count={matching}
        rowHeight={narrow ? 60 : 32}
        onShown={onShown}
        onOpen={(index) => {
          const row = rowAt(index);
          if (row) go(hrefOf(row));
        }}
        head={
          <>
            <SortHead {...head} name="name" label="Namespace" />
            <HeadCell className="hidden w-[20%] lg:table-cell">Source to target</HeadCell>
            <SortHead {...head} name="source" label="Source" number className="hidden w-24 sm:table-cell" />
            <SortHead {...head} name="target" label="Target" number className="hidden w-24 sm:table-cell" />
            <SortHead {...head} name="difference" label="Difference" number className="w-34 sm:w-56" />
          </>
        }
        waiting={<WaitingCells of={waiting} />}
        cells={(index) => {
          const row = rowAt(index);
          return row ? <RowCells row={row} /> : null;
        }}
      />
    </>
  );
}

function RowCells({ row }: { row: NamespaceRow }) {
  return (
    <>
      <Cell className="overflow-hidden">
        <Link
          href={hrefOf(row)}
          tabIndex={-1}
          className="flex min-w-0 items-baseline gap-2 rounded-sm hover:text-accent"
        >
          <NamespaceName name={row.name} />
          {/* Where all of them are written into one, it stands above the table. */}
          {row.gathers === undefined && <WrittenAs name={row.writtenAs} />}
        </Link>
        <span className="mt-1.5 block sm:hidden">
          <RowPicture row={row} />
        </span>
      </Cell>
      <SideCells row={row} />
      <Cell number>
        <Difference row={row} />
        <span className="block text-xs text-quiet sm:hidden">
          <SideCount count={row.source} /> → <TargetCount row={row} />
        </span>
      </Cell>
    </>
  );
}
