import { z } from "zod";
import type { Database } from "@/lib/db/contract";
import { planValidHours } from "../plans/plan-standing";
import { checkSchedules } from "../schedules/schedules";
import { noteNamespaces } from "./note-namespaces";
import { notePlan } from "./note-plan";
import { noteRun } from "./note-run";
import { noteSchedule } from "./note-schedule";
import { solveCovered } from "./solve-covered";
import { type Swept, solveLeft, sweptRoutes } from "./swept-routes";

const idRow = z.object({ id: z.string() });

/** Runs whose state and whose items disagree: made by an older version, or edited by hand. The oldest first. */
const runsToNote = `SELECT r."id" FROM "Run" r
  WHERE (r."state" IN ('failed', 'paused') AND NOT EXISTS (SELECT 1 FROM "Attention" a WHERE a."runId" = r."id" AND a."standing" IS NOT NULL
           AND a."cause" IN ('run-failed', 'run-paused')))
     OR (r."state" = 'succeeded-with-findings' AND r."kind" <> 'plan' AND NOT EXISTS (SELECT 1 FROM "Attention" a WHERE a."runId" = r."id"))
     OR r."id" IN (SELECT a."runId" FROM "Attention" a JOIN "Run" o ON o."id" = a."runId" WHERE a."standing" IS NOT NULL
                    AND ((a."cause" = 'run-failed' AND o."state" <> 'failed') OR (a."cause" = 'run-paused' AND o."state" <> 'paused')))
  ORDER BY r."createdAt"`;

/** Plans that may wait by now, and those that stand as waiting. */
const plansToNote = `SELECT p."id" FROM "Plan" p
  WHERE p."kind" IN ('mirror', 'clearance') AND p."state" IN ('ready', 'approved') AND p."readyAt" > clock_timestamp() - $1 * interval '1 hour'
  UNION SELECT a."planId" FROM "Attention" a WHERE a."cause" = 'plan-waiting' AND a."standing" IS NOT NULL AND a."planId" IS NOT NULL`;

/**
 * Looks for what no event tells: history that was there before, plans that grew too old, schedules edited in the database, namespaces
 * whose counts moved. To be called at the start and every minute or so, by any number of workers.
 */
export async function sweepAttention(parts: Swept, now: Date, signal?: AbortSignal): Promise<void> {
  const { database } = parts;
  await noteEach(database, runsToNote, [], noteRun, signal);
  await database.transaction((sql) => solveCovered(sql, null));
  await noteEach(database, plansToNote, [planValidHours], notePlan, signal);
  await checkSchedules(parts, now);
  await noteEach(database, `SELECT "id" FROM "Schedule"`, [], noteSchedule, signal);
  await solveLeft(database);
  for await (const route of sweptRoutes(parts)) {
    if (signal?.aborted) return;
    await noteNamespaces(database, route);
  }
}

async function noteEach(
  database: Database,
  statement: string,
  values: readonly unknown[],
  note: typeof noteRun,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const { id } of await database.rows(idRow, statement, values)) {
    if (signal?.aborted) return;
    await database.transaction((sql) => note(sql, id));
  }
}
