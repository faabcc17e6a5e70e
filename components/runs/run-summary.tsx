"use client";

import { useQuery } from "@tanstack/react-query";
import { planQuery } from "@/components/data/queries";
import { PlanSummary } from "@/components/migrate/plan-summary";
import { TargetFinished } from "@/components/migrate/target-steps";
import { ButtonLink } from "@/components/ui/button";
import { Bytes, Count, Duration, Money } from "@/components/ui/figure";
import { Link } from "@/components/ui/link";
import { Moment, useNow } from "@/components/ui/moment";
import { Fact } from "@/components/ui/page-head";
import { SidesBar } from "@/components/ui/sides-bar";
import { Notice, ProblemNote } from "@/components/ui/states";
import { WarningNotice } from "@/components/ui/warning-notice";
import { aboutMoneyWords, countWords, durationWords, moneyWords, percentWords } from "@/components/words/figures";
import {
  isOver,
  isWriting,
  nounOf,
  outcomeSentence,
  partsOfOutcome,
  progressOf,
  shortId,
  verifiedSentence,
} from "@/components/words/run";
import { secondsBetween } from "@/components/words/time";
import { cameSinceWords } from "@/lib/shapes/plans/came-since";
import type { Run, RunDetail } from "@/lib/shapes/runs/run";
import { AtCeiling } from "./at-ceiling";
import { EstimateAndActual } from "./estimate-and-actual";
import { OutcomeSum } from "./outcome-sum";
import { SpeedLimit } from "./speed-limit";
import { Throughput } from "./throughput";

/** What the run waits for and how long still: a reason and an end. */
function Waiting({ run }: { run: Run }) {
  const now = useNow();
  if (isOver(run) || run.waitingFor === null) return null;
  const left =
    run.waitingUntil === null || now === null ? null : Math.max(0, (new Date(run.waitingUntil).getTime() - now) / 1000);
  return (
    <Notice level="warn">
      Waiting for {run.waitingFor}
      {left !== null && left >= 1 && (
        <span className="figures">
          {/attempt \d+$/.test(run.waitingFor) ? " in" : ","} {durationWords(Math.round(left))}
        </span>
      )}
      . <span className="text-quiet">Resumes automatically; what is written stays.</span>
    </Notice>
  );
}

/** What its success doesn't say, and what was paid for in vain. */
function Remarks({ run }: { run: Run }) {
  const { texts, usd } = run.unwritten;
  return (
    <>
      {run.warnings.map((warning) => (
        <WarningNotice key={warning.code} warning={warning} />
      ))}
      {texts > 0 && (
        <Notice level="warn">
          {countWords(texts)} of the embedded texts ({aboutMoneyWords(usd)}) were paid for and could not be written:
          they are embedded again when the run goes on.
        </Notice>
      )}
    </>
  );
}

function Facts({ run }: { run: Run }) {
  const now = useNow();
  const over = isOver(run);
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3 lg:grid-cols-6">
      <Fact name={over ? "Average rate" : "Current rate"}>
        <Count value={Math.round(run.rate.perSecond)} unit={`${nounOf(run)}s written/s`} />
      </Fact>
      <Fact name={over ? "Duration" : "Time remaining"}>
        {over ? (
          run.startedAt &&
          now !== null && (
            <>
              <Duration seconds={secondsBetween(run.startedAt, run.endedAt, now)} />
              {run.lostSeconds > 0 && (
                <span className="text-quiet"> (nobody worked on it for {durationWords(run.lostSeconds)})</span>
              )}
            </>
          )
        ) : run.rate.etaSeconds !== null ? (
          <>
            <span className="text-quiet">about </span>
            <Duration seconds={run.rate.etaSeconds} />
          </>
        ) : (
          <span className="text-quiet">{run.state === "paused" ? "paused" : "not known yet"}</span>
        )}
      </Fact>
      {run.kind === "clearance" ? <SpeedLimit run={run} /> : <Embedding run={run} />}
      {run.egressBy && run.egressBy.length > 0 && (
        <Fact name="Egress">
          {run.egressBy.map(({ side, service, bytes }) => (
            <span key={side} className="block">
              <Bytes value={bytes} /> <span className="text-quiet">{`${service} (${side})`}</span>
            </span>
          ))}
          {(run.cost?.egress ?? 0) > 0 && <span className="text-quiet">{moneyWords(run.cost?.egress ?? 0)}</span>}
        </Fact>
      )}
      <Fact name={run.startedAt === null ? "Created" : "Started"}>
        <Moment at={run.startedAt ?? run.createdAt} /> <span className="text-quiet">by {run.startedBy}</span>
      </Fact>
    </dl>
  );
}

