"use client";

import Link from "next/link";
import type { FleetBrowse } from "@/components/data/fleet-queries";
import { Count } from "@/components/ui/figure";
import { NamespaceName } from "@/components/ui/identifier";
import { Moment } from "@/components/ui/moment";
import { useRowKeys } from "@/components/ui/row-keys";
import { ShoresLine } from "@/components/ui/shores-bar";
import { FleetStateWord, RunStateWord } from "@/components/ui/state-word";
import { Cell, HeadCell, Row, SortHead, Table } from "@/components/ui/table";
import { distanceSigns, partsOfDistance } from "@/components/words/fleet";
import { runKindWords } from "@/components/words/run";
import type { FleetRow } from "@/lib/shapes/fleet";
import { Sparkline } from "./sparkline";

type Asked = Pick<FleetBrowse, "sort" | "direction">;

/** One page of namespaces: state, distance now and over time, last look, next turn. A row opens all that is known of it. */
export function FleetTable({
  rows,
  asked,
  onSort,
  onOpen,
}: {
  rows: readonly FleetRow[];
  asked: Asked;
  onSort(sort: Asked["sort"]): void;
  onOpen(name: string): void;
}) {
  const keys = useRowKeys({
    count: rows.length,
    onOpen: (index) => {
      const row = rows[index];
      if (row) onOpen(row.name);
    },
  });
  const head = { sort: asked.sort, direction: asked.direction, onSort };
  return (
    <Table label="Fleet" className="table-fixed">
      <thead>
        <tr>
          <SortHead {...head} name="name" label="Namespace" className="w-[56%] sm:w-auto" />
          <SortHead {...head} name="state" label="State" className="hidden w-40 sm:table-cell" />
          <HeadCell className="hidden w-[16%] lg:table-cell">Source to target</HeadCell>
          <SortHead {...head} name="apart" label="Apart" number className="sm:w-32" />
          <SortHead {...head} name="orphan" label="Orphans" number className="hidden w-24 md:table-cell" />
          <HeadCell className="hidden w-28 md:table-cell">Over time</HeadCell>
          <SortHead {...head} name="analysed" label="Last plan" number className="hidden w-28 sm:table-cell" />
          <HeadCell number className="hidden w-28 lg:table-cell">
            Next turn
          </HeadCell>
        </tr>
      </thead>
      <tbody {...keys.body}>
        {rows.map((row, index) => (
          <Row key={row.name} {...keys.row(index)} className="cursor-pointer" onClick={() => onOpen(row.name)}>
            <FleetCells row={row} onOpen={onOpen} />
          </Row>
        ))}
      </tbody>
    </Table>
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
        <StateOf row={row} />
      </Cell>
      <Cell className="hidden lg:table-cell">
        {standing && <ShoresLine parts={partsOfDistance(standing)} tense="place" />}
      </Cell>
      <Cell number>
        <Count value={standing?.apart ?? null} />
        {standing && standing.apart > 0 && (
          <span className="block truncate text-xs text-quiet">{distanceSigns(standing)}</span>
        )}
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
