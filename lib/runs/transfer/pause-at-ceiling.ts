import type { Database } from "@/lib/db/contract";
import { ceilingOf, ceilingWords } from "@/lib/plan/estimate/ceilings";
import type { CeilingKind } from "@/lib/shapes/runs/ceilings";
import { readCeiling } from "../lifecycle/ceiling-rows";
import { wakeWorkers } from "../lifecycle/create-run";
import { writeEvent } from "../lifecycle/events";
import { moveRun } from "../lifecycle/settle-run";

/** Pauses the run, and says at which ceiling. */
export async function pauseAtCeiling(database: Database, runId: string, reached: CeilingKind): Promise<void> {
  await database.transaction(async (sql) => {
    await sql.run(`SELECT 1 FROM "Run" WHERE "id" = $1 FOR UPDATE`, [runId]);
    const standing = await readCeiling(sql, runId, "FOR UPDATE");
    if (!standing || standing.reached !== null || !(await moveRun(sql, runId, "pausing"))) return;
    await sql.run(`UPDATE "Ceiling" SET "reached" = $2 WHERE "runId" = $1`, [runId, reached]);
    const message = `The ceiling of ${ceilingWords(reached, ceilingOf(standing, reached) ?? 0)} is reached: pausing.`;
    await writeEvent(sql, {
      runId,
      level: "warn",
      channel: "timeline",
      actor: "engine",
      code: "ceiling-reached",
      message,
    });
    await wakeWorkers(sql, runId);
  });
}
