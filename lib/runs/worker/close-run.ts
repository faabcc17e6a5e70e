import { z } from "zod";
import { isOperatorError } from "@/lib/operator-error";
import type { Problem } from "@/lib/shapes/runs/run";
import { noteGaps } from "../compare/plan-gaps";
import type { EngineParts } from "../lifecycle/parts";
import { settleRun } from "../lifecycle/settle-run";
import { completePlan } from "../plans/make-plan";

const endedSchema = z.object({
  unfinished: z.number(),
  failed: z.number(),
  done: z.number(),
  kind: z.string(),
  planId: z.string().nullable(),
});

/**
 * Called whenever a segment was left: brings the run's state in line, and completes its plan first when that was the last one, so
 * that whoever sees the run ended finds the plan ready; of segments that end together, each calls, and the last ends the run. Safe to call again, from several workers.
 */
export async function closeRun(parts: EngineParts, runId: string): Promise<void> {
  const { database } = parts;
  const [ended] = await database.rows(
    endedSchema,
    `SELECT count(*) FILTER (WHERE s."state" IN ('queued', 'running', 'waiting'))::int AS "unfinished",
            count(*) FILTER (WHERE s."state" = 'failed')::int AS "failed", count(*) FILTER (WHERE s."state" = 'done')::int AS "done",
            r."kind", r."planId"
       FROM "Run" r LEFT JOIN "Segment" s ON s."runId" = r."id" WHERE r."id" = $1 GROUP BY r."kind", r."planId"`,
    [runId],
  );
  const last = ended?.unfinished === 0;
  if (last && ended.planId !== null) {
    // An analysis's namespaces stand each for itself; what another run did of a plan stands until all of it is done.
    const analysed = ended.kind === "plan" && ended.done > 0;
    if (analysed) await noteGaps(database, { runId, planId: ended.planId });
    if (ended.failed === 0 || analysed) await complete(parts, runId);
    else
      await database.run(`UPDATE "Plan" SET "state" = 'failed' WHERE "id" = $1 AND "state" = 'planning'`, [
        ended.planId,
      ]);
  }
  await database.transaction((sql) => settleRun(sql, runId, last));
}

/**
 * Completes the run's plan. One that can't be estimated fails with its reason; resumed, it is added up again. Namespaces that had failed before were taken
 * out of it with what was found of them (see `noteGaps`): they are to be gone through from their beginning.
 */
async function complete(parts: EngineParts, runId: string): Promise<void> {
  try {
    await completePlan(parts, runId);
  } catch (error) {
    if (!isOperatorError(error)) throw error;
    const { code, what, notLost, next } = error;
    // The plan's row is taken first: of two that fail here, the second finds it failed, and begins nothing again.
    await parts.database.run(
      `WITH open AS (
         SELECT p."id" FROM "Plan" p JOIN "Run" r ON r."planId" = p."id" WHERE r."id" = $1 AND p."state" = 'planning' FOR UPDATE OF p
       ), begun AS (
         UPDATE "Segment" SET "listedThrough" = NULL, "listed" = false, "chunks" = 0, "total" = 0, "unchanged" = 0, "skipped" = 0, "orphans" = 0
          WHERE "runId" = $1 AND "state" = 'failed' AND (SELECT "kind" FROM "Run" WHERE "id" = $1) = 'plan' AND EXISTS (SELECT 1 FROM open)
       ), failed AS (
         UPDATE "Segment" SET "state" = 'failed', "error" = $2::jsonb WHERE "runId" = $1 AND "state" = 'done'
            AND (EXISTS (SELECT 1 FROM open) OR (SELECT "kind" FROM "Run" WHERE "id" = $1) <> 'plan')
       )
       UPDATE "Plan" p SET "state" = 'failed', "gaps" = NULL, "namespaces" = r."namespaces"
         FROM "Run" r, open WHERE r."id" = $1 AND p."id" = open."id"`,
      [runId, JSON.stringify({ code, what, notLost, next } satisfies Problem)],
    );
  }
}
