import { z } from "zod";
import type { Sql } from "@/lib/db/contract";

/** A run over fewer documents says more about its beginning and its end. */
const leastWritten = 1000;
const runsLookedAt = 5;

const paceSchema = z.object({ perSecond: z.number().nullable() });

/**
 * Documents a second that the last runs over the same names wrote, from start to end: the median of those that were neither interrupted
 * nor held to a speed limit. `null` when there is none.
 */
export async function measuredPace(sql: Sql, target: readonly string[]): Promise<number | null> {
  const [pace] = await sql.rows(
    paceSchema,
    `SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY "perSecond") AS "perSecond"
       FROM (SELECT s."written" / extract(epoch FROM r."endedAt" - r."startedAt")::float8 AS "perSecond"
               FROM "Run" r JOIN "Segment" s ON s."runId" = r."id"
              WHERE r."kind" = 'clearance' AND r."state" IN ('succeeded', 'succeeded-with-findings') AND r."speedLimit" IS NULL
                AND r."settings" -> 'target' = $1::jsonb AND r."endedAt" > r."startedAt" AND s."attempts" = 1 AND s."written" >= $2
              ORDER BY r."endedAt" DESC LIMIT ${runsLookedAt}) AS last`,
    [JSON.stringify(target), leastWritten],
  );
  return pace?.perSecond ?? null;
}
