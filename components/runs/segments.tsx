"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Fragment, useEffect, useRef, useState } from "react";
import { isMoving, segmentsPageSize as pageSize, segmentsQuery } from "@/components/data/queries";
import { Button } from "@/components/ui/button";
import { useDebounced } from "@/components/ui/debounced";
import { SearchField } from "@/components/ui/field";
import { Count } from "@/components/ui/figure";
import { Identifier, NamespaceName } from "@/components/ui/identifier";
import { Link } from "@/components/ui/link";
import { useNarrow } from "@/components/ui/narrow";
import { SidesLine } from "@/components/ui/sides-bar";
import { SkeletonRows } from "@/components/ui/skeleton";
import { SegmentStateWord } from "@/components/ui/state-word";
import { Empty, ProblemNote } from "@/components/ui/states";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { countWords, manyWords } from "@/components/words/figures";
import { withoutCommands } from "@/components/words/problem";
import {
  accounted,
  isWriting,
  nounOf,
  partsOfOutcome,
  progressOf,
  segmentStateIn,
  withoutVerdict,
} from "@/components/words/run";
import { namespaceHref } from "@/lib/shapes/namespaces/namespace-address";
import type { Run, SegmentView } from "@/lib/shapes/runs/run";
import { headingOf, type VerdictWord, wordOf } from "@/lib/shapes/runs/verdict-words";
import { visible } from "@/lib/text/visible-text";

const verdictColours: Record<VerdictWord, string> = {
  verified: "text-done",
  "compared-in-part": "text-quiet",
  incomplete: "text-attention",
  "not-verified": "text-problem",
  "nothing-to-verify": "text-quiet",
};
const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

function VerdictWords({ run, segment }: { run: Run; segment: SegmentView }) {
  const { verdict, error } = segment;
  if (error) {
    return (
      <span className="text-problem">
        {error.what} <span className="text-quiet">{withoutCommands(error.next)}</span>
      </span>
    );
  }
  if (!verdict) return <span className="text-quiet">{withoutVerdict(run, segment)}</span>;
  return (
    <span>
      <span className={`font-medium ${verdictColours[wordOf(verdict)]}`}>{capital(headingOf(verdict))}</span>{" "}
      <span className="text-quiet">{verdict.words}</span>
    </span>
  );
}

function SegmentRows({ run, segment }: { run: Run; segment: SegmentView }) {
  const writes = isWriting(run);
  const narrow = useNarrow();
  const left = segment.outcome.skipped + segment.outcome.failed + segment.outcome.drifted;
  const mismatches = segment.verdict?.mismatches ?? [];
  return (
    <Fragment>
      <Row className={segment.verdict || segment.error ? "max-sm:border-b-0" : undefined}>
        <Cell className="hidden align-top sm:table-cell">
          <SegmentStateWord state={segmentStateIn(run, segment)} />
        </Cell>
        <Cell className="align-top">
          <span className="flex min-w-0">
            <NamespaceName name={segment.namespace} />
          </span>
          <span className="mt-0.5 block text-quiet sm:hidden">
            <SegmentStateWord state={segmentStateIn(run, segment)} />
          </span>
          <span className="mt-0.5 hidden sm:block md:hidden">
            <VerdictWords {...{ run, segment }} />
          </span>
        </Cell>
        <Cell className="hidden pt-2.5 align-top sm:table-cell">
          {writes && (
            <SidesLine parts={partsOfOutcome(segment.outcome)} tense="run" remaining={progressOf(segment).remaining} />
          )}
        </Cell>
        <Cell number className="align-top">
          <Count value={writes ? segment.outcome.written : null} />
        </Cell>
        <Cell number className="hidden align-top sm:table-cell">
          <Count value={writes ? segment.outcome.unchanged : null} />
        </Cell>
        <Cell number className="align-top">
          <Count value={left} />
        </Cell>
        <Cell className="hidden align-top wrap-anywhere md:table-cell">
          <VerdictWords {...{ run, segment }} />
        </Cell>
      </Row>
      {(segment.verdict || segment.error) && (
        <tr className="border-b border-line sm:hidden">
          <td colSpan={3} className="px-3 pb-2">
            <VerdictWords {...{ run, segment }} />
          </td>
        </tr>
      )}
      {mismatches.length > 0 && (
        <tr className="border-b border-line">
          <td colSpan={narrow ? 3 : 6} className="px-3 py-2">
            <details>
              <summary className="w-fit rounded-sm text-quiet hover:text-ink">
                {mismatches.length === 20 ? "The first 20 records" : manyWords(mismatches.length, "record")} that{" "}
                {mismatches.length === 1 ? "doesn't" : "don't"} match
              </summary>
              <ul className="mt-1 grid gap-0.5">
                {mismatches.map((mismatch) => (
                  <li key={mismatch.id} className="flex flex-wrap gap-x-2">
                    {nounOf(run) === "record" ? (
                      <Link
                        href={namespaceHref(segment.namespace, mismatch.id)}
                        className="min-w-0 rounded-sm text-accent underline underline-offset-2"
                      >
                        <Identifier text={mismatch.id} />
                      </Link>
                    ) : (
                      <Identifier text={mismatch.id} />
                    )}
                    <span className="text-quiet">{visible(mismatch.detail)}</span>
                  </li>
                ))}
              </ul>
            </details>
          </td>
        </tr>
      )}
    </Fragment>
  );
}

