"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { cancel } from "@/app/actions/runs";
import { useAct } from "@/components/data/act";
import { keepRun } from "@/components/runs/kept-run";
import { useLiveRun } from "@/components/runs/use-live-run";
import { Button, ButtonLink } from "@/components/ui/button";
import { ProgressBar } from "@/components/ui/progress-bar";
import { Notice, ProblemNote } from "@/components/ui/states";
import { countWords, manyWords, percentWords } from "@/components/words/figures";
import { isOver, nounOf } from "@/components/words/run";
import type { Plan } from "@/lib/shapes/plans/plan";

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

/** Why there is no plan: its analysis failed, or somebody cancelled it. */
export function PlanFailed({ runId, cancelled }: { runId: string; cancelled: boolean | undefined }) {
  const { detail } = useLiveRun(runId);
  const run = detail.data?.run;
  return (
    <>
      {cancelled ? (
        <Notice level="info">Cancelled before it was finished. Nothing was written.</Notice>
      ) : run?.error ? (
        <ProblemNote error={run.error} />
      ) : (
        <Notice level="error">It did not finish. Nothing was written.</Notice>
      )}
      <ButtonLink href={`/runs/${runId}`} className="justify-self-start">
        Show its run
      </ButtonLink>
    </>
  );
}
