import { z } from "zod";
import { mergeCeilings } from "@/lib/plan/estimate/ceilings";
import { estimateLeft, excludedWorkloadSchema, noLoads, workloadSchema } from "@/lib/plan/estimate/left";
import { overLimits } from "@/lib/plan/estimate/limits";
import { planGapsSchema, planWarningSchema } from "@/lib/shapes/plans/plan";
import { gapSentences, withheldCode } from "@/lib/shapes/plans/plan-gaps";
import type { EngineParts } from "../lifecycle/parts";
import { refuseMixture } from "../lifecycle/vector-spaces";
import { applyPlan } from "../plans/apply-plan";
import { plannedVectors } from "../transfer/guard-models";
import { worldOf } from "../transfer/guard-world";
import { end } from "./end-scheduled-run";
import { atCeiling } from "./stopped-analysis";
import type { DueSchedule } from "./stored-schedule";

const plannedRow = z.object({
  runId: z.string(),
  runState: z.string(),
  reached: z.string().nullable(),
  error: z.object({ what: z.string() }).nullable(),
  state: z.string(),
  hash: z.string(),
  create: z.number(),
  update: z.number(),
  problem: z.number(),
  excludedCreates: z.number(),
  excludedUpdates: z.number(),
  revision: z.number(),
  usd: z.coerce.number(),
  workload: workloadSchema.nullable(),
  excludedWorkload: excludedWorkloadSchema.nullable(),
  gaps: planGapsSchema.nullable(),
  warnings: z.array(planWarningSchema),
});

/** Applies a plan that keeps to the limits; any other waits for a review. */
export async function decide(parts: EngineParts, row: DueSchedule, now: Date): Promise<void> {
  const { database } = parts;
  const [made] = await database.rows(
    plannedRow,
    `SELECT r."id" AS "runId", r."state" AS "runState", (SELECT c."reached" FROM "Ceiling" c WHERE c."runId" = r."id") AS "reached", r."error", p."state", p."hash", p."creates" AS "create", p."updates" AS "update", p."problems" AS "problem",
            p."excludedCreates", p."excludedUpdates", p."revision", p."workload", p."excludedWorkload", p."gaps", p."warnings", coalesce(p."estimate" -> 'usd' ->> 'total', '0') AS "usd"
       FROM "Run" r JOIN "Plan" p ON p."id" = r."planId" WHERE r."id" = $1`,
    [row.runId],
  );
  if (!made || row.planId === null) return end(parts, row, "failed", "The run of the analysis is gone.", now);
  const gaps = gapSentences(made.gaps ?? undefined).join(" ");
  const changes = made.create + made.update;
  // What an analysis doesn't speak for is for somebody to look at; what it did find waits for that.
  if (gaps !== "" && (made.runState === "failed" || made.runState.startsWith("succeeded")))
    return changes > 0 && (made.state === "ready" || made.state === "approved")
      ? end(parts, row, "review", `${row.planId} waits for a review: ${gaps}`, now)
      : end(parts, row, "failed", gaps, now);
  if (made.runState === "failed")
    return end(parts, row, "failed", made.error?.what ?? `The analysis ${row.runId} failed.`, now);
  if (made.runState === "cancelled") return end(parts, row, "refused", `The analysis ${row.runId} was cancelled.`, now);
  if (made.runState === "paused" && made.reached !== null) return end(parts, row, "review", atCeiling(made.runId), now);
  if (!made.runState.startsWith("succeeded")) return;
  if (made.state !== "ready" && made.state !== "approved")
    return end(parts, row, "refused", `${row.planId} is ${made.state} already.`, now);
  const many = made.problem === 1 ? "1 record" : `${made.problem.toLocaleString("en-US")} records`;
  const problems = made.problem === 0 ? "" : ` ${many} can't be migrated.`;
  const withheld = made.warnings.find(({ code }) => code === withheldCode);
  if (changes === 0 && withheld)
    return end(parts, row, "review", `${row.planId} found nothing to create or update. ${withheld.words}`, now);
  if (changes === 0) {
    await database.run(`UPDATE "Plan" SET "state" = 'no-changes' WHERE "id" = $1 AND "state" = 'ready'`, [row.planId]);
    return end(parts, row, "no-changes", `There was nothing to create or update.${problems}`, now);
  }
  const waiting = reasonToWait(row, made);
  if (waiting !== null) return end(parts, row, "review", `${row.planId} needs review: ${waiting}.`, now);
  const settings = worldOf(parts);
  await refuseMixture(database, settings, await plannedVectors(database, row.planId, settings));
  const { runId } = await applyPlan(database, {
    planId: row.planId,
    settings,
    actor: `schedule:${row.id}`,
    hash: made.hash,
    revision: made.revision,
    ceilings: mergeCeilings(parts.config.ceilings, {
      maxUsd: row.maxUsd ?? undefined,
      maxEgress: row.maxEgress ?? undefined,
    }),
  });
  if (runId === null) return end(parts, row, "no-changes", "There was nothing to create or update.", now);
  await database.run(
    `UPDATE "Schedule" SET "phase" = 'applying', "runId" = $3 WHERE "id" = $1 AND "phase" = 'planning' AND "runId" = $2`,
    [row.id, row.runId, runId],
  );
}

/** Why a plan isn't applied by itself, or `null`. A schedule without limits was not told that it may apply anything. */
function reasonToWait(row: DueSchedule, made: z.infer<typeof plannedRow>): string | null {
  if (row.maxCreates === null && row.maxUpdates === null && row.maxUsd === null) return "the schedule has no limits";
  const over = overLimits(
    {
      counts: { total: 0, create: made.create, update: made.update, unchanged: 0, orphan: 0, problem: made.problem },
      excluded: { create: made.excludedCreates, update: made.excludedUpdates },
      // By what would be applied: an operator may have taken changes out meanwhile.
      estimate: made.workload
        ? estimateLeft(made.workload, made.excludedWorkload ?? noLoads, "both")
        : { usd: { total: made.usd } },
    },
    {
      maxCreates: row.maxCreates ?? undefined,
      maxUpdates: row.maxUpdates ?? undefined,
      maxUsd: row.maxUsd ?? undefined,
      allowProblems: row.allowProblems,
    },
  );
  return over.length === 0 ? null : over.join("; ");
}
