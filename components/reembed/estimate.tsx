"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useEffect, useRef } from "react";
import { standingQuery } from "@/components/data/mirror-queries";
import { planQuery } from "@/components/data/queries";
import { useLiveRun } from "@/components/runs/use-live-run";
import { ButtonLink } from "@/components/ui/button";
import { ShoresBar } from "@/components/ui/shores-bar";
import { Skeleton } from "@/components/ui/skeleton";
import { Notice, ProblemNote } from "@/components/ui/states";
import { countWords, percentWords } from "@/components/words/figures";
import { partsOfPlan } from "@/components/words/plan";
import { isOver, progressOf, shortId } from "@/components/words/run";
import { termsOf } from "@/components/words/terms";
import type { Plan } from "@/lib/shapes/plan";
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

/** Both listings are being walked: how far, and what was found so far. */
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
  const documents = plan.kind === "clearance";
  const walked = run?.listed ?? 0;
  const whole = run ? (progressOf({ ...run, total: null }).whole ?? 0) : 0;
  return (
    <>
      <p role="status">
        <span className="font-medium">{documents ? "Looking at each document." : "Walking both listings."}</span>{" "}
        <span className="figures text-quiet">
          {countWords(walked)} {documents ? "documents looked at" : "records compared"}
          {whole > 0 && `, ${percentWords(Math.min(walked, whole * 0.999), whole)} of about ${countWords(whole)}`}.
        </span>
      </p>
      <ShoresBar parts={partsOfPlan(plan.counts)} tense={termsOf(plan).tense} remaining={Math.max(1, whole - walked)} />
      <p className="text-sm text-quiet">You can leave this page; this goes on and is kept under Runs.</p>
      <ButtonLink href={`/runs/${runId}`} className="justify-self-start">
        Open its run
      </ButtonLink>
    </>
  );
}

export function PlanFailed({ runId }: { runId: string }) {
  const { detail } = useLiveRun(runId);
  const problem = detail.data?.run.error;
  return (
    <>
      {problem ? <ProblemNote error={problem} /> : <Notice level="error">It did not come to its end.</Notice>}
      <ButtonLink href={`/runs/${runId}`} className="justify-self-start">
        Open its run
      </ButtonLink>
    </>
  );
}
