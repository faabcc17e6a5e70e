"use client";

import { useQuery } from "@tanstack/react-query";
import { analyse } from "@/app/actions/mirroring";
import { useAct } from "@/components/data/act";
import { fleetRowQuery } from "@/components/data/fleet-queries";
import { usePageRoute } from "@/components/data/page-route";
import { along } from "@/components/data/route-address";
import { useGo } from "@/components/data/use-go";
import { RefreshCounts } from "@/components/namespaces/refresh-counts";
import { Button, ButtonLink } from "@/components/ui/button";
import { Count } from "@/components/ui/figure";
import { CopyButton, NamespaceName, WrittenAs } from "@/components/ui/identifier";
import { Link } from "@/components/ui/link";
import { Moment } from "@/components/ui/moment";
import { Fact } from "@/components/ui/page-head";
import { Sheet } from "@/components/ui/sheet";
import { SidesBar } from "@/components/ui/sides-bar";
import { Skeleton } from "@/components/ui/skeleton";
import { FleetStateWord, RunStateWord } from "@/components/ui/state-word";
import { Empty, ProblemNote } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { standingParts } from "@/components/words/namespace-parts";
import { runKindWords } from "@/components/words/run";
import { namespaceHref } from "@/lib/shapes/namespaces/namespace-address";
import type { FleetRow } from "@/lib/shapes/schedules/fleet";
import { DifferencesOverTime } from "./fleet-totals";

/** All that is known of one namespace: what lies between its sides, how that moved, plan, run and schedule. */
export function FleetSheet({ name, onClose }: { name: string; onClose(): void }) {
  const go = useGo();
  const route = usePageRoute();
  const { data, error, refetch } = useQuery(fleetRowQuery(route, name));
  const row = data?.rows.find((each) => each.name === name);
  const analysing = useAct(analyse, ({ plan, resumed }) => {
    if (resumed) toast("Resumed the interrupted analysis.");
    go(`/plans/${plan.id}`);
  });
  return (
    <Sheet
      open
      onClose={onClose}
      title={
        <span className="flex min-w-0 items-center gap-1">
          <NamespaceName name={name} />
          {name !== "" && <CopyButton text={name} what="namespace" />}
        </span>
      }
      description="Sync status of this namespace, and its history"
      actions={
        <Button busy={analysing.isPending} onClick={() => analysing.mutate({ namespaces: [name], ...along(route) })}>
          {row?.standing ? "Analyse again" : "Analyse differences"}
        </Button>
      }
    >
      {error && !data && <ProblemNote error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton className="h-64 w-full rounded-md" />}
      {data && !row && (
        <Empty title="There is no such namespace">
          The source has no records of this name, and no analysis has seen any. It may have been emptied or renamed.
        </Empty>
      )}
      {row && (
        <>
          <p className="mb-3">
            <RefreshCounts asOf={data?.asOf ?? null} />
          </p>
          <Known row={row} />
        </>
      )}
    </Sheet>
  );
}

function Known({ row }: { row: FleetRow }) {
  const { standing, run, schedule } = row;
  return (
    <div className="grid gap-6">
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-4">
        <Fact name="State">
          <FleetStateWord state={row.state} />
        </Fact>
        <Fact name="Source">
          <Count value={row.source?.value ?? null} exact={row.source?.exact ?? true} unit="records" />
        </Fact>
        <Fact name="Target">
          <Count value={row.target?.value ?? null} exact={row.target?.exact ?? true} unit="records" />
          <WrittenAs name={row.writtenAs} />
        </Fact>
        <Fact name="Last checked">
          {standing ? <Moment at={standing.analysedAt} /> : <span className="text-quiet">Never</span>}
          {standing?.appliedAt && (
            <span className="block text-xs text-quiet">
              applied <Moment at={standing.appliedAt} />
            </span>
          )}
        </Fact>
        {run && (
          <Fact name={run.state === "failed" ? "Failed run" : "Run at work"}>
            <Link href={`/runs/${run.id}`} className="rounded-sm hover:text-accent">
              {runKindWords[run.kind]}
              <span className="block">
                <RunStateWord state={run.state} short />
              </span>
            </Link>
          </Fact>
        )}
        <Fact name="Next run">
          {schedule ? (
            <Link
              href={`/fleet?tab=schedules&schedule=${encodeURIComponent(schedule.id)}`}
              className="rounded-sm underline decoration-control underline-offset-4 hover:text-accent"
            >
              <Moment at={schedule.nextAt} />
            </Link>
          ) : (
            <Link
              href={`/fleet?tab=schedules&schedule=new&for=${encodeURIComponent(row.name)}`}
              className="rounded-sm underline decoration-control underline-offset-4 hover:text-accent"
            >
              New schedule
            </Link>
          )}
        </Fact>
      </dl>
      {standing ? (
        <section aria-label="Differences">
          <SidesBar {...standingParts(standing)} tense="place" />
          <p className="mt-2 max-w-[70ch] text-sm text-quiet">
            {standing.appliedAt
              ? "State after the last applied plan. Later edits are found by the next analysis."
              : standing.compared
                ? "State at the last analysis. Later edits are found by the next one."
                : "Records were looked for by ID. Whether any was edited is found by an analysis."}
          </p>
          <div className="mt-3 flex flex-wrap gap-2">
            {standing.planId !== null && (
              <ButtonLink href={`/plans/${standing.planId}`} look={row.state === "review" ? "primary" : "plain"}>
                {row.state === "review" ? "Review plan" : "Open last plan"}
              </ButtonLink>
            )}
            <ButtonLink href={namespaceHref(row.name)}>Open namespace</ButtonLink>
          </div>
        </section>
      ) : (
        <p className="text-quiet">
          An analysis compares every record of both indexes. It embeds nothing and writes nothing.
        </p>
      )}
      <DifferencesOverTime name={row.name} />
    </div>
  );
}
