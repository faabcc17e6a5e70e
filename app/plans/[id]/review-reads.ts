import { changesQuery, facetsQuery, searchOf, standingQuery } from "@/components/data/mirror-queries";
import { windowSize } from "@/components/data/window-size";
import { filtersOf, type Review, rowsAhead } from "@/components/mirror/review-url";
import { listChangeFacets, listChangeFacetsInput } from "@/lib/actions/plans/list-change-facets";
import { listChanges, listChangesInput } from "@/lib/actions/plans/list-changes";
import { showPlanStanding } from "@/lib/actions/plans/show-plan-standing";
import type { Context } from "@/lib/actions/verbs/context";
import { parseInput } from "@/lib/actions/verbs/parse-input";
import type { ChangeKind } from "@/lib/shapes/plans/change";
import type { Plan } from "@/lib/shapes/plans/plan";

const order = ["create", "update", "orphan", "problem"] as const satisfies readonly ChangeKind[];

/** What the review asks for when it opens: its rows come with the page. */
export function reviewReads(plan: Plan, asked: Review) {
  const standing = { queryKey: standingQuery(plan.id).queryKey, read: (ctx: Context) => showPlanStanding(ctx, plan) };
  const kind = asked.tab ?? order.find((each) => plan.counts[each] > 0);
  if (kind === undefined || plan.state === "planning" || plan.state === "failed") return [standing];
  const filters = filtersOf(asked, kind, asked.find.trim());
  const given = Object.fromEntries(
    Object.entries({ ...searchOf(filters), namespace: filters.namespace }).filter(
      ([, value]) => value !== null && value !== "",
    ),
  );
  const from = Math.floor(Math.max(0, asked.at - rowsAhead) / windowSize);
  const to = Math.floor(Math.min(asked.at + 2 * rowsAhead, Math.max(0, plan.counts[kind] - 1)) / windowSize);
  const windows = new Set([0, ...Array.from({ length: Math.max(1, to - from + 1) }, (_, at) => from + at)]);
  const rows = [...windows].map((window) => ({
    queryKey: changesQuery(plan.id, filters, window * windowSize, windowSize).queryKey,
    read: async (ctx: Context) => {
      const input = { id: plan.id, ...given, offset: window * windowSize, limit: windowSize, quick: true };
      const { changes, matching, exact } = await listChanges(ctx, parseInput(listChangesInput, input));
      return { rows: changes, matching, exact };
    },
  }));
  const { key: _key, sign: _sign, present: _present, reason: _reason, ...others } = given;
  const facets = {
    queryKey: facetsQuery(plan.id, filters).queryKey,
    read: (ctx: Context) =>
      listChangeFacets(ctx, parseInput(listChangeFacetsInput, { id: plan.id, ...others, quick: true })),
  };
  return [...rows, standing, ...(kind === "update" || kind === "problem" ? [facets] : [])];
}
