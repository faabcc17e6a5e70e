"use client";

import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { runsQuery } from "@/components/data/queries";
import { Button, ButtonLink } from "@/components/ui/button";
import { useDebounced } from "@/components/ui/debounced";
import { SearchField, Select } from "@/components/ui/field";
import { MoreRows } from "@/components/ui/more-rows";
import { PageHead } from "@/components/ui/page-head";
import { Skeleton } from "@/components/ui/skeleton";
import { Empty, ProblemNote } from "@/components/ui/states";
import { manyWords } from "@/components/words/figures";
import { runKindWords } from "@/components/words/run";
import { runKinds } from "@/lib/shapes/run";
import { RunTable } from "./run-table";
import { stateGroups } from "./state-groups";

const parsers = {
  search: parseAsString.withDefault(""),
  state: parseAsStringLiteral(stateGroups.map((group) => group.name)),
  kind: parseAsStringLiteral(runKinds),
};

/** Everything that ran, newest first; the filters stand in the URL. */
export function Runs() {
  const [asked, setAsked] = useQueryStates(parsers);
  const search = useDebounced(asked.search.trim(), 250);
  const states = stateGroups.find((group) => group.name === asked.state)?.states ?? [];
  const query = useInfiniteQuery({
    ...runsQuery({ state: states, kind: asked.kind, search }),
    placeholderData: keepPreviousData,
  });
  const runs = query.data?.pages.flatMap((page) => page.runs) ?? [];
  const matching = query.data?.pages[0]?.matching ?? 0;
  const filtered = search !== "" || asked.state !== null || asked.kind !== null;
  return (
    <>
      <PageHead
        title="Runs"
        note={
          query.data &&
          (filtered
            ? `${manyWords(matching, "run")} ${matching === 1 ? "matches" : "match"}`
            : manyWords(matching, "run"))
        }
        actions={
          <ButtonLink href="/reembed" look="primary">
            Re-embed namespaces
          </ButtonLink>
        }
      />
      <div className="mb-4 flex flex-wrap gap-2">
        <SearchField
          label="Search by namespace, ID or who started it"
          value={asked.search}
          onChange={(value) => void setAsked({ search: value })}
          className="min-w-0 flex-1 basis-64"
        />
        <Select
          aria-label="State"
          value={asked.state ?? ""}
          onChange={(event) =>
            void setAsked({ state: stateGroups.find(({ name }) => name === event.target.value)?.name ?? null })
          }
        >
          <option value="">Any state</option>
          {stateGroups.map((group) => (
            <option key={group.name} value={group.name}>
              {group.title}
            </option>
          ))}
        </Select>
        <Select
          aria-label="Kind"
          value={asked.kind ?? ""}
          onChange={(event) => void setAsked({ kind: runKinds.find((kind) => kind === event.target.value) ?? null })}
        >
          <option value="">Any kind</option>
          {runKinds.map((kind) => (
            <option key={kind} value={kind}>
              {runKindWords[kind]}
            </option>
          ))}
        </Select>
      </div>
      {query.error && !query.data && <ProblemNote error={query.error} retry={() => void query.refetch()} />}
      {!query.data && !query.error && <Skeleton className="h-96 w-full rounded-md" />}
      {query.data && runs.length === 0 && (
        <Empty
          title={filtered ? "No run matches" : "No runs yet"}
          action={
            filtered ? (
              <Button onClick={() => void setAsked({ search: "", state: null, kind: null })}>Show all runs</Button>
            ) : (
              <ButtonLink href="/reembed" look="primary">
                Re-embed namespaces
              </ButtonLink>
            )
          }
        >
          {filtered
            ? "Search finds parts of a namespace's name, of a run's ID, and who started it."
            : "Estimates, re-embeddings, mirrorings, clearances and verifications are kept here, with what they did and what they left out."}
        </Empty>
      )}
      {runs.length > 0 && <RunTable runs={runs} />}
      <MoreRows query={query} shown={runs.length} matching={matching}>
        Show older runs
      </MoreRows>
    </>
  );
}
