"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useState } from "react";
import { ConfigurationTabs } from "@/components/configuration/configuration-tabs";
import { withSearch } from "@/components/data/fetch-answer";
import { auditQuery, auditVerdictQuery } from "@/components/data/team-queries";
import { Button, ButtonLink } from "@/components/ui/button";
import { FilterBar, SelectOne } from "@/components/ui/filter-bar";
import { Moment } from "@/components/ui/moment";
import { PageHead } from "@/components/ui/page-head";
import { Skeleton } from "@/components/ui/skeleton";
import { Empty, Notice, ProblemNote } from "@/components/ui/states";
import { actWords } from "@/components/words/audit";
import { countWords, manyWords } from "@/components/words/figures";
import { auditOutcomes } from "@/lib/shapes/team/audit";
import { AuditTable } from "./audit-table";

const outcomeTitles = { done: "Done", refused: "Refused", failed: "Failed", unknown: "Unknown" };

/** Who did what, on which plan, allowed or refused; and whether the trail is whole. */
export function AuditPage() {
  const [filters, setFilters] = useQueryStates({
    who: parseAsString.withDefault(""),
    act: parseAsString.withDefault(""),
    outcome: parseAsStringLiteral(auditOutcomes),
  });
  const [before, setBefore] = useState<number | null>(null);
  const asked = { who: filters.who, act: filters.act, outcome: filters.outcome ?? "" };
  const { data, error, refetch } = useQuery({ ...auditQuery(asked, before), placeholderData: keepPreviousData });
  const verdict = useQuery({ ...auditVerdictQuery(), enabled: false });
  const narrow = (change: Partial<typeof filters>) => {
    setBefore(null);
    void setFilters(change);
  };
  const last = data?.entries.at(-1)?.number ?? null;
  return (
    <>
      <PageHead
        title="Audit trail"
        note={data && manyWords(data.matching, "entry", "entries")}
        actions={
          <>
            <Button busy={verdict.isFetching} onClick={() => void verdict.refetch()}>
              Verify
            </Button>
            <ButtonLink download href={withSearch("/api/v1/audit/export", asked)}>
              Export
            </ButtonLink>
          </>
        }
      />
      <ConfigurationTabs />
      {verdict.data && (
        <div className="mb-4">
          <Notice level={verdict.data.ok ? "info" : "error"}>
            {verdict.data.broken
              ? `The trail is broken at entry ${countWords(verdict.data.broken.number)}. ${verdict.data.broken.words}`
              : `The trail is whole: ${manyWords(verdict.data.entries, "entry", "entries")} follow each other as they were written.`}
            {verdict.data.open > 0 && (
              <span className="block">
                {manyWords(verdict.data.open, "act was", "acts were")} begun and no entry says how it ended.
              </span>
            )}
            {verdict.data.last && (
              <span className="block font-mono text-[12.5px] wrap-anywhere">
                {verdict.data.last.hash} entry {verdict.data.last.number}
              </span>
            )}
          </Notice>
        </div>
      )}
      <FilterBar label="Search by who" search={filters.who} onSearch={(who) => narrow({ who })}>
        <SelectOne
          label="What"
          of={data?.acts ?? []}
          title={actWords}
          value={filters.act === "" ? null : filters.act}
          any="Everything"
          onChange={(act) => narrow({ act: act ?? "" })}
        />
        <SelectOne
          label="Outcome"
          of={auditOutcomes}
          title={(outcome) => outcomeTitles[outcome]}
          value={filters.outcome}
          any="Any outcome"
          onChange={(outcome) => narrow({ outcome })}
        />
      </FilterBar>
      {error && !data && <ProblemNote error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton className="h-72 w-full rounded-md" />}
      {data && data.open.length > 0 && (
        <div className="mb-4">
          <Notice level="warn">
            {data.open.map(({ at, who, act, subject }) => (
              <span key={`${at} ${act} ${subject}`} className="block wrap-anywhere">
                {`${who}: ${act} ${subject}`.trimEnd()} was begun <Moment at={at} />; how it ended isn't known.
              </span>
            ))}
          </Notice>
        </div>
      )}
      {data && data.entries.length === 0 && <Empty title="No entry matches" />}
      {data && data.entries.length > 0 && <AuditTable entries={data.entries} />}
      <div className="mt-3 flex gap-2">
        {before !== null && <Button onClick={() => setBefore(null)}>Newest</Button>}
        {data && data.entries.length === 50 && last !== null && <Button onClick={() => setBefore(last)}>Older</Button>}
      </div>
    </>
  );
}
