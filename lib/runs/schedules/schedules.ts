import { z } from "zod";
import { failureSentence, isServiceFailure } from "@/lib/failures";
import { isOperatorError } from "@/lib/operator-error";
import { noCeilings } from "@/lib/plan/estimate/ceilings";
import { routeOf } from "@/lib/routes/route-now";
import { createRun } from "../lifecycle/create-run";
import { leadsTo } from "../lifecycle/overlap";
import type { EngineParts } from "../lifecycle/parts";
import { unfinishedStates } from "../lifecycle/states";
import { decide } from "./decide-scheduled-run";
import { end } from "./end-scheduled-run";
import { nextTime } from "./next-time";
import { onScheduleRoute, worldNow } from "./schedule-route";
import { noteTrouble } from "./schedule-trouble";
import { scheduleMoved } from "./schedule-world";
import { atCeiling, raisedFor, stoppedAnalysis } from "./stopped-analysis";
import {
  type DueSchedule,
  type StoredSchedule,
  storedScheduleColumns,
  storedScheduleRow,
  troubleOf,
} from "./stored-schedule";

/** A worker that dies between taking up a schedule and starting its run is followed by another after this. */
const startingMs = 60_000;

/**
 * Moves every schedule on: starts the scheduled runs that are due, decides about plans that are ready, notes how runs ended. To be called every
 * second or so, by any number of workers: a schedule is taken up by moving `nextAt` from the value that was read, which one of them does.
 * Whatever a schedule holds, it is in nobody's way: its trouble is noted at it, the others go on.
 */
export async function tickSchedules(parts: EngineParts, now: Date, signal?: AbortSignal): Promise<void> {
  const rows = await parts.database.rows(
    storedScheduleRow,
    `SELECT ${storedScheduleColumns} FROM "Schedule" s WHERE s."phase" <> 'idle' OR s."nextAt" <= $1 ORDER BY s."nextAt", s."id"`,
    [now],
  );
  for (const row of rows) {
    if (signal?.aborted) return;
    try {
      await moveOn(parts, row, now, signal);
    } catch (error) {
      if (!signal?.aborted)
        parts.log.warn({ schedule: row.id, error }, "a schedule could not be moved on; it is tried again");
    }
  }
}

/** Looks at every schedule, due or not, so that trouble is known before its hour. To be called every minute or so. */
export async function checkSchedules(parts: Pick<EngineParts, "database">, now: Date): Promise<void> {
  const rows = await parts.database.rows(storedScheduleRow, `SELECT ${storedScheduleColumns} FROM "Schedule" s`);
  for (const row of rows) await noteTrouble(parts.database, row, troubleOf(row, now), now);
}

async function moveOn(
  parts: EngineParts,
  stored: StoredSchedule,
  now: Date,
  signal: AbortSignal | undefined,
): Promise<void> {
  const trouble = troubleOf(stored, now);
  await noteTrouble(parts.database, stored, trouble, now);
  // A scheduled run that is at work ends all the same; none is begun.
  const row: DueSchedule = { ...stored, nextAt: stored.nextAt ?? now };
  const explained = async (of: DueSchedule, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (!signal?.aborted) await explain(parts, of, error, now);
    }
  };
  if (row.phase === "planning") await explained(row, async () => decide(await onScheduleRoute(parts, row), row, now));
  else if (row.phase === "applying") await explained(row, () => noteApplied(parts, row, now));
  if (trouble !== null) return;
  if (row.nextAt <= now && row.phase !== "idle" && row.phase !== "starting") {
    // Due again while the last scheduled run is still at work: that one goes on, this one is left out.
    await parts.database.run(`UPDATE "Schedule" SET "nextAt" = $3 WHERE "id" = $1 AND "nextAt" = $2`, [
      row.id,
      row.nextAt,
      nextTime(row.cron, row.timezone, now),
    ]);
    return;
  }
  const due = row.phase === "idle" && row.nextAt <= now;
  const abandoned = row.phase === "starting" && row.leaseUntil !== null && row.leaseUntil <= now;
  const taken = due || abandoned ? await takeUp(parts, row, now) : null;
  if (taken) await explained(taken, async () => plan(await onScheduleRoute(parts, taken), taken, now, signal));
}

/** The schedule as it stands once this worker has taken it up, or `null` when another one has. */
async function takeUp(parts: EngineParts, row: DueSchedule, now: Date): Promise<DueSchedule | null> {
  const taken: DueSchedule = {
    ...row,
    phase: "starting",
    leaseUntil: new Date(now.getTime() + startingMs),
    nextAt: row.nextAt <= now ? nextTime(row.cron, row.timezone, now) : row.nextAt,
    takenAt: row.phase === "starting" ? (row.takenAt ?? now) : now,
    runId: null,
    planId: null,
  };
  const touched = await parts.database.run(
    `UPDATE "Schedule" SET "phase" = 'starting', "leaseUntil" = $4, "nextAt" = $5, "takenAt" = $7, "runId" = NULL, "planId" = NULL
      WHERE "id" = $1 AND "nextAt" = $2 AND "phase" = $3 AND ("leaseUntil" IS NULL OR "leaseUntil" <= $6)`,
    [row.id, row.nextAt, row.phase, taken.leaseUntil, taken.nextAt, now, taken.takenAt],
  );
  return touched === 1 ? taken : null;
}

