import { z } from "zod";
import type { Database } from "@/lib/db/contract";
import { cameSinceWords } from "@/lib/shapes/plans/came-since";
import { writeEvent } from "../lifecycle/events";

const cameSchema = z.object({ came: z.number(), planId: z.string() });

/**
 * Marks the estimate that a re-embedding carried out as applied, and says how many records came to the source since: they were not
 * confirmed, and stay as they are. Answers whether the run carries out an estimate at all. Safe to call again.
 */
export async function noteEstimateApplied(database: Database, of: { planId: string; runId: string }): Promise<boolean> {
  return database.transaction(async (sql) => {
    const touched = await sql.run(`UPDATE "Plan" SET "state" = 'applied' WHERE "id" = $1 AND "state" = 'approved'`, [
      of.planId,
    ]);
    if (touched === 0) return false;
    const [since] = await sql.rows(
      cameSchema,
      `SELECT r."planId", coalesce(sum((s."verdict" ->> 'arrivedLater')::int), 0)::int AS came FROM "Run" r JOIN "Segment" s ON s."runId" = r."id"
        WHERE r."id" = $1 AND r."settings" ->> 'limit' IS NULL GROUP BY r."planId"`,
      [of.runId],
    );
    if (since !== undefined && since.came > 0)
      await writeEvent(sql, {
        runId: of.runId,
        level: "warn",
        channel: "timeline",
        actor: "engine",
        code: "came-since",
        message: cameSinceWords(since.came),
      });
    return true;
  });
}
