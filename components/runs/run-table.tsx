"use client";

import { useGo } from "@/components/data/use-go";
import { Count, Money } from "@/components/ui/figure";
import { NamespaceName } from "@/components/ui/identifier";
import { Link } from "@/components/ui/link";
import { Moment, useNow } from "@/components/ui/moment";
import { useNarrow } from "@/components/ui/narrow";
import { useRowKeys } from "@/components/ui/row-keys";
import { SidesLine } from "@/components/ui/sides-bar";
import { RunStateWord } from "@/components/ui/state-word";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { durationWords, manyWords } from "@/components/words/figures";
import { isWriting, partsOfOutcome, progressOf, runKindOf, shortId } from "@/components/words/run";
import { secondsBetween } from "@/components/words/time";
import type { Run } from "@/lib/shapes/runs/run";

/** What a run works on: its one namespace by name, several by number. */
export function RunPlaces({ run }: { run: Run }) {
  const [first] = run.namespaces;
  if (run.namespaceTotal === 0) return <span>All documents</span>;
  if (run.namespaceTotal === 1 && first !== undefined) return <NamespaceName name={first} />;
  return <span>{manyWords(run.namespaceTotal, "namespace")}</span>;
}

function Lasted({ run }: { run: Run }) {
  const now = useNow();
  if (run.startedAt === null || now === null) return <span className="text-quiet">–</span>;
  return <>{durationWords(Math.round(secondsBetween(run.startedAt, run.endedAt, now)))}</>;
}

/** Estimates and verifications write nothing: for them the columns of what was written stay empty. */
function Written({ run, value }: { run: Run; value: number }) {
  return <Count value={run.kind === "plan" || run.kind === "verify" ? null : value} />;
}

/** Runs, newest first. `brief` leaves out what the dashboard has no room for. */
export function RunTable({ runs, brief = false }: { runs: readonly Run[]; brief?: boolean }) {
  const go = useGo();
  const narrow = useNarrow();
  const keys = useRowKeys({
    count: runs.length,
    onOpen: (index) => {
      const run = runs[index];
      if (run) go(`/runs/${run.id}`);
    },
  });
  const wide = brief ? "hidden" : "hidden lg:table-cell";
  return (
    <Table label="Runs" className="table-fixed">
      <thead>
        <tr>
          <HeadCell className={brief ? "w-36" : "w-36 lg:w-48"}>State</HeadCell>
          <HeadCell className={brief ? "sm:w-32" : "sm:w-58"}>Run</HeadCell>
          <HeadCell className="hidden sm:table-cell">Namespaces</HeadCell>
          <HeadCell className={brief ? "hidden w-28 xl:table-cell" : "hidden w-[13%] md:table-cell"}>Records</HeadCell>
          <HeadCell number className={`${wide} w-24`}>
            Written
          </HeadCell>
          <HeadCell number className={`${wide} w-24`}>
            Unchanged
          </HeadCell>
          <HeadCell number className={`${wide} w-20`}>
            Not written
          </HeadCell>
          <HeadCell number className={`${wide} w-20`}>
            Embedding
          </HeadCell>
          <HeadCell number className={brief ? "hidden" : "hidden w-28 2xl:table-cell"}>
            Duration
          </HeadCell>
          <HeadCell number className="w-24">
            Created
          </HeadCell>
        </tr>
      </thead>
      <tbody {...keys.body}>
        {runs.map((run, index) => {
          const { outcome } = run;
          return (
            <Row key={run.id} {...keys.row(index)} className="cursor-pointer" onClick={() => go(`/runs/${run.id}`)}>
              <Cell>
                <RunStateWord state={run.state} warnings={run.findings.warning} short={brief || narrow} />
              </Cell>
              <Cell className="truncate">
                <Link href={`/runs/${run.id}`} tabIndex={-1} className="rounded-sm font-medium hover:text-accent">
                  {runKindOf(run)}
                  {!brief && (
                    <span className="hidden font-mono text-xs font-normal text-quiet sm:inline">
                      {" "}
                      {shortId(run.id)}
                    </span>
                  )}
                </Link>
                <span className="block truncate text-xs text-quiet sm:hidden">
                  <RunPlaces run={run} />
                </span>
              </Cell>
              <Cell className="hidden truncate sm:table-cell">
                <RunPlaces run={run} />
              </Cell>
              <Cell className={brief ? "hidden xl:table-cell" : "hidden md:table-cell"}>
                {isWriting(run) && (
                  <SidesLine parts={partsOfOutcome(outcome)} tense="run" remaining={progressOf(run).remaining} />
                )}
              </Cell>
              <Cell number className={wide}>
                <Written run={run} value={outcome.written} />
              </Cell>
              <Cell number className={wide}>
                <Written run={run} value={outcome.unchanged} />
              </Cell>
              <Cell number className={wide}>
                <Written run={run} value={outcome.skipped + outcome.failed + outcome.drifted} />
              </Cell>
              <Cell number className={wide}>
                <Money usd={run.embedded.usd} about={false} />
              </Cell>
              <Cell number className={brief ? "hidden" : "hidden 2xl:table-cell"}>
                <Lasted run={run} />
              </Cell>
              <Cell number className="text-quiet">
                <Moment at={run.createdAt} />
              </Cell>
            </Row>
          );
        })}
      </tbody>
    </Table>
  );
}
