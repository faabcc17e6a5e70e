"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { planLevels } from "@/app/actions/clearance";
import { estimateMigration } from "@/app/actions/migrating";
import { analyse } from "@/app/actions/mirroring";
import { OverwriteNotice } from "@/components/clearance/overwrite-notice";
import { useAct } from "@/components/data/act";
import { standingQuery } from "@/components/data/mirror-queries";
import { usePageRoute } from "@/components/data/page-route";
import { overviewQuery, planQuery, runDetailQuery } from "@/components/data/queries";
import { useGo } from "@/components/data/use-go";
import { PlanSummary } from "@/components/migrate/plan-summary";
import { estimateAgain } from "@/components/runs/estimate-again";
import { useCommands } from "@/components/shell/commands";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/identifier";
import { PageHead } from "@/components/ui/page-head";
import { Skeleton } from "@/components/ui/skeleton";
import { Notice, ProblemNote } from "@/components/ui/states";
import { Tabs } from "@/components/ui/tabs";
import { toast } from "@/components/ui/toast";
import { planKindOf, planStateOf } from "@/components/words/change";
import { countWords } from "@/components/words/figures";
import { termsOf } from "@/components/words/terms";
import { isClearance } from "@/lib/shapes/documents/is-clearance";
import { noNamespace } from "@/lib/shapes/names";
import type { ChangeKind } from "@/lib/shapes/plans/change";
import type { Plan } from "@/lib/shapes/plans/plan";
import type { RunDetail } from "@/lib/shapes/runs/run";
import { noFilters } from "./change-filters";
import { Changes } from "./changes";
import { Decide } from "./decide";
import { PlanFacts, PolicyLine } from "./plan-facts";
import { useReview } from "./use-changes";
import { useOthersExclusions } from "./use-others-exclusions";

// With `loading` each has a boundary of its own: else the whole page doesn't react before these scripts are there.
const Comments = dynamic(() => import("./comments").then((module) => module.Comments), { loading: () => null });
// Only where there is no plan yet, or none came about.
const PlanFailed = dynamic(() => import("@/components/migrate/planning").then((module) => module.PlanFailed), {
  loading: () => <Skeleton className="h-24 w-full rounded-md" />,
});
const Planning = dynamic(() => import("@/components/migrate/planning").then((module) => module.Planning), {
  loading: () => <Skeleton className="h-34 w-full rounded-md" />,
});

/** A plan as it is reviewed: what would change in sum and one by one, what it costs, and the decision about it. */
export function PlanPage({ id }: { id: string }) {
  const { data: plan, error, refetch } = useQuery(planQuery(id));
  const overview = useQuery(overviewQuery(usePageRoute()));
  const settings = useQuery({ ...runDetailQuery(plan?.runId ?? ""), enabled: (plan?.runId ?? null) !== null }).data
    ?.settings;
  const standing = useQuery({ ...standingQuery(id), enabled: plan !== undefined });
  const stale = standing.data?.stale ?? [];
  useOthersExclusions(plan);
  if (!plan) {
    return (
      <>
        <PageHead title="Plan" />
        {error ? (
          <ProblemNote error={error} retry={() => void refetch()} />
        ) : (
          <Skeleton className="h-60 w-full rounded-md" />
        )}
      </>
    );
  }
  const made = plan.state !== "planning" && plan.state !== "failed";
  return (
    <>
      <PageHead
        title={`${planKindOf(plan)} plan`}
        note={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="inline-flex items-center font-mono text-xs">
              {plan.id}
              <CopyButton text={plan.id} what="the plan's ID" />
            </span>
            <span role="status" className="font-medium text-ink">
              {planStateOf(plan)}
            </span>
          </span>
        }
        actions={made && <PlanAgain plan={plan} settings={settings} />}
      />
      <div className="grid gap-4">
        {plan.state === "planning" && plan.runId !== null && (
          <Planning plan={plan} runId={plan.runId} onDone={() => void refetch()} />
        )}
        {plan.state === "failed" && plan.runId !== null && <PlanFailed runId={plan.runId} cancelled={plan.cancelled} />}
        {stale.length > 0 && (
          <Notice level="warn">
            This plan can be read, not applied: {termsOf(plan).again.toLowerCase()}, and review the new plan.{" "}
            {stale.join(" ")}
          </Notice>
        )}
        {made && (
          <>
            <PlanSummary plan={plan} appliedBy={standing.data?.runs} />
            {plan.clearance && <OverwriteNotice plan={plan} />}
            {plan.kind === "mirror" && <PolicyLine plan={plan} />}
            <PlanFacts plan={plan} settings={settings} standing={standing.data} />
            <Decide plan={plan} sandbox={overview.data?.mode === "sandbox"} stale={stale.length > 0} />
          </>
        )}
      </div>
      {made && <Review plan={plan} />}
      {made && <Comments plan={plan} />}
    </>
  );
}

