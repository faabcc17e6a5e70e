import { z } from "zod";
import { estimateWork } from "@/lib/plan/estimate";
import { anySettingsSchema, isClearance } from "@/lib/shapes/run";
import { completeClearancePlan } from "../clearance/plan-complete";
import type { EngineParts } from "../lifecycle/parts";
import { partsFor } from "../lifecycle/parts-for";
import { completeMirrorPlan, notePlanApplied } from "../review/mirror-plan";
import { hashOf, ratesOf } from "../review/plan-sums";
import { noteWarnings } from "../transfer/note-warnings";
import { noteEstimateApplied } from "./note-estimate-applied";
import { noteSteps } from "./note-steps";
import { noteAnalysed, noteApplied } from "./readings";

const sumsSchema = z.object({
  creates: z.number(),
  unchanged: z.number(),
  orphans: z.number(),
  problems: z.number(),
  texts: z.number(),
  tokens: z.coerce.number(),
  bytes: z.coerce.number(),
});
const runSchema = z.object({
  planId: z.string().nullable(),
  kind: z.string(),
  planKind: z.string().nullable(),
  settings: anySettingsSchema,
});

/**
 * Adds up a plan's chunks once its last namespace is walked: counts, hash, estimate. It doesn't change after that.
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
  if (run.kind === "plan") await noteSteps(parts, { planId: run.planId, settings });
  if (run.planKind === "mirror") {
    if (run.kind === "plan") {
      await noteWarnings(parts, { planId: run.planId, runId, settings });
      await noteAnalysed(database, runId);
      await completeMirrorPlan(parts, run.planId, settings);
    } else {
      await notePlanApplied(database, run.planId);
      await noteApplied(database, runId);
    }
    return;
  }
  if (run.kind === "reembed" && (await noteEstimateApplied(database, { planId: run.planId, runId }))) return;
  if (run.kind === "plan") await noteWarnings(parts, { planId: run.planId, runId, settings });
  const [sums] = await database.rows(
    sumsSchema,
    `SELECT coalesce(sum(cardinality("creates") - "problems"), 0)::int AS "creates", coalesce(sum("unchanged"), 0)::int AS "unchanged",
            coalesce(sum(cardinality("orphans")), 0)::int AS "orphans", coalesce(sum("problems"), 0)::int AS "problems",
            coalesce(sum("texts"), 0)::int AS "texts", coalesce(sum("tokens"), 0)::text AS "tokens", coalesce(sum("bytes"), 0)::text AS "bytes"
       FROM "Chunk" WHERE "planId" = $1`,
    [run.planId],
  );
  if (!sums) return;
  const estimate =
    run.kind === "plan"
      ? JSON.stringify(
          estimateWork(
            {
              sourceIds: sums.creates + sums.problems + sums.unchanged,
              targetIds: sums.unchanged + sums.orphans,
              creates: sums.creates + sums.problems,
              written: sums.creates,
              texts: sums.texts,
              tokens: sums.tokens,
              metadataBytes: sums.bytes,
            },
            await ratesOf(parts, settings),
          ),
        )
      : null;
  await database.run(
    `UPDATE "Plan" SET "state" = $2, "creates" = $3, "unchanged" = $4, "orphans" = $5, "problems" = $6, "hash" = $7, "estimate" = $8::jsonb,
            "readyAt" = clock_timestamp()
      WHERE "id" = $1 AND "state" IN ('planning', 'failed')`,
    [
      run.planId,
      run.kind === "plan" ? "ready" : "applied",
      sums.creates,
      sums.unchanged,
      sums.orphans,
      sums.problems,
      await hashOf(database, run.planId, settings),
      estimate,
    ],
  );
}
