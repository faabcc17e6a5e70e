import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { planValidHours } from "../plans/plan-standing";

/** How much is kept; `null`: without a limit. */
export type HistoryLimits = {
  days: number | null;
  runs: number | null;
  findings: number | null;
  detailDays: number | null;
  readings: number | null;
  messages: number | null;
};

const ended = `('succeeded', 'succeeded-with-findings', 'cancelled', 'failed')`;

/**
 * What a run `o` is still needed for: it can be resumed, somebody has yet to look at what it left, it is tried again just now, or a schedule is
 * at work with it. A failed one can be resumed until another run has covered it.
 */
const needed = `(o."state" NOT IN ${ended}
  OR EXISTS (SELECT 1 FROM "Attention" a WHERE a."runId" = o."id" AND a."standing" IS NOT NULL AND (o."state" = 'failed' OR a."acknowledgedAt" IS NULL))
  OR (o."state" = 'failed' AND NOT EXISTS (SELECT 1 FROM "Attention" a WHERE a."runId" = o."id"))
  OR EXISTS (SELECT 1 FROM "Run" t WHERE t."retryOf" = o."id" AND t."state" NOT IN ${ended})
  OR EXISTS (SELECT 1 FROM "Schedule" h WHERE h."phase" <> 'idle' AND (h."runId" = o."id" OR h."planId" = o."planId"))
  OR (o."kind" IN ('reembed', 'mirror') AND EXISTS (
        SELECT 1 FROM "Segment" s JOIN "Segment" b ON b."namespace" = s."namespace" AND b."skipped" + b."failed" + b."drifted" > 0
          JOIN "Run" e ON e."id" = b."runId"
         WHERE s."runId" = o."id" AND s."written" + s."unchanged" > 0 AND e."createdAt" < o."createdAt" AND e."planId" IS DISTINCT FROM o."planId")))`;

/** A plan `p` that somebody may still carry out. */
const applicable = `(p."state" = 'planning' OR (p."supersededBy" IS NULL AND (
     (p."state" = 'approved' AND NOT EXISTS (SELECT 1 FROM "Run" r WHERE r."planId" = p."id" AND r."kind" = p."kind"))
  OR (p."state" IN ('ready', 'approved') AND p."readyAt" > clock_timestamp() - ${planValidHours} * interval '1 hour'))))`;

const groupSchema = z.object({ id: z.string(), planId: z.string().nullable() });
/** A run, or a plan with all of its runs, that goes as a whole. */
export type Group = { planId: string | null; runIds: string[] };

/**
 * Which runs are beyond the limits and needed for nothing, the oldest first, each with its plan and that plan's other runs. The last one is about
 * order: a run that wrote records, or found them right, says that an older run's finding is settled, so it stays as long as that finding.
 */
export async function oldRuns(sql: Sql, limits: HistoryLimits, most: number): Promise<Group[]> {
  const rows = await sql.rows(
    groupSchema,
    `WITH counted AS (
       SELECT r."id", r."planId", r."createdAt", coalesce(r."endedAt", r."createdAt") AS at,
              row_number() OVER (ORDER BY r."createdAt" DESC, r."id" DESC) AS place,
              sum(coalesce(f.count, 0)) OVER (ORDER BY r."createdAt" DESC, r."id" DESC) AS findings
         FROM "Run" r LEFT JOIN (SELECT "runId", count(*) AS count FROM "Finding" WHERE $3::int IS NOT NULL GROUP BY "runId") f ON f."runId" = r."id"
        WHERE r."state" IN ${ended} AND r."removing" IS NULL),
     beyond AS (
       SELECT * FROM counted WHERE at < clock_timestamp() - $1::int * interval '1 day' OR place > $2::int OR findings > $3::int)
     SELECT b."id", b."planId" FROM beyond b
      WHERE NOT EXISTS (SELECT 1 FROM "Run" o WHERE (o."id" = b."id" OR o."planId" = b."planId") AND ${needed})
        AND NOT EXISTS (SELECT 1 FROM "Run" o WHERE o."planId" = b."planId" AND o."id" NOT IN (SELECT "id" FROM beyond))
        AND NOT EXISTS (SELECT 1 FROM "Plan" p WHERE p."id" = b."planId" AND ${applicable})
      ORDER BY b."createdAt", b."id" LIMIT $4::int`,
    [limits.days, limits.runs, limits.findings, most],
  );
  const groups = new Map<string, Group>();
  for (const { id, planId } of rows) {
    const key = planId ?? id;
    const group = groups.get(key) ?? { planId, runIds: [] };
    group.runIds.push(id);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Old plans without any run: of earlier versions, or left by a crash. */
export async function oldPlans(sql: Sql, { days }: HistoryLimits, most: number): Promise<string[]> {
  const rows = await sql.rows(
    z.object({ id: z.string() }),
    `SELECT p."id" FROM "Plan" p WHERE p."createdAt" < clock_timestamp() - $1::int * interval '1 day' AND p."removing" IS NULL
        AND NOT EXISTS (SELECT 1 FROM "Run" r WHERE r."planId" = p."id") AND NOT ${applicable} ORDER BY p."createdAt" LIMIT $2::int`,
    [days, most],
  );
  return rows.map(({ id }) => id);
}

/**
 * Takes a group out of every list in one transaction: from here on it isn't there, and whoever finds it marked removes the rest. Nothing is
 * marked when one of its runs was taken up again meanwhile.
 */
export async function markGroup(sql: Sql, { planId, runIds }: Group): Promise<boolean> {
  const runs = await sql.rows(
    z.object({ id: z.string(), needed: z.boolean() }),
    `SELECT o."id", ${needed} AS needed FROM "Run" o WHERE o."id" = ANY ($1) OR o."planId" = $2 ORDER BY o."id" FOR UPDATE`,
    [runIds, planId],
  );
  if (runs.some((run) => run.needed)) return false;
  await sql.run(`UPDATE "Run" SET "removing" = clock_timestamp() WHERE "id" = ANY ($1)`, [runs.map(({ id }) => id)]);
  if (planId !== null) await sql.run(`UPDATE "Plan" SET "removing" = clock_timestamp() WHERE "id" = $1`, [planId]);
  // How many records were out of sync at the last look stays, without the way to who looked.
  await sql.run(`UPDATE "Standing" SET "runId" = NULL, "planId" = NULL WHERE "runId" = ANY ($1) OR "planId" = $2`, [
    runIds,
    planId,
  ]);
  return true;
}
