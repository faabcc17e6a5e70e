"use client";

import Link from "next/link";
import type { FleetBrowse } from "@/components/data/fleet-queries";
import { Count } from "@/components/ui/figure";
import { NamespaceName } from "@/components/ui/identifier";
import { LongTable } from "@/components/ui/long-table";
import { Moment } from "@/components/ui/moment";
import { useNarrow } from "@/components/ui/narrow";
import { ShoresLine } from "@/components/ui/shores-bar";
import { Skeleton } from "@/components/ui/skeleton";
import { FleetStateWord, RunStateWord } from "@/components/ui/state-word";
import { Cell, HeadCell, SortHead } from "@/components/ui/table";
import { distanceSigns, partsOfDistance } from "@/components/words/fleet";
import { runKindWords } from "@/components/words/run";
import type { FleetRow } from "@/lib/shapes/fleet";
import { Sparkline } from "./sparkline";

type Props = {
  browse: FleetBrowse;
  matching: number;
  rowAt(index: number): FleetRow | undefined;
  onShown(shown: { first: number; last: number }): void;
  onSort(sort: FleetBrowse["sort"]): void;
  onOpen(name: string): void;
};

/** All namespaces, of which only the rows in the window are fetched: state, distance now and over time, last look, next turn. */
export function FleetTable({ browse, matching, rowAt, onShown, onSort, onOpen }: Props) {
  const narrow = useNarrow();
  const head = { sort: browse.sort, direction: browse.direction, onSort };
  return (
    <LongTable
      list={JSON.stringify(browse)}
      label="Fleet"
      count={matching}
      rowHeight={narrow ? 60 : 32}
      className="max-h-[max(22rem,calc(100dvh-9rem))] max-sm:max-h-[max(22rem,calc(100dvh-12rem))]"
      onShown={onShown}
      onOpen={(index) => {
        const row = rowAt(index);
        if (row) onOpen(row.name);
      }}
      head={
        <>
          <SortHead {...head} name="name" label="Namespace" className="w-[56%] sm:w-auto" />
          <SortHead {...head} name="state" label="State" className="hidden w-40 sm:table-cell" />
          <HeadCell className="hidden w-[16%] lg:table-cell">Source to target</HeadCell>
          <SortHead {...head} name="apart" label="Apart" number className="sm:w-44" />
          <SortHead {...head} name="orphan" label="Orphans" number className="hidden w-24 md:table-cell" />
          <HeadCell className="hidden w-28 md:table-cell">Over time</HeadCell>
          <SortHead {...head} name="analysed" label="Last plan" number className="hidden w-28 sm:table-cell" />
          <HeadCell number className="hidden w-28 lg:table-cell">
            Next turn
          </HeadCell>
        </>
      }
      waiting={<WaitingCells />}
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
      <Cell className="overflow-hidden">
        <button
          type="button"
          tabIndex={-1}
          onClick={(event) => {
            event.stopPropagation();
            onOpen(row.name);
          }}
          className="flex max-w-full min-w-0 rounded-sm text-left hover:text-accent"
        >
          <NamespaceName name={row.name} />
        </button>
        <span className="mt-1 block text-xs sm:hidden">
          <StateOf row={row} />
        </span>
      </Cell>
      <Cell className="hidden sm:table-cell">
        <span className="flex">
          <StateOf row={row} />
        </span>
      </Cell>
      <Cell className="hidden lg:table-cell">
        {standing && <ShoresLine parts={partsOfDistance(standing)} tense="place" />}
      </Cell>
      <Cell number>
        {standing && standing.apart > 0 && (
          <span className="mr-2 hidden text-xs text-quiet sm:inline">{distanceSigns(standing)}</span>
        )}
        <Count value={standing?.apart ?? null} />
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
            href={`/plans/${standing.planId}`}
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

/** As wide as what comes. */
function WaitingCells() {
  return (
    <>
      <Cell>
        <Skeleton className="h-3 w-40 max-w-full" />
      </Cell>
      <Cell className="hidden sm:table-cell">
        <Skeleton className="h-3 w-24" />
      </Cell>
      <Cell className="hidden lg:table-cell">
        <Skeleton className="h-2.5 w-full" />
      </Cell>
      <Cell>
        <Skeleton className="ml-auto h-3 w-14" />
      </Cell>
      <Cell className="hidden md:table-cell">
        <Skeleton className="ml-auto h-3 w-8" />
      </Cell>
      <Cell className="hidden md:table-cell">
        <Skeleton className="h-3 w-16" />
      </Cell>
      <Cell className="hidden sm:table-cell">
        <Skeleton className="ml-auto h-3 w-14" />
      </Cell>
      <Cell className="hidden lg:table-cell">
        <Skeleton className="ml-auto h-3 w-14" />
      </Cell>
    </>
  );
}
