import { z } from "zod";
import type { Database } from "@/lib/db/contract";
import { noCeilings, raises } from "@/lib/plan/estimate/ceilings";
import type { GivenCeilings } from "@/lib/shapes/runs/ceilings";

const stoppedRow = z.object({ id: z.string(), maxEgress: z.number().nullable() });
type Stopped = z.infer<typeof stoppedRow>;

/** The schedule's last analysis that is paused at a ceiling: a scheduled run goes on with it. */
export async function stoppedAnalysis(database: Database, scheduleId: string): Promise<Stopped | null> {
  const [stopped] = await database.rows(
    stoppedRow,
    `SELECT r."id", c."maxEgress" FROM "Run" r JOIN "Ceiling" c ON c."runId" = r."id"
      WHERE r."startedBy" = $1 AND r."kind" = 'plan' AND r."state" = 'paused' AND c."reached" IS NOT NULL
      ORDER BY r."createdAt" DESC LIMIT 1`,
    [`schedule:${scheduleId}`],
  );
  return stopped ?? null;
}

/** The schedule's ceiling where it lets the analysis go further; one that was raised at the run itself isn't lowered again. */
export function raisedFor(stopped: Stopped | null, maxEgress: number | null): GivenCeilings {
  const higher = stopped !== null && raises({ ...noCeilings, maxEgress: stopped.maxEgress }, { maxEgress });
  return higher ? { maxEgress } : {};
}

/** What a scheduled run says of it. */
export const atCeiling = (runId: string) =>
  `The analysis ${runId} is paused at its ceiling; raised, at the schedule or the run, it goes on.`;
