import { useQueries } from "@tanstack/react-query";
import { runDetailQuery } from "@/components/data/queries";
import { Bytes, Count, Duration } from "@/components/ui/figure";
import { Hint } from "@/components/ui/hint";
import { Link } from "@/components/ui/link";
import { Fact } from "@/components/ui/page-head";
import { SidesBar } from "@/components/ui/sides-bar";
import { Skeleton } from "@/components/ui/skeleton";
import { WarningNotice } from "@/components/ui/warning-notice";
import { costLeft, leftOf, runsInTarget } from "@/components/words/change";
import { clearanceSentences, partsOfClearance } from "@/components/words/clearance";
import { aboutMoneyWords, countWords, moneyWords } from "@/components/words/figures";
import { excludedWords, partsOfPlan, planSentences } from "@/components/words/plan";
import { accounted, partsOfOutcome } from "@/components/words/run";
import { termsOf } from "@/components/words/terms";
import type { Estimate, Plan, PlanStandingView } from "@/lib/shapes/plans/plan";
import { hasEgressRate } from "@/lib/shapes/runs/egress-lines";
import { TargetSteps } from "./target-steps";

function MoneyBasis({ estimate }: { estimate: Estimate }) {
  const { usd, basis } = estimate;
  const lines: [string, number][] = [
    ["Embedding", usd.embedding],
    ["Reads", usd.reads],
    ["Writes", usd.writes],
    ...(hasEgressRate(estimate) ? [["Egress", usd.egress ?? 0] satisfies [string, number]] : []),
  ];
  return (
    <>
      <dl className="grid grid-cols-[1fr_auto] gap-x-6">
        {lines.map(([name, value]) => (
          <div key={name} className="col-span-2 grid grid-cols-subgrid">
            <dt>{name}</dt>
            <dd className="figures text-right">{moneyWords(value)}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-1 border-t border-line pt-1 text-quiet">{basis}</p>
    </>
  );
}

/** What a plan over vectors takes. */
function VectorFacts({ estimate }: { estimate: Estimate }) {
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3 lg:grid-cols-6">
      <Fact name="Texts to embed">
        <Count value={estimate.texts} />
      </Fact>
      <Fact name="Tokens, estimated">
        <Count value={estimate.tokens} exact={estimate.tokens === 0} />
      </Fact>
      <Fact name="Cost">
        <Hint words={<MoneyBasis estimate={estimate} />}>
          <span className="figures">{aboutMoneyWords(estimate.usd.total)}</span>
        </Hint>
      </Fact>
      <Fact name="Minimum duration (API quotas)">
        {estimate.texts === 0 ? (
          <span className="text-quiet">–</span>
        ) : (
          <>
            <span className="text-quiet">at least </span>
            <Duration seconds={estimate.seconds} />
          </>
        )}
      </Fact>
      <Fact name="To read">
        <Bytes value={estimate.bytes.read} />
      </Fact>
      <Fact name="To write">
        <Bytes value={estimate.bytes.written} />
      </Fact>
    </dl>
  );
}

/** What the services bill of their answers, by service. */
function EgressFacts({ egress }: { egress: NonNullable<Estimate["egress"]> }) {
  return (
    <dl>
      <Fact name="Egress">
        {egress.map(({ side, service, bytes, usd }) => (
          <span key={side} className="mr-5 inline-block">
            <Bytes value={bytes} />{" "}
            <span className="text-quiet">{`${service} (${side}), ${usd === null ? "no rate set" : aboutMoneyWords(usd)}`}</span>
          </span>
        ))}
      </Fact>
    </dl>
  );
}

/** What setting a field takes: it costs no money, only requests and time. */
function DocumentFacts({ plan }: { plan: Plan }) {
  const { create, update } = leftOf(plan, "both");
  const estimate = costLeft(plan, "both");
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-4">
      <Fact name="Documents to write">
        <Count value={create + update} />
      </Fact>
      <Fact name="Looked at">
        <Count value={plan.counts.total} />
      </Fact>
      <Fact name="Time">
        {create + update === 0 ? (
          <span className="text-quiet">–</span>
        ) : (
          <Hint words={estimate.basis}>
            <span className="text-quiet">about </span>
            <Duration seconds={Math.max(1, estimate.seconds)} />
          </Hint>
        )}
      </Fact>
      <Fact name="To write">
        <Bytes value={estimate.bytes.written} />
      </Fact>
    </dl>
  );
}

/** A run that was started without an estimate made its plan as it went: nothing of it was priced. */
const isEstimated = ({ state, estimate }: Plan) => state !== "applied" || Object.keys(estimate.requests).length > 0;

type SummaryProps = { plan: Plan; appliedBy?: PlanStandingView["runs"] | undefined };

/** What the plan would do after exclusions, or once it was applied what came of it. */
function Picture({ plan, appliedBy = [] }: SummaryProps) {
  const runs = useQueries({
    queries: appliedBy.filter(({ kind }) => kind !== "plan" && kind !== "verify").map(({ id }) => runDetailQuery(id)),
  });
  const out = plan.excluded.create + plan.excluded.update;
  const parts = plan.clearance ? partsOfClearance({ ...plan, clearance: plan.clearance }) : partsOfPlan(plan);
  const details = runs.flatMap(({ data }) => (data ? [data.run.outcome] : []));
  if (runs.some(({ isPending }) => isPending)) return <Skeleton className="h-14" />;
  if (details.length === 0 || details.length < runs.length)
    return <SidesBar parts={parts} tense={termsOf(plan).tense} remaining={out} rest={excludedWords} />;
  const ended = details.map(partsOfOutcome);
  const sum = (name: "written" | "unchanged" | "problem") => ended.reduce((all, each) => all + each[name], 0);
  // A migration goes through all of its namespaces and counts what it finds there; a mirroring carries out the changes alone.
  const scans = plan.kind === "reembed";
  const others = { unchanged: parts.unchanged ?? 0, problem: parts.problem ?? 0 };
  const whole = (parts.create ?? 0) + (parts.update ?? 0) + (scans ? others.unchanged + others.problem : 0);
  const left = whole - details.reduce((all, each) => all + accounted(each), 0);
  return (
    <SidesBar
      tense="run"
      parts={{
        written: sum("written"),
        unchanged: sum("unchanged") + (scans ? 0 : others.unchanged),
        problem: sum("problem") + (scans ? 0 : others.problem),
        orphan: parts.orphan ?? 0,
      }}
      remaining={Math.max(0, left) + out}
      rest={out > 0 ? (left > 0 ? "excluded or not written" : excludedWords) : "not written"}
    />
  );
}

/** A plan as it is reviewed: what will happen in sentences, the picture, and what it takes in texts, money and time. */
export function PlanSummary({ plan, appliedBy }: SummaryProps) {
  const out = plan.excluded.create + plan.excluded.update;
  const estimate = out > 0 && plan.left ? plan.left.both : plan.estimate;
  const requests = Object.entries(estimate.requests).filter(([, count]) => count > 0);
  return (
    <div className="grid gap-4">
      <p className="max-w-[76ch] text-lg">
        {(plan.clearance ? clearanceSentences({ ...plan, clearance: plan.clearance }) : planSentences(plan)).join(" ")}
        {plan.counts.problem > 0 && plan.runId !== null && (
          <>
            {" "}
            <Link
              href={plan.left === null ? `/runs/${plan.runId}?tab=findings` : `/plans/${plan.id}?tab=problem`}
              className="rounded-sm text-base text-accent underline underline-offset-2"
            >
              {plan.clearance ? "Show why documents can't be set" : "Show why records cannot be migrated"}
            </Link>
          </>
        )}
      </p>
      {plan.warnings.map((warning) => (
        <WarningNotice key={warning.code} warning={warning} />
      ))}
      <Picture plan={plan} appliedBy={appliedBy} />
      {plan.kind === "clearance" ? (
        <DocumentFacts plan={plan} />
      ) : isEstimated(plan) ? (
        <VectorFacts estimate={estimate} />
      ) : (
        <p className="text-quiet">Started without an estimate: its run says what it took.</p>
      )}
      {estimate.egress && estimate.egress.length > 0 && <EgressFacts egress={estimate.egress} />}
      {requests.length > 0 && (
        <p className="text-sm text-quiet">
          Requests:{" "}
          {requests.map(([name, count], at) => (
            <span key={name}>
              {at > 0 && ", "}
              {estimate.labels?.[name] ?? name} <span className="figures text-ink">{countWords(count)}</span>
            </span>
          ))}
          .
        </p>
      )}
      {plan.target && runsInTarget(plan) && <TargetSteps target={plan.target} />}
    </div>
  );
}
