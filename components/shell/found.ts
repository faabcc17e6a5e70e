import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Answers } from "@/components/data/answers";
import { fetchAnswer, withSearch } from "@/components/data/fetch-answer";
import { usePageRoute } from "@/components/data/page-route";
import { onRoute, type PageRoute } from "@/components/data/route-address";
import { planKindOf, planStateOf } from "@/components/words/change";
import { namespaceWords } from "@/components/words/figures";
import { runKindOf, runStateOf } from "@/components/words/run";
import { namespaceHref } from "@/lib/shapes/namespaces/namespace-address";

export type Found = { id: string; what: "Run" | "Plan" | "Namespace"; name: string; note: string; href: string };

const most = 5;

/** Runs, plans and namespaces that have what is typed in their ID or name, a few of each. */
async function find(route: PageRoute, typed: string, signal: AbortSignal): Promise<Found[]> {
  const asked = { search: typed, limit: most };
  // An index that can't be asked takes no run and no plan with it.
  const orNone = <T>(answer: Promise<T>) => answer.catch((): null => null);
  const [ofRuns, ofPlans, ofNamespaces] = await Promise.all([
    orNone(fetchAnswer<Answers["runsPage"]>(withSearch("/runs", asked), signal)),
    orNone(fetchAnswer<Answers["plansPage"]>(withSearch("/plans", { ...asked, names: 1 }), signal)),
    orNone(fetchAnswer<Answers["namespacePage"]>(withSearch("/namespaces/browse", { ...asked, route }), signal)),
  ]);
  const [runs, plans, rows] = [ofRuns?.runs ?? [], ofPlans?.plans ?? [], ofNamespaces?.rows ?? []];
  return [
    ...rows.map(({ name }) => ({
      id: `namespace ${name}`,
      what: "Namespace" as const,
      name: namespaceWords(name),
      note: "",
      href: namespaceHref(name),
    })),
    ...runs.map((run) => ({
      id: run.id,
      what: "Run" as const,
      name: run.id,
      note: `${runKindOf(run)}, ${runStateOf(run).toLowerCase()}`,
      href: `/runs/${run.id}`,
    })),
    ...plans.map((plan) => ({
      id: plan.id,
      what: "Plan" as const,
      name: plan.id,
      note: `${planKindOf(plan)}, ${planStateOf(plan).toLowerCase()}`,
      href: `/plans/${plan.id}`,
    })),
  ];
}

/** What is found by what was typed; nothing before two letters. */
export function useFound(typed: string): readonly Found[] {
  const route = usePageRoute();
  const { data } = useQuery({
    queryKey: onRoute(route, "found", typed),
    queryFn: ({ signal }) => find(route, typed, signal),
    enabled: typed.length > 1,
    placeholderData: keepPreviousData,
  });
  return typed.length > 1 ? (data ?? []) : [];
}
