"use client";

import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { withSearch } from "@/components/data/fetch-answer";
import { logQuery } from "@/components/data/queries";
import { Button, ButtonLink } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { useDebounced } from "@/components/ui/debounced";
import { FilterBar, SelectOne } from "@/components/ui/filter-bar";
import { useNow } from "@/components/ui/moment";
import { Skeleton } from "@/components/ui/skeleton";
import { Empty, ProblemNote } from "@/components/ui/states";
import { namespaceWords } from "@/components/words/figures";
import { absoluteWords, clockWords } from "@/components/words/time";
import type { Run, RunEvent } from "@/lib/shapes/runs/run";
import { visible } from "@/lib/text/visible-text";
import { matchesLog, mergeLines } from "./log-lines";

const levels = ["info", "warn", "error"] as const;
const levelWords = { info: "Everything", warn: "Warnings and errors", error: "Errors" };
const levelLooks = { info: "text-quiet", warn: "text-attention", error: "text-problem" };
const parsers = {
  level: parseAsStringLiteral(levels).withDefault("info"),
  find: parseAsString.withDefault(""),
};

function Line({ line, local }: { line: RunEvent; local: boolean }) {
  return (
    <li className="grid grid-cols-[auto_1fr] gap-x-3 border-b border-line px-3 py-1 last:border-b-0 sm:grid-cols-[4.5rem_3.5rem_minmax(0,1fr)]">
      <time dateTime={line.at} title={local ? absoluteWords(line.at) : line.at} className="figures text-quiet">
        {local ? clockWords(line.at) : line.at.slice(11, 19)}
      </time>
      <span className={cx("text-xs leading-5", levelLooks[line.level])}>{line.level}</span>
      <span className="col-span-2 min-w-0 wrap-anywhere sm:col-span-1">
        {visible(line.message)}
        {line.namespace !== null && (
          <span className="ml-2 font-mono text-xs text-quiet">{namespaceWords(line.namespace)}</span>
        )}
      </span>
    </li>
  );
}

/** What the run wrote down, newest first, as it comes; filtered by severity and words; the whole of it to download. */
export function RunLog({ run, lines }: { run: Run; lines: readonly RunEvent[] }) {
  const now = useNow();
  const [asked, setAsked] = useQueryStates(parsers);
  const search = useDebounced(asked.find.trim(), 250);
  const level = asked.level === "info" ? null : asked.level;
  const query = useInfiniteQuery({ ...logQuery(run.id, { level, search }), placeholderData: keepPreviousData });
  const fetched = query.data?.pages.flatMap((page) => page.events) ?? [];
  const shown = mergeLines(
    lines.filter((line) => matchesLog(line, asked.level, search)),
    fetched,
  );
  return (
    <>
      <FilterBar label="Search the log" search={asked.find} onSearch={(find) => void setAsked({ find })}>
        <SelectOne
          label="Severity"
          of={levels}
          title={(each) => levelWords[each]}
          value={asked.level}
          onChange={(next) => void setAsked({ level: next })}
        />
        <ButtonLink
          download
          href={`/api/v1${withSearch(`/runs/${run.id}/log/export`, { level, search, format: "jsonl" })}`}
        >
          <Download aria-hidden className="size-3.5" /> Download log
        </ButtonLink>
      </FilterBar>
      {query.error && !query.data && <ProblemNote error={query.error} retry={() => void query.refetch()} />}
      {!query.data && !query.error && <Skeleton className="h-64 w-full rounded-md" />}
      {query.data && shown.length === 0 && (
        <Empty title={search !== "" || level !== null ? "No line matches" : "Nothing written down yet"} />
      )}
      {shown.length > 0 && (
        <ol aria-label="Log, newest first" className="rounded-md border border-line bg-surface text-sm">
          {shown.map((line) => (
            <Line key={line.id} line={line} local={now !== null} />
          ))}
        </ol>
      )}
      {query.hasNextPage && (
        <Button className="mt-3" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show older lines
        </Button>
      )}
    </>
  );
}
