"use client";

import { useQuery } from "@tanstack/react-query";
import { useQueryStates } from "nuqs";
import { fleetPageSize, fleetQuery } from "@/components/data/fleet-queries";
import { Button, ButtonLink } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { useDebounced } from "@/components/ui/debounced";
import { SearchField } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/skeleton";
import { Empty, ProblemNote } from "@/components/ui/states";
import { manyWords } from "@/components/words/figures";
import { fleetStateWords } from "@/components/words/fleet";
import type { FleetPage } from "@/lib/shapes/fleet";
import { FleetSheet } from "./fleet-sheet";
import { FleetTable } from "./fleet-table";
import { FleetTotals } from "./fleet-totals";
import { fleetParsers, nextFleetSort } from "./fleet-url";
import { Pager } from "./pager";

/** Totals, distance over time and the list of all namespaces; search, state, order and page stand in the URL. */
export function FleetNamespaces() {
  const [asked, setAsked] = useQueryStates(fleetParsers);
  const search = useDebounced(asked.search.trim(), 250);
  const { state, sort, direction } = asked;
  const page = Math.max(1, asked.page);
  const query = useQuery(fleetQuery({ search, state, sort, direction }, page));
  const { data, error } = query;
  const filtered = search !== "" || state !== null;
  if (error && !data) return <ProblemNote error={error} retry={() => void query.refetch()} />;
  if (!data)
    return (
      <div className="grid gap-6">
        <Skeleton className="h-44 w-full rounded-md" />
        <Skeleton className="h-96 w-full rounded-md" />
      </div>
    );
  if (data.totals.namespaces === 0)
    return (
      <Empty title="No namespaces yet" action={<ButtonLink href="/configuration">Check the connections</ButtonLink>}>
        Every namespace of the source index stands here, and the source has none. Check that the index and its key are
        the right ones.
      </Empty>
    );
  return (
    <div className="grid gap-6">
      <FleetTotals
        totals={data.totals}
        state={state}
        onState={(next) => void setAsked({ state: next === state ? null : next, page: 1 })}
      />
      <section aria-label="Namespaces" className="min-w-0">
        <div className="mb-3 flex flex-wrap items-center gap-2">
          <SearchField
            label="Search namespaces"
            value={asked.search}
            onChange={(value) => void setAsked({ search: value, page: 1 })}
            className="min-w-0 flex-1 basis-64"
          />
          {filtered && <Button onClick={() => void setAsked({ search: "", state: null, page: 1 })}>Show all</Button>}
        </div>
        {filtered && (
          <p role="status" className="mb-2 text-sm text-quiet">
            {manyWords(data.matching, "namespace")} {data.matching === 1 ? "matches" : "match"}
            {state && `: ${fleetStateWords[state].toLowerCase()}`}.
          </p>
        )}
        {error && (
          <div className="mb-3">
            <ProblemNote error={error} retry={() => void query.refetch()} title="The list could not be read anew" />
          </div>
        )}
        <Rows
          data={data}
          stale={query.isPlaceholderData}
          asked={{ sort, direction }}
          page={page}
          onSort={(next) => void setAsked({ ...nextFleetSort({ sort, direction }, next), page: 1 })}
          onPage={(next) => void setAsked({ page: next })}
          onOpen={(name) => void setAsked({ namespace: name })}
          onAll={() => void setAsked({ search: "", state: null, page: 1 })}
        />
      </section>
      {asked.namespace !== null && (
        <FleetSheet name={asked.namespace} onClose={() => void setAsked({ namespace: null })} />
      )}
    </div>
  );
}

type Asked = Parameters<typeof FleetTable>[0]["asked"];

function Rows({
  data,
  stale,
  asked,
  page,
  onSort,
  onPage,
  onOpen,
  onAll,
}: {
  data: FleetPage;
  stale: boolean;
  asked: Asked;
  page: number;
  onSort(sort: Asked["sort"]): void;
  onPage(page: number): void;
  onOpen(name: string): void;
  onAll(): void;
}) {
  const pages = Math.max(1, Math.ceil(data.matching / fleetPageSize));
  if (data.rows.length === 0)
    return (
      <Empty
        title={data.matching === 0 ? "No namespace matches" : "There is no such page"}
        action={data.matching === 0 ? <Button onClick={onAll}>Show all namespaces</Button> : undefined}
      >
        {data.matching === 0
          ? "The search finds any part of a namespace's name."
          : `The list has ${manyWords(pages, "page")} now.`}
        {data.matching > 0 && (
          <span className="mt-4 block">
            <Button onClick={() => onPage(1)}>Show the first page</Button>
          </span>
        )}
      </Empty>
    );
  return (
    <div className={cx(stale && "opacity-60 transition-opacity duration-150")}>
      <FleetTable rows={data.rows} asked={asked} onSort={onSort} onOpen={onOpen} />
      <Pager page={page} pages={pages} size={fleetPageSize} matching={data.matching} onPage={onPage} />
    </div>
  );
}