/** The run's namespaces: how far each is, and what the read-back check says of it. */
export function Segments({ run }: { run: Run }) {
  const [search, setSearch] = useState("");
  const [offset, setOffset] = useState(0);
  const settled = useDebounced(search.trim(), 250);
  const { data, error, refetch } = useQuery({
    ...segmentsQuery(run.id, settled, offset, pageSize),
    placeholderData: keepPreviousData,
    refetchInterval: isMoving(run) ? 1500 : false,
  });
  const { state } = run;
  const sum = accounted(run.outcome);
  // The rows agree with the totals above: they are read again whenever those have moved, also at a run's last step.
  const totals = `${state} ${sum.toString()}`;
  const read = useRef(totals);
  useEffect(() => {
    if (read.current === totals) return;
    read.current = totals;
    void refetch();
  }, [totals, refetch]);
  const total = data?.total ?? 0;
  const documents = run.kind === "clearance";
  return (
    <>
      {(total > 10 || search !== "") && (
        <SearchField
          label="Search namespaces of this run"
          value={search}
          onChange={(value) => {
            setSearch(value);
            setOffset(0);
          }}
          className="mb-3 max-w-80"
        />
      )}
      {error && !data && <ProblemNote error={error} retry={() => void refetch()} />}
      {data && data.segments.length === 0 ? (
        <Empty title="No namespace of this run matches" />
      ) : (
        <Table label={documents ? "Documents of this run" : "Namespaces of this run"} className="table-fixed">
          <thead>
            <tr>
              <HeadCell className="hidden w-28 sm:table-cell">State</HeadCell>
              <HeadCell className="md:w-[24%]">{documents ? "Where" : "Namespace"}</HeadCell>
              <HeadCell className="hidden w-[14%] sm:table-cell">{documents ? "Documents" : "Records"}</HeadCell>
              <HeadCell number className="w-20">
                Written
              </HeadCell>
              <HeadCell number className="hidden w-24 sm:table-cell">
                Unchanged
              </HeadCell>
              <HeadCell number className="w-20">
                Not written
              </HeadCell>
              <HeadCell className="hidden md:table-cell">Verification</HeadCell>
            </tr>
          </thead>
          <tbody>
            {data ? (
              data.segments.map((segment) => <SegmentRows key={segment.namespace} run={run} segment={segment} />)
            ) : (
              <SkeletonRows rows={3} />
            )}
          </tbody>
        </Table>
      )}
      {total > pageSize && (
        <div className="mt-3 flex items-center gap-2 text-sm text-quiet">
          <Button disabled={offset === 0} onClick={() => setOffset(Math.max(0, offset - pageSize))}>
            Previous namespaces
          </Button>
          <Button disabled={offset + pageSize >= total} onClick={() => setOffset(offset + pageSize)}>
            Next namespaces
          </Button>
          <span className="figures">
            {countWords(offset + 1)} to {countWords(Math.min(total, offset + pageSize))} of {countWords(total)}
          </span>
        </div>
      )}
    </>
  );
}
