import { z } from "zod";
import { isOperatorError } from "@/lib/operator-error";
import { settingsFor } from "@/lib/runs/lifecycle/settings";
import { editedRoute } from "@/lib/runs/plans/edited-route";
import { type PlanStanding, planValidHours, readStanding, whyStale } from "@/lib/runs/plans/plan-standing";
import { type PlanStandingView, planStandingSchema } from "@/lib/shapes/plans/plan";
import type { AnySettings } from "@/lib/shapes/runs/run";
import { instant } from "../answers/columns";
import { clearanceNow } from "../documents/clearance-plan";
import type { Context } from "../verbs/context";
import { onPlan } from "../verbs/on-route";
import { idInput } from "../verbs/parse-input";

export const showPlanStandingInput = z.strictObject({ id: idInput });

const runRow = planStandingSchema.shape.runs.element.extend({ createdAt: instant });

/**
 * Whether a plan can still be approved and applied, in words before anybody tries, and the runs that made and applied it. Throws an
 * `OperatorError` (`plan-not-found`).
 */
export async function showPlanStanding(
  ctx: Context,
  input: z.infer<typeof showPlanStandingInput>,
): Promise<PlanStandingView> {
  const plan = await readStanding(ctx.database, input.id);
  const runs = await ctx.database.rows(
    runRow,
    `SELECT "id", "kind", "state", "startedBy", "createdAt" FROM "Run" WHERE "planId" = $1 ORDER BY "createdAt", "id" LIMIT 100`,
    [input.id],
  );
  const ages = plan.state === "ready" || plan.state === "approved" || plan.state === "stale";
  if (plan.state === "superseded")
    return {
      stale: [
        `It was superseded by ${plan.supersededBy ?? "a newer plan"}, which looked at the same namespaces later.`,
      ],
      validUntil: null,
      runs,
    };
  if (!ages) return { stale: [], validUntil: null, runs };
  const { aged, moved } = whyStale(plan, (await documentsNow(ctx, plan)) ?? settingsFor(await onPlan(ctx, input.id)));
  const edited = moved.length > 0 ? [] : await editedRoute(ctx, plan.settings);
  return {
    stale: [
      ...(aged === null ? [] : [`It ${aged}: what it saw may have changed.`]),
      ...[...moved, ...edited].map((words) => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`),
    ],
    validUntil:
      plan.hours === null ? null : new Date(Date.now() + (planValidHours - plan.hours) * 3_600_000).toISOString(),
    runs,
  };
}

/** How the documents of a plan stand now. Where they can't be asked, nothing is known to have moved; applying asks again. */
async function documentsNow(ctx: Context, { id, settings }: PlanStanding): Promise<AnySettings | null> {
  try {
    return await clearanceNow(ctx, id);
  } catch (error) {
    if (isOperatorError(error)) return settings;
    throw error;
  }
}