async function everyNamespace(parts: EngineParts, signal: AbortSignal | undefined): Promise<string[]> {
  const names: string[] = [];
  for await (const page of parts.source.namespaces(routeOf(parts).source.index, signal ? { signal } : {}))
    for (const { name, count } of page.namespaces) if (count.value > 0) names.push(name);
  return names;
}

/** Begins the analysis; refused for this time when any other run is at work on one of the namespaces. */
async function plan(parts: EngineParts, row: DueSchedule, now: Date, signal: AbortSignal | undefined): Promise<void> {
  const { database } = parts;
  const settings = await worldNow(parts);
  const moved = await scheduleMoved(database, row.id, settings);
  if (moved !== null) return end(parts, row, "refused", `${moved}.`, now);
  const namespaces = row.namespaces.length > 0 ? row.namespaces : await everyNamespace(parts, signal);
  if (namespaces.length === 0) return end(parts, row, "no-changes", "The source holds no records.", now);
  const [inTheWay] = await database.rows(
    z.object({ id: z.string() }),
    `SELECT "id" FROM "Run" WHERE "state" = ANY($1) AND "kind" IN ('plan', 'reembed', 'mirror') AND "namespaces" && $2::text[]
        AND NOT ("kind" = 'plan' AND "startedBy" = $3) AND ${leadsTo("target", `"settings"`, [4, 5])}
      ORDER BY "createdAt" LIMIT 1`,
    [unfinishedStates, namespaces, `schedule:${row.id}`, settings.target.index, settings.target.account ?? null],
  );
  if (inTheWay) {
    const words = `${inTheWay.id} was at work on the same namespaces: tried again at the next time.`;
    return end(parts, row, "refused", words, now);
  }
  const maxEgress = row.maxEgress ?? parts.config.ceilings.maxEgress;
  const stopped = await stoppedAnalysis(database, row.id);
  const begun = await createRun(database, {
    kind: "plan",
    planKind: "mirror",
    namespaces,
    expected: new Map(),
    settings,
    startedBy: `schedule:${row.id}`,
    ceilings: { ...noCeilings, maxEgress },
    // It only reads, and the ceiling is the schedule's, which an approver set.
    given: { ...raisedFor(stopped, maxEgress), mayRaise: () => {} },
  }).catch(async (error: unknown) => {
    if (stopped === null || !isOperatorError(error) || error.code !== "over-limits") throw error;
    await end(parts, row, "review", atCeiling(stopped.id), now);
    return null;
  });
  if (begun === null) return;
  await database.run(
    `UPDATE "Schedule" SET "phase" = 'planning', "leaseUntil" = NULL, "runId" = $2, "planId" = (SELECT "planId" FROM "Run" WHERE "id" = $2)
      WHERE "id" = $1 AND "phase" = 'starting' AND "leaseUntil" = $3`,
    [row.id, begun.runId, row.leaseUntil],
  );
}

async function noteApplied(parts: EngineParts, row: DueSchedule, now: Date): Promise<void> {
  const [run] = await parts.database.rows(
    z.object({ state: z.string(), reached: z.string().nullable() }),
    `SELECT r."state", c."reached" FROM "Run" r LEFT JOIN "Ceiling" c ON c."runId" = r."id" WHERE r."id" = $1`,
    [row.runId],
  );
  if (!run) return end(parts, row, "failed", "The run that applied the plan is gone.", now);
  if (run.state === "succeeded") await end(parts, row, "applied", `${row.runId} applied ${row.planId}.`, now);
  else if (run.state === "succeeded-with-findings")
    await end(parts, row, "applied", `${row.runId} applied ${row.planId}, with findings.`, now);
  else if (run.state === "paused" && run.reached !== null)
    await end(parts, row, "review", `${row.runId} is paused at its ceiling; raised, it goes on.`, now);
  else if (run.state === "failed") await end(parts, row, "failed", `${row.runId} failed; it can be resumed.`, now);
  else if (run.state === "cancelled") await end(parts, row, "refused", `${row.runId} was cancelled.`, now);
}

async function explain(parts: EngineParts, row: DueSchedule, error: unknown, now: Date): Promise<void> {
  if (isOperatorError(error)) return end(parts, row, error.kind === "refused" ? "refused" : "failed", error.what, now);
  if (isServiceFailure(error)) return end(parts, row, "failed", failureSentence(error), now);
  // Left as it is: one that was being started is taken up again, a run is looked at again.
  parts.log.warn({ schedule: row.id, error }, "a schedule could not be moved on; it is tried again");
}
