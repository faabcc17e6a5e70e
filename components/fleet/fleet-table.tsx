"use client";

import type { FleetBrowse } from "@/components/data/fleet-queries";
import { Difference } from "@/components/namespaces/counts";
import { Count } from "@/components/ui/figure";
import { NamespaceName, WrittenAs } from "@/components/ui/identifier";
import { Link } from "@/components/ui/link";
import { LongTable } from "@/components/ui/long-table";
import { Moment } from "@/components/ui/moment";
import { useNarrow } from "@/components/ui/narrow";
import { RowButton } from "@/components/ui/row-button";
import { SidesLine } from "@/components/ui/sides-bar";
import { FleetStateWord, RunStateWord } from "@/components/ui/state-word";
import { Cell, HeadCell, SortHead } from "@/components/ui/table";
import { type WaitingCell, WaitingCells } from "@/components/ui/waiting-cells";
import { differing } from "@/components/words/fleet";
import { standingParts } from "@/components/words/namespace-parts";
import { runKindWords } from "@/components/words/run";
import { namespaceHref } from "@/lib/shapes/namespaces/namespace-address";
import type { FleetRow } from "@/lib/shapes/schedules/fleet";
import { Sparkline } from "./sparkline";

const waiting: readonly WaitingCell[] = [
  ["phone", "h-3 w-40 max-w-full"],
  ["sm", "h-3 w-24"],
  ["lg", "h-2.5 w-full"],
  ["phone", "ml-auto h-3 w-14"],
  ["md", "ml-auto h-3 w-8"],
  ["md", "h-3 w-16"],
  ["sm", "ml-auto h-3 w-14"],
  ["lg", "ml-auto h-3 w-14"],
];

type Props = {
  browse: FleetBrowse;
  matching: number;
  rowAt(index: number): FleetRow | undefined;
  onShown(shown: { first: number; last: number }): void;
  onSort(sort: FleetBrowse["sort"]): void;
  onOpen(name: string): void;
};

/** All namespaces, of which only the rows in the window are fetched: state, differences now and over time, last look, next scheduled run. */
export function FleetTable({ browse, matching, rowAt, onShown, onSort, onOpen }: Props) {
  const narrow = useNarrow();
  const head = { sort: browse.sort, direction: browse.direction, onSort };
  return (
    <LongTable
      list={JSON.stringify(browse)}
      label="Sync status"
      count={matching}
      rowHeight={narrow ? 60 : 32}
      onShown={onShown}
      onOpen={(index) => {
        const row = rowAt(index);
        if (row) onOpen(row.name);
      }}
      head={
        <>
          <SortHead {...head} name="name" label="Namespace" className="w-[56%] sm:w-auto" />
          <SortHead {...head} name="state" label="State" className="hidden w-38 sm:table-cell lg:w-58" />
          <HeadCell className="hidden w-[13%] lg:table-cell">Source to target</HeadCell>
          <SortHead {...head} name="out-of-sync" label="Differences" number className="sm:w-36" />
          <SortHead {...head} name="orphan" label="Only in target" number className="hidden w-30 md:table-cell" />
          <HeadCell className="hidden w-26 md:table-cell">Over time</HeadCell>
          <SortHead {...head} name="analysed" label="Last checked" number className="hidden w-26 sm:table-cell" />
          <HeadCell number className="hidden w-24 lg:table-cell">
            Next run
          </HeadCell>
        </>
      }
      waiting={<WaitingCells of={waiting} />}
      cells={(index) => {
        const row = rowAt(index);
        return row ? <FleetCells row={row} onOpen={onOpen} /> : null;
      }}
    />
  );
}

function FleetCells({ row, onOpen }: { row: FleetRow; onOpen(name: string): void }) {
  const { standing } = row;
  return (
    <>
      <Cell className="overflow-hidden whitespace-nowrap">
        <RowButton onOpen={() => onOpen(row.name)}>
          <NamespaceName name={row.name} />
          <WrittenAs name={row.writtenAs} />
        </RowButton>
        <span className="mt-1 block text-xs sm:hidden">
          <StateOf row={row} />
        </span>
      </Cell>
      <Cell className="hidden overflow-hidden sm:table-cell">
        <span className="flex min-w-0">
          <StateOf row={row} />
        </span>
      </Cell>
      <Cell className="hidden lg:table-cell">
        {standing && <SidesLine {...standingParts(standing)} tense="place" />}
      </Cell>
      <Cell number>
        {standing ? <Difference row={differing(row)} /> : <Count value={null} />}
        <span className="mt-1 flex justify-end sm:hidden">
          {row.trend.length > 1 && <Sparkline trend={row.trend} />}
        </span>
      </Cell>
      <Cell number className="hidden md:table-cell">
        <Count value={standing?.orphan ?? null} />
      </Cell>
      <Cell className="hidden md:table-cell">
        <Sparkline trend={row.trend} />
      </Cell>
      <Cell number className="hidden text-quiet sm:table-cell">
        {standing ? (
          <Link
            href={standing.planId === null ? namespaceHref(row.name) : `/plans/${standing.planId}`}
            tabIndex={-1}
            onClick={(event) => event.stopPropagation()}
            className="rounded-sm underline decoration-control underline-offset-4 hover:text-accent"
          >
            <Moment at={standing.analysedAt} />
          </Link>
        ) : (
          "–"
        )}
      </Cell>
      <Cell number className="hidden text-quiet lg:table-cell">
        <Moment at={row.schedule?.nextAt ?? null} />
      </Cell>
    </>
  );
}

/** How it stands; while a run is at work on it, that run. */
function StateOf({ row: { run, state } }: { row: FleetRow }) {
  if (run === null || run.state === "failed") return <FleetStateWord state={state} />;
  return (
    <Link
      href={`/runs/${run.id}`}
      tabIndex={-1}
      onClick={(event) => event.stopPropagation()}
      className="rounded-sm hover:text-accent"
      aria-label={`${runKindWords[run.kind]}, ${run.state}`}
    >
      <RunStateWord state={run.state} short />
    </Link>
  );
}
