import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { OperatorError, refused } from "@/lib/operator-error";
import { planKinds, planStates } from "@/lib/shapes/plans/plan";
import { type AnySettings, anySettingsSchema } from "@/lib/shapes/runs/run";
import { movedSettings } from "./moved-rules";

/** A plan older than this is refused: what it saw may have changed too much for its totals and its price to mean anything. */
export const planValidHours = 24;

const standingSchema = z.object({
  id: z.string(),
  kind: z.enum(planKinds),
  state: z.enum(planStates),
  hash: z.string(),
  namespaces: z.array(z.string()),
  settings: anySettingsSchema,
  creates: z.number(),
  updates: z.number(),
  excludedCreates: z.number(),
  excludedUpdates: z.number(),
  revision: z.number(),
  approvedHash: z.string().nullable(),
  approvedBy: z.string().nullable(),
  supersededBy: z.string().nullable(),
  hours: z.number().nullable(),
});
export type PlanStanding = z.infer<typeof standingSchema>;

/** The plan under a row lock, so that two who decide about it at once take turns. @throws OperatorError `plan-not-found` */
export function lockPlan(sql: Sql, planId: string): Promise<PlanStanding> {
  return readStanding(sql, planId, "FOR UPDATE");
}

/** The same without a lock, of any kind of plan. @throws OperatorError `plan-not-found` */
export async function readStanding(sql: Sql, planId: string, lock: "" | "FOR UPDATE" = ""): Promise<PlanStanding> {
  const [plan] = await sql.rows(
    standingSchema,
    `SELECT "id", "kind", "state", "hash", "namespaces", "settings", "creates", "updates", "excludedCreates", "excludedUpdates", "revision", "approvedHash",
            "approvedBy", "supersededBy", (extract(epoch FROM clock_timestamp() - "readyAt") / 3600)::float8 AS "hours"
       FROM "Plan" WHERE "id" = $1 ${lock}`,
    [planId],
  );
  if (!plan)
    throw new OperatorError({
      kind: "not-found",
      code: "plan-not-found",
      what: `There is no plan ${JSON.stringify(planId)}.`,
      notLost: "Nothing was changed.",
      next: "See all plans with `portage plan list`.",
    });
  return plan;
}

/** @throws OperatorError `plan-not-ready` while it is being made, or where that failed; `plan-superseded` (exit code 4) */
export function requireMade(plan: PlanStanding): void {
  if (plan.state === "superseded")
    throw refused(
      "plan-superseded",
      `${plan.id} was superseded by ${plan.supersededBy ?? "a newer plan"}, which looked at the same namespaces later.`,
      `Review ${plan.supersededBy ?? "the newer plan"} and apply that.`,
    );
  if (plan.state !== "planning" && plan.state !== "failed") return;
  const what =
    plan.state === "planning"
      ? `${plan.id} is still being made.`
      : `${plan.id} wasn't made: its analysis failed or was cancelled.`;
  throw refused("plan-not-ready", what, "See its run, and analyse again if it has failed.");
}

/**
 * @param edited what the plan's saved route says otherwise by now
 * @throws OperatorError `plan-stale` (exit code 4) for a plan that is too old, or was made under other settings or another route
 */
export function requireFresh(plan: PlanStanding, now: AnySettings, edited: readonly string[] = []): void {
  const next =
    plan.kind === "reembed" ? "Plan again, and apply that." : "Analyse again, review the new plan, and apply that.";
  const { aged, moved } = whyStale(plan, now);
  if (aged !== null) throw refused("plan-stale", `${plan.id} ${aged}.`, next);
  if (moved.length > 0)
    throw refused("plan-stale", `${plan.id} was made for other settings: ${moved.join(", ")}.`, next);
  if (edited.length > 0)
    throw refused("plan-stale", `The route of ${plan.id} was changed since: ${edited.join(", ")}.`, next);
}

/** What stands against applying a plan: its age, and every setting that is another now, in words with both values. */
export function whyStale(plan: PlanStanding, now: AnySettings): { aged: string | null; moved: string[] } {
  return { aged: agedWords(plan), moved: movedSettings(plan.settings, now) };
}

function agedWords({ state, hours }: PlanStanding): string | null {
  if (hours !== null && hours > planValidHours) return `is older than ${planValidHours} hours`;
  // Taking over the database of an earlier version marked it.
  if (state === "stale") return "was made by an earlier version, which noted no record's text and no problems";
  return null;
}

/** The state of plan `p` as it is at this moment: one that was never asked to be applied isn't marked as too old. */
export const stateNow = `CASE WHEN p."state" IN ('ready', 'approved')
  AND p."readyAt" < clock_timestamp() - ${planValidHours} * interval '1 hour' THEN 'stale' ELSE p."state" END`;

/** Marks a ready or approved plan that is too old, so that lists show it. */
export async function noteStale(sql: Sql, planId: string): Promise<void> {
  await sql.run(
    `UPDATE "Plan" SET "state" = 'stale' WHERE "id" = $1 AND "state" IN ('ready', 'approved')
        AND "readyAt" < clock_timestamp() - $2 * interval '1 hour'`,
    [planId, planValidHours],
  );
}
