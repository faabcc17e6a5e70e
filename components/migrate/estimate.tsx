"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { standingQuery } from "@/components/data/mirror-queries";
import { planQuery } from "@/components/data/queries";
import { ButtonLink } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { Skeleton } from "@/components/ui/skeleton";
import { Notice, ProblemNote } from "@/components/ui/states";
import { shortId } from "@/components/words/run";
import type { Plan } from "@/lib/shapes/plans/plan";
import { EstimateFrame } from "./estimate-frame";
import { PlanSummary } from "./plan-summary";
import { PlanFailed, Planning } from "./planning";
import { StartButton } from "./start-button";

/** A plan from its first listing to the button that executes it; reloading the page finds it again by its address. */
export function Estimate({ planId, sandbox }: { planId: string; sandbox: boolean }) {
  const { data: plan, error, refetch } = useQuery(planQuery(planId));
  const place = useRef<HTMLDivElement>(null);
  const state = plan?.state;
  useEffect(() => {
    if (state !== undefined) place.current?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  }, [state]);
  return (
    <EstimateFrame ref={place}>
      {error && !plan && <ProblemNote error={error} retry={() => void refetch()} />}
      {!plan && !error && <Skeleton className="h-40 w-full" />}
      {plan?.state === "planning" && plan.runId !== null && (
        <Planning plan={plan} runId={plan.runId} onDone={() => void refetch()} />
      )}
      {plan?.state === "failed" && plan.runId !== null && <PlanFailed runId={plan.runId} cancelled={plan.cancelled} />}
      {plan && plan.state !== "planning" && plan.state !== "failed" && (
        <>
          <PlanSummary plan={plan} />
          {plan.state === "stale" && <Notice level="warn">Estimate is out of date: estimate again.</Notice>}
          {(plan.state === "approved" || plan.state === "applied") && <StartedBy plan={plan} />}
          <ButtonLink href={`/plans/${plan.id}#changes`} className="justify-self-start">
            Review its records
          </ButtonLink>
          <StartButton plan={plan} sandbox={sandbox} />
        </>
      )}
    </EstimateFrame>
  );
}

/** An estimate is carried out once: by which run. */
export function StartedBy({ plan }: { plan: Plan }) {
  const { data } = useQuery(standingQuery(plan.id));
  const run = data?.runs.filter(({ kind }) => kind === "reembed").at(-1);
  if (data && !run) return <Notice level="info">This plan was approved. Apply it on its own page.</Notice>;
  return (
    <Notice level="info">
      This estimate was started
      {run && (
        <>
          {" "}
          as run{" "}
          <Link href={`/runs/${run.id}`} className="rounded-sm font-mono text-accent underline underline-offset-2">
            {shortId(run.id)}
          </Link>
        </>
      )}
      . To embed what came since, estimate again.
    </Notice>
  );
}