/** What was embedded, and what that cost. */
function Embedding({ run }: { run: Run }) {
  return (
    <>
      <Fact name="Texts embedded">
        <Count value={run.embedded.texts} />
      </Fact>
      <Fact name="Tokens">
        <Count value={run.embedded.tokens} />
      </Fact>
      <Fact name="Embedding cost">
        <Money
          usd={run.embedded.usd}
          about={false}
          basis={`${countWords(run.embedded.tokens)} tokens at the configured price. The stores' reads and writes are not in it.`}
        />
      </Fact>
    </>
  );
}

/** The one sentence of a run: what became of everything that was listed, or how far it is. */
function Lead({ run }: { run: Run }) {
  const { done, whole, counted } = progressOf(run);
  if (isOver(run)) return <p className="text-lg">{outcomeSentence(run)}</p>;
  return (
    <p className="figures text-lg">
      {whole !== null && <span className="font-semibold">{percentWords(done, whole)}: </span>}
      {countWords(done)} {whole !== null && `of ${counted ? "" : "about "}${countWords(whole)} `}
      {nounOf(run)}s processed.{" "}
      {whole !== null && !counted && (
        <span className="text-base text-quiet">Total is approximate until all {nounOf(run)}s are listed.</span>
      )}
    </p>
  );
}

/** The head of a run's page: state of the work in the one picture, the figures that add up, pace and money. */
export function RunSummary({ detail }: { detail: RunDetail }) {
  const { run } = detail;
  const planOfRun = useQuery({ ...planQuery(run.planId ?? ""), enabled: run.kind === "plan" && run.planId !== null });
  return (
    <div className="grid gap-4">
      {run.error && <ProblemNote error={run.error} />}
      <Waiting run={run} />
      {isOver(run) && <Remarks run={run} />}
      {run.finished && <TargetFinished finished={run.finished} />}
      <AtCeiling run={run} />
      {isOver(run) && (run.cameSince ?? 0) > 0 && (
        <Notice level="info">{cameSinceWords(run.cameSince ?? 0)} They were left alone.</Notice>
      )}
      {run.retryOf !== null && (
        <p className="text-sm text-quiet">
          Retries findings of run{" "}
          <Link
            href={`/runs/${run.retryOf}`}
            className="rounded-sm font-mono text-xs text-accent underline underline-offset-2"
          >
            {shortId(run.retryOf)}
          </Link>
          .
        </p>
      )}
      {run.kind === "reembed" && run.planId !== null && run.retryOf === null && (
        <p className="text-sm text-quiet">
          Carries out a{" "}
          <Link href={`/plans/${run.planId}`} className="rounded-sm text-accent underline underline-offset-2">
            plan
          </Link>{" "}
          and nothing else.
        </p>
      )}
      {(run.kind === "mirror" || run.kind === "clearance") && run.planId !== null && (
        <p className="text-sm text-quiet">
          Applies a{" "}
          <Link href={`/plans/${run.planId}`} className="rounded-sm text-accent underline underline-offset-2">
            reviewed plan
          </Link>
          {run.kind === "mirror" ? " and nothing else." : "."}
        </p>
      )}
      {run.kind === "plan" && planOfRun.data && planOfRun.data.state === "planning" && (
        <p className="text-sm text-quiet">
          Makes a{" "}
          <Link href={`/plans/${planOfRun.data.id}`} className="rounded-sm text-accent underline underline-offset-2">
            plan to review
          </Link>
          .
        </p>
      )}
      {run.kind === "plan" &&
      planOfRun.data &&
      planOfRun.data.state !== "planning" &&
      planOfRun.data.state !== "failed" ? (
        <>
          <PlanSummary plan={planOfRun.data} />
          <ButtonLink href={`/plans/${planOfRun.data.id}`} look="primary" className="justify-self-start">
            Review plan
          </ButtonLink>
        </>
      ) : run.kind === "verify" ? (
        <p className="figures text-lg">{verifiedSentence(run)}</p>
      ) : (
        <Work detail={detail} />
      )}
    </div>
  );
}

/** What a run that writes has done: the sentence, the picture, the sum, pace and money. */
function Work({ detail }: { detail: RunDetail }) {
  const { run } = detail;
  return (
    <>
      <Lead run={run} />
      <SidesBar
        tense="run"
        parts={partsOfOutcome(run.outcome)}
        remaining={progressOf(run).remaining}
        {...(isOver(run) && { rest: "not done" })}
      />
      {isWriting(run) && <OutcomeSum run={run} />}
      <Facts run={run} />
      <EstimateAndActual run={run} />
      {isWriting(run) && <Throughput detail={detail} over={isOver(run)} noun={nounOf(run)} />}
    </>
  );
}
