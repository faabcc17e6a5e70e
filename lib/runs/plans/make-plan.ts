import { z } from "zod";
import type { Database } from "@/lib/db/contract";
import { planKinds } from "@/lib/shapes/plans/plan";
import { anySettingsSchema, isClearance } from "@/lib/shapes/runs/run";
import { completeClearancePlan } from "../clearance/plan-complete";
import { noteWarnings } from "../compare/note-warnings";
import type { EngineParts } from "../lifecycle/parts";
import { partsFor } from "../lifecycle/parts-for";
import { completeReviewedPlan, notePlanApplied } from "../review/mirror-plan";
import { hashOf } from "../review/plan-sums";
import { noteEstimateApplied } from "./note-estimate-applied";
import { noteSteps } from "./note-steps";
import { noteAnalysed, noteApplied } from "./readings";

const runSchema = z.object({
  planId: z.string().nullable(),
  kind: z.string(),
  planKind: z.enum(planKinds).nullable(),
  settings: anySettingsSchema,
});

/**
 * Adds up a plan's chunks once its last namespace is scanned: counts, hash, estimate. It doesn't change after that.
 * @throws OperatorError what opening the connections of an analysis throws: nothing else says what its estimate is
 */
export async function completePlan(opened: EngineParts, runId: string): Promise<void> {
  const { database } = opened;
  const [run] = await database.rows(
    runSchema,
    `SELECT r."planId", r."kind", r."settings", p."kind" AS "planKind" FROM "Run" r LEFT JOIN "Plan" p ON p."id" = r."planId" WHERE r."id" = $1`,
    [runId],
  );
  if (!run?.planId) return;
  const { settings } = run;
  // Only an analysis is priced: what another run did stands, whatever can be opened by now.
  const parts = run.kind === "plan" ? await partsFor(opened, settings) : opened;
  if (isClearance(settings)) {
    if (run.kind === "plan") await completeClearancePlan(parts, run.planId, settings);
    else await notePlanApplied(database, run.planId);
    return;
  }
  const { planId, planKind } = run;
  if (planKind !== "mirror" && planKind !== "reembed") return;
  if (run.kind === "plan") {
    await noteSteps(parts, { planId, settings });
    await noteWarnings(parts, { planId, runId, settings });
    // How many records differ is known only where records of the same ID were compared.
    if (planKind === "mirror") await noteAnalysed(database, runId);
    return completeReviewedPlan(parts, { planId, kind: planKind, settings });
  }
  if (planKind === "mirror") {
    await notePlanApplied(database, planId);
    return noteApplied(database, runId);
  }
  if (await noteEstimateApplied(database, { planId, runId })) return;
  await notePlanMade(database, planId, await hashOf(database, planId, settings));
}

/** The plan of a run that found what it creates as it went: made and applied at once. */
async function notePlanMade(database: Database, planId: string, hash: string): Promise<void> {
  await database.run(
    `UPDATE "Plan" p SET "state" = 'applied', "hash" = $2, "readyAt" = clock_timestamp(), "creates" = c."creates", "unchanged" = c."unchanged",
            "orphans" = c."orphans"
       FROM (SELECT coalesce(sum(cardinality("creates")), 0)::int AS "creates", coalesce(sum("unchanged"), 0)::int AS "unchanged",
                    coalesce(sum(cardinality("orphans")), 0)::int AS "orphans" FROM "Chunk" WHERE "planId" = $1) AS c
      WHERE p."id" = $1 AND p."state" IN ('planning', 'failed')`,
    [planId, hash],
  );
}
