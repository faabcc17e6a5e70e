"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Download } from "lucide-react";
import dynamic from "next/dynamic";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useEffect, useRef, useState } from "react";
import { withSearch } from "@/components/data/fetch-answer";
import { findingReasonsQuery, findingsQuery } from "@/components/data/queries";
import { useWindows } from "@/components/data/use-windows";
import { useCommands } from "@/components/shell/commands";
import { Button, ButtonLink } from "@/components/ui/button";
import { useDebounced } from "@/components/ui/debounced";
import { FilterBar, SelectOne } from "@/components/ui/filter-bar";
import { Link } from "@/components/ui/link";
import { Skeleton } from "@/components/ui/skeleton";
import { Empty, ProblemNote } from "@/components/ui/states";
import { countWords, manyWords } from "@/components/words/figures";
import { isOver, isWriting, nounOf } from "@/components/words/run";
import type { Finding } from "@/lib/shapes/runs/reason";
import { findingKinds, reasons, reasonWords } from "@/lib/shapes/runs/reason-names";
import type { Run } from "@/lib/shapes/runs/run";
import { FindingTable, findingKindWords } from "./finding-table";
import { RetryDialog } from "./retry-dialog";

const FindingSheet = dynamic(() => import("./finding-sheet").then((module) => module.FindingSheet), { ssr: false });

const parsers = {
  kind: parseAsStringLiteral(findingKinds),
  reason: parseAsStringLiteral(reasons),
  find: parseAsString.withDefault(""),
};

/** Records that were left alone or need a look, each with its reason; they can be exported, and retried when the run is over. */
export function Findings({ run }: { run: Run }) {
  const [asking, setAsking] = useState(false);
  const [asked, setAsked] = useQueryStates(parsers);
  const search = useDebounced(asked.find.trim(), 250);
  const filters = { kind: asked.kind, reason: asked.reason, search };
  const [shown, setShown] = useState({ first: 0, last: 0 });
  const [opened, setOpened] = useState<Finding | null>(null);
  const list = useWindows((offset, limit) => findingsQuery(run.id, filters, offset, limit), shown);
  const { matching, loaded, error } = list;
  const tally = useQuery(findingReasonsQuery(run.id, asked.kind));
  const counts = new Map(tally.data?.map(({ reason, count }) => [reason, count]));
  const { skipped, failed, drifted, warning } = run.findings;
  const all = skipped + failed + drifted + warning;
  const client = useQueryClient();
  const counted = useRef(all);
  useEffect(() => {
    if (counted.current === all) return;
    counted.current = all;
    void client.invalidateQueries({ queryKey: ["findings", run.id] });
  }, [all, client, run.id]);

  const filtered = asked.kind !== null || asked.reason !== null || search !== "";
  const exportPath = (format: string) =>
    `/api/v1${withSearch(`/runs/${run.id}/findings/export`, { ...filters, format })}`;
  // What drifted from a plan isn't what was reviewed any more: a retry would write something else.
  const mendable = skipped + failed;
  const retryable =
    isOver(run) && isWriting(run) && mendable > 0 && asked.kind !== "warning" && asked.kind !== "drifted";

  const again = () => setAsking(true);
  const retryTitle = asked.kind || asked.reason ? "Retry these findings" : "Retry findings";
  useCommands(retryable ? [{ id: "retry", title: retryTitle, group: "This page", keys: "y", run: again }] : []);

  if (all === 0 && !filtered) {
    return (
      <Empty title={isOver(run) ? "No findings" : "No findings so far"}>
        {run.kind === "clearance"
          ? "A finding is a document that was left alone or needs a look: changed since the review, refused by the mapping."
          : "A finding is a record that was left alone or needs a look: without text, too long, refused by a service."}
      </Empty>
    );
  }
  return (
    <>
      <FilterBar label="Search IDs and details" search={asked.find} onSearch={(find) => void setAsked({ find })}>
        <SelectOne
          label="Kind of finding"
          of={findingKinds}
          title={(kind) => `${findingKindWords[kind]} (${countWords(run.findings[kind])})`}
          value={asked.kind}
          any="Any kind"
          onChange={(kind) => void setAsked({ kind })}
        />
        <SelectOne
          label="Reason"
          of={reasons.filter((reason) => reason === asked.reason || counts.has(reason))}
          title={(reason) => `${reasonWords[reason]} (${countWords(counts.get(reason) ?? 0)})`}
          value={asked.reason}
          any="Any reason"
          onChange={(reason) => void setAsked({ reason })}
        />
        <ButtonLink href={exportPath("jsonl")} download aria-label="Export findings as JSONL">
          <Download aria-hidden className="size-3.5" /> JSONL
        </ButtonLink>
        <ButtonLink href={exportPath("csv")} download aria-label="Export findings as CSV">
          <Download aria-hidden className="size-3.5" /> CSV
        </ButtonLink>
        {retryable && (
          <Button look="primary" onClick={again}>
            {retryTitle}
          </Button>
        )}
      </FilterBar>
      {retryable && (
        <RetryDialog
          run={run}
          chosen={{ kind: asked.kind === "warning" ? null : asked.kind, reason: asked.reason }}
          open={asking}
          onOpenChange={setAsking}
        />
      )}
      {drifted > 0 && (
        <p className="mb-2 text-sm">
          {manyWords(drifted, nounOf(run))} changed after the review and {drifted === 1 ? "was" : "were"} not written.{" "}
          {run.planId !== null && (
            <Link href={`/plans/${run.planId}`} className="rounded-sm text-accent underline underline-offset-2">
              Open the plan to {run.kind === "clearance" ? "plan" : "analyse"} again
            </Link>
          )}
        </p>
      )}
      <p role="status" className="mb-2 text-sm text-quiet">
        {loaded &&
          (filtered
            ? `${manyWords(matching, "finding")} of ${countWords(all)} ${matching === 1 ? "matches" : "match"}`
            : manyWords(matching, "finding"))}
        {retryable &&
          (run.kind === "clearance"
            ? ". Retry re-reads these documents and sets those that can be set now."
            : ". Retry re-reads these records and embeds those that now have valid text.")}
      </p>
      {error && (
        <div className="mb-3">
          <ProblemNote
            error={error}
            retry={list.retry}
            {...(loaded ? { title: "Part of the list could not be read" } : {})}
          />
        </div>
      )}
      {!loaded && !error && <Skeleton className="h-64 w-full rounded-md" />}
      {loaded && matching === 0 && (
        <Empty
          title="No finding matches"
          action={
            <Button onClick={() => void setAsked({ kind: null, reason: null, find: "" })}>Show all findings</Button>
          }
        />
      )}
      {matching > 0 && (
        <FindingTable
          list={JSON.stringify(filters)}
          matching={matching}
          rowAt={list.rowAt}
          onShown={setShown}
          onOpen={setOpened}
          noun={nounOf(run)}
        />
      )}
      {opened && <FindingSheet run={run} finding={opened} onClose={() => setOpened(null)} />}
    </>
  );
}
