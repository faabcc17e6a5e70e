"use client";

import dynamic from "next/dynamic";
import { useQueryStates } from "nuqs";
import { useState } from "react";
import { fleetQuery } from "@/components/data/fleet-queries";
import { usePageRoute } from "@/components/data/page-route";
import { useWindows } from "@/components/data/use-windows";
import { Button, ButtonLink } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { useDebounced } from "@/components/ui/debounced";
import { SearchField } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/skeleton";
import { Empty, ProblemNote } from "@/components/ui/states";
import { manyWords } from "@/components/words/figures";
import { fleetStateWords } from "@/components/words/fleet";
import { FleetTable } from "./fleet-table";
import { FleetTotals } from "./fleet-totals";
import { fleetParsers, nextFleetSort } from "./fleet-url";

// Fetched when it is first opened.
const FleetSheet = dynamic(() => import("./fleet-sheet").then((module) => module.FleetSheet), { ssr: false });

/** Totals, differences over time and the list of all namespaces; search, state and order stand in the URL. */
export function FleetNamespaces() {
  const route = usePageRoute();
  const [asked, setAsked] = useQueryStates(fleetParsers);
  const search = useDebounced(asked.search.trim(), 250);
  const [shown, setShown] = useState({ first: 0, last: 0 });
  const { state, sort, direction } = asked;
  const browse = { search, state, sort, direction };
  const list = useWindows((offset, limit) => fleetQuery(route, browse, offset, limit), shown);
  const { head, matching, error } = list;
  const filtered = search !== "" || state !== null;
  const showAll = () => void setAsked({ search: "", state: null });
  if (error && !head) return <ProblemNote error={error} retry={list.retry} />;
  if (!head)
    return (
      <div className="grid gap-6">
        <Skeleton className="h-44 w-full rounded-md" />
        <Skeleton className="h-96 w-full rounded-md" />
      </div>
    );
  if (head.totals.namespaces === 0)
    return (
      <Empty title="No namespaces yet" action={<ButtonLink href="/configuration">Check the connections</ButtonLink>}>
        Every namespace of the source index stands here, and the source has none. Check that the index and its key are
        the right ones.
      </Empty>
    );
  return (
    <div className="grid gap-6">
      <FleetTotals
        totals={head.totals}
        state={state}
        onState={(next) => void setAsked({ state: next === state ? null : next })}
      />
      <section aria-label="Namespaces" className="min-w-0">
        <div className="mb-3 flex flex-wrap items-center gap-2">
          <SearchField
            label="Search namespaces"
            value={asked.search}
            onChange={(value) => void setAsked({ search: value })}
            className="min-w-0 flex-1 basis-64"
          />
          {filtered && <Button onClick={showAll}>Show all</Button>}
        </div>
        {filtered && (
          <p role="status" className="mb-2 text-sm text-quiet">
            {manyWords(matching, "namespace")} {matching === 1 ? "matches" : "match"}
            {state && `: ${fleetStateWords[state].toLowerCase()}`}.
          </p>
        )}
        {error && (
          <div className="mb-3">
            <ProblemNote error={error} retry={list.retry} title="Part of the list could not be read" />
          </div>
        )}
        {matching === 0 ? (
          <Empty title="No namespace matches" action={<Button onClick={showAll}>Show all namespaces</Button>}>
            The search finds any part of a namespace's name.
          </Empty>
        ) : (
          <div className={cx(list.stale && "opacity-60 transition-opacity duration-150")}>
            <FleetTable
              browse={browse}
              matching={matching}
              rowAt={list.rowAt}
              onShown={setShown}
              onSort={(next) => void setAsked(nextFleetSort({ sort, direction }, next))}
              onOpen={(name) => void setAsked({ namespace: name })}
            />
          </div>
        )}
      </section>
      {asked.namespace !== null && (
        <FleetSheet name={asked.namespace} onClose={() => void setAsked({ namespace: null })} />
      )}
    </div>
  );
}
