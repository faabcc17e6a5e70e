import { z } from "zod";
import { settingsFor } from "@/lib/runs/lifecycle/settings";
import * as runs from "@/lib/runs/plans/approve-plan";
import { editedRoute } from "@/lib/runs/plans/edited-route";
import { clearanceNow, readPlanSettings } from "../documents/clearance-plan";
import type { Context } from "../verbs/context";
import { onPlan } from "../verbs/on-route";
import { idInput, largestInteger } from "../verbs/parse-input";
import { requireSecondPerson } from "./four-eyes";
import { readPlan } from "./plan-view";

export const approvePlanInput = z.strictObject({
  id: idInput,
  /** The hash of what was reviewed: refused when the plan's is another. */
  hash: z.string().max(100).optional(),
  /** The plan's `revision` when it was reviewed: refused when somebody has changed exclusions since. */
  revision: z.int().min(0).max(largestInteger).optional(),
});

/**
 * Fixes a plan's exclusions and the hash of what is left. Throws an `OperatorError` (`plan-not-found`, `plan-not-ready`, `plan-stale`,
 * `plan-already-approved`, `plan-moved`).
 */
export async function approvePlan(asked: Context, input: z.infer<typeof approvePlanInput>) {
  const ctx = await onPlan(asked, input.id);
  requireSecondPerson(ctx, await readPlan(ctx.database, input.id));
  const edited = await editedRoute(ctx, await readPlanSettings(ctx, input.id));
  await runs.approvePlan(ctx.database, {
    planId: input.id,
    settings: (await clearanceNow(ctx, input.id)) ?? settingsFor(ctx),
    edited,
    actor: ctx.actor,
    ...(input.hash === undefined ? {} : { hash: input.hash }),
    ...(input.revision === undefined ? {} : { revision: input.revision }),
  });
  return readPlan(ctx.database, input.id);
}