/** The same question once more, about how things stand now. */
function PlanAgain({ plan, settings }: { plan: Plan; settings: RunDetail["settings"] | undefined }) {
  const go = useGo();
  const opened = ({ plan: next, resumed }: { plan: Plan; resumed: boolean }) => {
    if (resumed) toast("Resumed the interrupted plan.");
    go(`/plans/${next.id}`);
  };
  const analysing = useAct(analyse, opened);
  const estimating = useAct(estimateMigration, opened);
  const planning = useAct(planLevels, opened);
  const ask = () => {
    const { clearance } = plan;
    const again = settings && !isClearance(settings) ? estimateAgain(settings) : {};
    if (plan.kind === "reembed")
      return estimating.mutate({ namespaces: plan.namespaces, route: plan.route?.name, ...again });
    if (!clearance) return analysing.mutate({ namespaces: plan.namespaces, route: plan.route?.name });
    const { field, kind, value, documents, overwrite, unindexed, namespaces, target } = clearance;
    const where = namespaces === "all" ? { all: true } : { namespaces: namespaces.map((name) => name ?? noNamespace) };
    planning.mutate({ ...where, field, kind, value, documents, overwrite, unindexed, index: target });
  };
  return (
    <Button
      busy={analysing.isPending || estimating.isPending || planning.isPending}
      disabled={plan.kind === "reembed" && plan.runId !== null && settings === undefined}
      onClick={ask}
    >
      {termsOf(plan).again}
    </Button>
  );
}

function excludedOf({ excluded }: Plan, kind: ChangeKind): number {
  return kind === "create" || kind === "update" ? excluded[kind] : 0;
}

function Review({ plan }: { plan: Plan }) {
  const [asked, setAsked] = useReview();
  const { kinds, tabs, lists } = termsOf(plan);
  const first = kinds.find((kind) => plan.counts[kind] > 0);
  const open = asked.tab ?? first ?? "create";
  useCommands(
    kinds.map((kind, at) => ({
      id: `tab ${kind}`,
      title: `Show ${lists[kind].toLowerCase()}`,
      group: "This page" as const,
      keys: (at + 1).toString(),
      run: () => void setAsked({ ...noFilters, tab: kind, record: null, in: null, index: null }),
    })),
  );
  if (first === undefined) return null;
  return (
    <div id="changes" className="mt-7 scroll-mt-4">
      <Tabs
        label="Changes"
        open={open}
        onOpen={(tab) => void setAsked({ ...noFilters, tab, record: null, in: null, index: null })}
        tabs={kinds.map((kind) => ({
          name: kind,
          label: tabs[kind],
          count: plan.counts[kind] - excludedOf(plan, kind),
          note: excludedOf(plan, kind) > 0 ? `+ ${countWords(excludedOf(plan, kind))} excluded` : undefined,
          content: <Changes key={kind} plan={plan} kind={kind} asked={asked} setAsked={setAsked} />,
        }))}
      />
    </div>
  );
}
