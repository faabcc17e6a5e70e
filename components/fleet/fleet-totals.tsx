"use client";

import { useQuery } from "@tanstack/react-query";
import { distanceQuery } from "@/components/data/fleet-queries";
import { usePageRoute } from "@/components/data/page-route";
import { cx } from "@/components/ui/cx";
import { Section } from "@/components/ui/page-head";
import { SidesBar } from "@/components/ui/sides-bar";
import { Skeleton } from "@/components/ui/skeleton";
import { FleetStateWord } from "@/components/ui/state-word";
import { ProblemNote } from "@/components/ui/states";
import { countWords, manyWords } from "@/components/words/figures";
import { bothUncompared } from "@/components/words/namespace-parts";
import { fleetStates } from "@/lib/shapes/names";
import type { FleetPage, FleetState } from "@/lib/shapes/schedules/fleet";
import { DifferencesLegend, DifferencesPlot } from "./differences-plot";

/** All namespaces together: how many are in which state (each one a filter), what lies between the sides, and how that moved. */
export function FleetTotals({
  totals,
  state,
  onState,
}: {
  totals: FleetPage["totals"];
  state: FleetState | null;
  onState(state: FleetState): void;
}) {
  const { states, outOfSync, namespaces } = totals;
  const looked = namespaces - states.never - states.failed;
  const failed = states.failed === 0 ? "" : `, ${countWords(states.failed)} failed`;
  return (
    <div className="grid items-start gap-x-7 gap-y-6 lg:grid-cols-2">
      <Section
        title="All namespaces"
        note={
          looked === 0
            ? `No namespace checked yet${failed}`
            : `${manyWords(outOfSync, "record")} out of sync (${countWords(looked)} of ${manyWords(namespaces, "namespace")} checked${failed})`
        }
      >
        <div className="rounded-md border border-line bg-surface p-4">
          <SidesBar
            parts={{ ...totals, unchanged: totals.unchanged - totals.uncompared }}
            tense="place"
            remaining={totals.uncompared}
            rest={bothUncompared}
          />
          <fieldset className="mt-4 flex flex-wrap gap-2">
            <legend className="sr-only">Show namespaces by state</legend>
            {fleetStates.map((each) => (
              <button
                key={each}
                type="button"
                aria-pressed={state === each}
                onClick={() => onState(each)}
                className={cx(
                  "inline-flex h-8 items-center gap-2 rounded-md border px-2.5 text-sm transition-colors duration-150 hover:bg-sunken",
                  state === each ? "border-accent bg-accent-wash" : "border-line",
                )}
              >
                <FleetStateWord state={each} />
                <span className="figures font-medium">{countWords(states[each])}</span>
              </button>
            ))}
          </fieldset>
        </div>
      </Section>
      <DifferencesOverTime name={null} />
    </div>
  );
}

/** Records out of sync over time: of one namespace, or of all (`null`). */
export function DifferencesOverTime({ name }: { name: string | null }) {
  const { data, error, refetch } = useQuery(distanceQuery(usePageRoute(), name));
  return (
    <Section title="Records out of sync over time" note={data && data.points.length > 1 && <DifferencesLegend />}>
      <div className="rounded-md border border-line bg-surface p-2">
        {error && !data && <ProblemNote error={error} retry={() => void refetch()} />}
        {!data && !error && <Skeleton className="h-37 w-full" />}
        {data && <DifferencesPlot points={data.points} />}
      </div>
    </Section>
  );
}
