"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { cancel } from "@/app/actions/runs";
import { useAct } from "@/components/data/act";
import { standingQuery } from "@/components/data/mirror-queries";
import { planQuery } from "@/components/data/queries";
import { keepRun, useLiveRun } from "@/components/runs/use-live-run";
import { Button, ButtonLink } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { ProgressBar } from "@/components/ui/progress-bar";
import { Skeleton } from "@/components/ui/skeleton";
import { Notice, ProblemNote } from "@/components/ui/states";
import { countWords, manyWords, percentWords } from "@/components/words/figures";
import { isOver, nounOf, shortId } from "@/components/words/run";
import type { Plan } from "@/lib/shapes/plans/plan";
import { PlanSummary } from "./plan-summary";
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
    <div ref={place} className="grid gap-4 rounded-md border border-line bg-surface p-4 sm:p-5" aria-live="polite">
      {error && !plan && <ProblemNote error={error} retry={() => void refetch()} />}
      {!plan && !error && <Skeleton className="h-40 w-full" />}
      {plan?.state === "planning" && plan.runId !== null && (
        <Planning plan={plan} runId={plan.runId} onDone={() => void refetch()} />
      )}
      {plan?.state === "failed" && plan.runId !== null && <PlanFailed runId={plan.runId} />}
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
    </div>
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

/** Both indexes are being compared: how far, by the counts that statistics expect; it can be cancelled. */
export function Planning({ plan, runId, onDone }: { plan: Plan; runId: string; onDone(): void }) {
  const { detail } = useLiveRun(runId);
  const run = detail.data?.run;
  const over = run ? isOver(run) : false;
  const done = useRef(onDone);
  useEffect(() => {
    done.current = onDone;
  });
  useEffect(() => {
    if (over) done.current();
  }, [over]);
  const client = useQueryClient();
  const cancelling = useAct(cancel, (next) => {
    keepRun(client, next);
    done.current();
  });
  // Once the run is over the plan is read again: until then nothing is offered that can't be done any more.
  const ending = cancelling.isPending || run?.state === "cancelling" || run?.state === "cancelled";
  const noun = nounOf(plan);
  const compared = run?.listed ?? 0;
  // Statistics may be short of what is found: then nobody can say how much is left.
  const expected = run?.expected ?? 0;
  const share = compared < expected ? compared / expected : null;
  const name = plan.kind === "reembed" ? "estimate" : "analysis";
  return (
    <>
      <p role="status">
        <span className="font-medium">
          {noun === "document" ? "Reading each document:" : "Comparing both indexes:"}
        </span>{" "}
        <span className="figures text-quiet">
          {share === null
            ? compared === 0
              ? "listing the first records."
              : `${manyWords(compared, noun)} so far.`
            : `${countWords(compared)} of about ${manyWords(expected, noun)} (${percentWords(compared, expected)}).`}
        </span>
      </p>
      <ProgressBar share={share} words={`The ${name} so far`} />
      <p className="text-sm text-quiet">You can leave this page; the {name} continues and is kept under Runs.</p>
      <div className="flex flex-wrap gap-2">
        <ButtonLink href={`/runs/${runId}`}>Show its run</ButtonLink>
        <Button look="danger" busy={ending} onClick={() => cancelling.mutate({ id: runId })}>
          {ending ? "Cancelling: finishing the requests in flight" : `Cancel ${name}`}
        </Button>
      </div>
    </>
  );
}

export function PlanFailed({ runId }: { runId: string }) {
  const { detail } = useLiveRun(runId);
  const run = detail.data?.run;
  return (
    <>
      {run?.error ? (
        <ProblemNote error={run.error} />
      ) : run?.state === "cancelled" ? (
        <Notice level="info">Cancelled before it was finished. Nothing was written.</Notice>
      ) : (
        <Notice level="error">It did not finish. Nothing was written.</Notice>
      )}
      <ButtonLink href={`/runs/${runId}`} className="justify-self-start">
        Show its run
      </ButtonLink>
    </>
  );
}
