"use client";

import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { beginMigration } from "@/app/actions/migrating";
import { settled } from "@/components/data/act";
import { problemOf } from "@/components/data/problem";
import { planQuery } from "@/components/data/queries";
import { routesQuery } from "@/components/data/route-queries";
import { StartedBy } from "@/components/migrate/estimate";
import { PlanSummary } from "@/components/migrate/plan-summary";
import { PlanFailed, Planning } from "@/components/migrate/planning";
import { Button, ButtonLink } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Section } from "@/components/ui/page-head";
import { Skeleton } from "@/components/ui/skeleton";
import { Notice, ProblemNote } from "@/components/ui/states";
import { costLeft } from "@/components/words/change";
import { aboutMoneyWords, manyWords } from "@/components/words/figures";
import type { Plan } from "@/lib/shapes/plans/plan";
import type { Route } from "@/lib/shapes/routes/route";

/** A plan for each collection, and one button that starts what all of them show. */
export function SeveralPlans({ ids }: { ids: readonly string[] }) {
  const plans = useQueries({ queries: ids.map((id) => planQuery(id)) });
  const { data } = useQuery(routesQuery());
  const routes = new Map(data?.routes.map((route) => [route.name, route]));
  const known = plans.flatMap(({ data: plan }) => (plan ? [plan] : []));
  return (
    <div className="grid gap-8">
      {plans.map(({ data: plan, error, refetch }, at) => (
        <Section
          key={ids[at]}
          title={plan ? titleOf(plan, routes) : "Plan"}
          note={plan?.route && `Route ${plan.route.name}`}
          actions={plan && <ButtonLink href={`/plans/${plan.id}`}>Review its records</ButtonLink>}
        >
          <div className="grid gap-4 rounded-md border border-line bg-surface p-4 sm:p-5">
            {error && !plan && <ProblemNote error={error} retry={() => void refetch()} />}
            {!plan && !error && <Skeleton className="h-24 w-full" />}
            {plan && <Stand plan={plan} onDone={() => void refetch()} />}
          </div>
        </Section>
      ))}
      {known.length === ids.length && <StartAll plans={known} />}
    </div>
  );
}

function Stand({ plan, onDone }: { plan: Plan; onDone(): void }) {
  if (plan.runId !== null && plan.state === "planning")
    return <Planning plan={plan} runId={plan.runId} onDone={onDone} />;
  if (plan.runId !== null && plan.state === "failed")
    return <PlanFailed runId={plan.runId} cancelled={plan.cancelled} />;
  return (
    <>
      <PlanSummary plan={plan} />
      {plan.state === "stale" && <Notice level="warn">This plan is out of date: plan these collections again.</Notice>}
      {(plan.state === "approved" || plan.state === "applied") && <StartedBy plan={plan} />}
    </>
  );
}

function titleOf({ route }: Plan, routes: ReadonlyMap<string, Route>): string {
  const ends = routes.get(route?.name ?? "")?.definition;
  if (!ends) return route?.name ?? "Plan";
  const { namespaces, source, target } = ends;
  const into = "into" in namespaces ? `, ${namespaces.into}` : "";
  return `${source.collection} to ${target.collection}${into}`;
}

/** Starts every plan that is ready, exactly as it is shown. What can't be started says so, and keeps no other from it. */
function StartAll({ plans }: { plans: readonly Plan[] }) {
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<{ id: string; error: unknown }[]>([]);
  const making = plans.filter(({ state }) => state === "planning").length;
  const startable = plans.filter(({ state, counts, excluded }) => state === "ready" && counts.create > excluded.create);
  if (making > 0)
    return <p className="text-quiet">{`${manyWords(making, "plan")} still to be made before all can be started.`}</p>;
  const records = startable.reduce((sum, { counts, excluded }) => sum + counts.create - excluded.create, 0);
  const usd = startable.reduce((sum, plan) => sum + costLeft(plan, "both").usd.total, 0);
  const what = `${manyWords(records, "record")} of ${manyWords(startable.length, "collection")}`;
  const amount = aboutMoneyWords(usd);
  const start = async () => {
    setAsking(false);
    setBusy(true);
    const failed: typeof refused = [];
    for (const { id, hash, revision } of startable) {
      try {
        await settled(beginMigration({ planId: id, hash, revision }));
      } catch (error) {
        failed.push({ id, error: problemOf(error) });
      }
      await client.invalidateQueries({ queryKey: ["plan", id] });
    }
    setRefused(failed);
    setBusy(false);
  };
  return (
    <div className="grid gap-3 border-t border-line pt-4">
      {refused.map(({ id, error }) => (
        <ProblemNote key={id} error={error} title={plans.find((plan) => plan.id === id)?.route?.name ?? id} />
      ))}
      {startable.length === 0 && refused.length === 0 ? (
        <p className="text-quiet">Nothing is left to start.</p>
      ) : (
        startable.length > 0 && (
          <Button look="primary" className="justify-self-start" busy={busy} onClick={() => setAsking(true)}>
            {`Write ${what} · ${amount}`}
          </Button>
        )
      )}
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title={`Write ${what}?`}
        description={
          <p>
            A run for each collection writes what its plan shows, for {amount} in all. Collections that aren't there are
            made first. Each run pauses before it goes beyond its own estimate. The source is only read; nothing is
            deleted.
          </p>
        }
        actions={
          <>
            <Button onClick={() => setAsking(false)}>Cancel</Button>
            <Button look="primary" busy={busy} onClick={() => void start()}>
              {`Write ${manyWords(records, "record")}`}
            </Button>
          </>
        }
      />
    </div>
  );
}
