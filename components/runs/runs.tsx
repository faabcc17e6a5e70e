"use client";

import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { runsQuery } from "@/components/data/queries";
import { useListedRoute } from "@/components/data/use-routes";
import { listedParser, RouteFilter } from "@/components/routes/route-filter";
import { Button, ButtonLink } from "@/components/ui/button";
import { useDebounced } from "@/components/ui/debounced";
import { FilterBar, SelectOne } from "@/components/ui/filter-bar";
import { MoreRows } from "@/components/ui/more-rows";
import { PageHead } from "@/components/ui/page-head";
import { Skeleton } from "@/components/ui/skeleton";
import { Empty, ProblemNote } from "@/components/ui/states";
import { manyWords } from "@/components/words/figures";
import { runKindWords } from "@/components/words/run";
import { runKinds } from "@/lib/shapes/names";
import { RunTable } from "./run-table";
import { stateGroups } from "./state-groups";

const parsers = {
  search: parseAsString.withDefault(""),
  state: parseAsStringLiteral(stateGroups.map((group) => group.name)),
  kind: parseAsStringLiteral(runKinds),
  routes: listedParser,
};

/** Everything that ran, newest first; the filters stand in the URL. */
export function Runs() {
  const [asked, setAsked] = useQueryStates(parsers);
  const search = useDebounced(asked.search.trim(), 250);
  const states = stateGroups.find((group) => group.name === asked.state)?.states ?? [];
  const route = useListedRoute(asked.routes === "all");
  const query = useInfiniteQuery({
    ...runsQuery({ state: states, kind: asked.kind, search, route }),
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
          <ButtonLink href="/migrate" look="primary">
            Migrate namespaces
          </ButtonLink>
        }
      />
      <FilterBar
        label="Search by namespace, ID or who started it"
        search={asked.search}
        onSearch={(value) => void setAsked({ search: value })}
      >
        <SelectOne
          label="State"
          of={stateGroups.map(({ name }) => name)}
          title={(name) => stateGroups.find((group) => group.name === name)?.title ?? name}
          value={asked.state}
          any="Any state"
          onChange={(state) => void setAsked({ state })}
        />
        <SelectOne
          label="Kind"
          of={runKinds}
          title={(kind) => runKindWords[kind]}
          value={asked.kind}
          any="Any kind"
          onChange={(kind) => void setAsked({ kind })}
        />
        <RouteFilter value={asked.routes} onChange={(routes) => void setAsked({ routes })} />
      </FilterBar>
      {query.error && !query.data && <ProblemNote error={query.error} retry={() => void query.refetch()} />}
      {!query.data && !query.error && <Skeleton className="h-96 w-full rounded-md" />}
      {query.data && runs.length === 0 && (
        <Empty
          title={filtered ? "No run matches" : "No runs yet"}
          action={
            filtered ? (
              <Button onClick={() => void setAsked({ search: "", state: null, kind: null })}>Show all runs</Button>
            ) : (
              <ButtonLink href="/migrate" look="primary">
                Migrate namespaces
              </ButtonLink>
            )
          }
        >
          {filtered
            ? "Search finds parts of a namespace's name, of a run's ID, and who started it."
            : "All estimates, analyses, migrations, mirrorings, clearance updates and verifications are listed here."}
        </Empty>
      )}
      {runs.length > 0 && <RunTable runs={runs} />}
      <MoreRows query={query} shown={runs.length} matching={matching}>
        Show older runs
      </MoreRows>
    </>
  );
}
