import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { type RunState, runStates } from "@/lib/shapes/runs/run";
import { noteRun } from "../attention/note-run";
import { tellRunChanged, writeEvent } from "./events";
import { clockTime, lasting } from "./lasting";
import { statesBefore } from "./states";

const tallySchema = z.object({
  state: z.enum(runStates),
  unfinished: z.number(),
  active: z.number(),
  moving: z.number(),
  failed: z.number(),
  findings: z.number(),
  unverified: z.number(),
  short: z.number(),
  waitingFor: z.string().nullable(),
  wakeAt: z.date().nullable(),
});

/**
 * Brings a run's state in line with its segments: the only place where a run becomes running, waiting, paused, cancelled or
 * finished. Takes the run's row lock, so that two segments that end together agree on who was last.
 * @param mayEnd the run's plan is complete, so that whoever sees the run ended finds it ready
 * @param until when a wait that begins is over, where its segment doesn't say so
 */
export async function settleRun(sql: Sql, runId: string, mayEnd: boolean, until: Date | null = null): Promise<void> {
  await sql.run(`SELECT 1 FROM "Run" WHERE "id" = $1 FOR UPDATE`, [runId]);
  const [tally] = await sql.rows(
    tallySchema,
    `SELECT r."state",
            count(*) FILTER (WHERE s."state" IN ('queued', 'running', 'waiting'))::int AS "unfinished",
            count(*) FILTER (WHERE s."state" IN ('running', 'waiting') AND s."leaseUntil" > clock_timestamp())::int AS "active",
            count(*) FILTER (WHERE s."state" = 'running' AND s."leaseUntil" > clock_timestamp())::int AS "moving",
            count(*) FILTER (WHERE s."state" = 'failed')::int AS "failed",
            coalesce(sum(s."skipped" + s."failed" + s."drifted"), 0)::int AS "findings",
            count(*) FILTER (WHERE (s."verdict" ->> 'ok') = 'false')::int AS "unverified",
            coalesce(sum(s."short"), 0)::int AS "short",
            min(s."waitingFor") FILTER (WHERE s."state" = 'waiting') AS "waitingFor",
            min(s."wakeAt") FILTER (WHERE s."state" = 'waiting') AS "wakeAt"
       FROM "Run" r JOIN "Segment" s ON s."runId" = r."id" WHERE r."id" = $1 GROUP BY r."state"`,
    [runId],
  );
  if (!tally) return;
  const to = nextState(tally, mayEnd);
  if (to !== null && to !== tally.state)
    await moveRun(
      sql,
      runId,
      to,
      "engine",
      await turnWords(sql, runId, to, { ...tally, until: tally.wakeAt ?? until }),
    );
  await sql.run(`UPDATE "Run" SET "waitingFor" = $2, "waitingUntil" = $3 WHERE "id" = $1`, [
    runId,
    to === "waiting" || (to === null && tally.state === "waiting") ? tally.waitingFor : null,
    tally.wakeAt,
  ]);
  await tellRunChanged(sql, runId);
}

function nextState(tally: z.infer<typeof tallySchema>, mayEnd: boolean): RunState | null {
  const { state } = tally;
  if (statesBefore("succeeded").includes(state) && tally.unfinished === 0) {
    if (!mayEnd) return null;
    if (tally.failed > 0) return "failed";
    return tally.findings + tally.unverified + tally.short > 0 ? "succeeded-with-findings" : "succeeded";
  }
  if (state === "pausing") return tally.active === 0 ? "paused" : null;
  if (state === "cancelling") return tally.active === 0 ? "cancelled" : null;
  if (state === "queued" || state === "running" || state === "waiting") {
    if (tally.moving > 0) return "running";
    return tally.waitingFor === null ? null : "waiting";
  }
  return null;
}

const beganSchema = z.object({ at: z.date(), message: z.string() });

/** What the timeline says of a wait that begins or is over: its reason, and its end. `undefined`: what it says of such a turn anyway. */
async function turnWords(
  sql: Sql,
  runId: string,
  to: RunState,
  { state, waitingFor, until }: { state: RunState; waitingFor: string | null; until: Date | null },
): Promise<string | undefined> {
  if (to === "waiting" && waitingFor !== null)
    return `Waiting for ${waitingFor.replace(/, attempt \d+$/, "")}${until === null ? "" : ` until ${clockTime(until)}`}.`;
  if (to !== "running" || state !== "waiting") return undefined;
  const [began] = await sql.rows(
    beganSchema,
    `SELECT "at", "message" FROM "Event" WHERE "runId" = $1 AND "channel" = 'timeline' AND "code" = 'waiting' ORDER BY "id" DESC LIMIT 1`,
    [runId],
  );
  return began && `Continued after ${lasting(Date.now() - began.at.getTime())} of waiting.`;
}

const words: Partial<Record<RunState, { level: "info" | "warn" | "error"; message: string }>> = {
  running: { level: "info", message: "Running." },
  waiting: { level: "warn", message: "Waiting." },
  paused: { level: "info", message: "Paused. Batches in flight were written; resume continues from there." },
  cancelled: { level: "info", message: "Cancelled. What was written stays; nothing was deleted." },
  succeeded: { level: "info", message: "Finished: every listed record was processed." },
  "succeeded-with-findings": {
    level: "warn",
    message: "Finished, with findings: every listed record was processed.",
  },
  failed: { level: "error", message: "Failed. Nothing written is lost; resume continues from there." },
};

/** Moves a run to a state that the table of transitions allows, with a line in its timeline; answers whether it did. */
export async function moveRun(
  sql: Sql,
  runId: string,
  to: RunState,
  actor = "engine",
  message = words[to]?.message,
): Promise<boolean> {
  const ended = to === "succeeded" || to === "succeeded-with-findings" || to === "failed" || to === "cancelled";
  const touched = await sql.run(
    `UPDATE "Run" SET "state" = $2,
            "startedAt" = CASE WHEN $2 = 'running' THEN coalesce("startedAt", clock_timestamp()) ELSE "startedAt" END,
            "endedAt" = CASE WHEN $4 THEN clock_timestamp() ELSE NULL END,
            "waitingFor" = NULL, "waitingUntil" = NULL
      WHERE "id" = $1 AND "state" = ANY($3)`,
    [runId, to, statesBefore(to), ended],
  );
  if (touched !== 1) return false;
  if (to === "cancelled") await endCancelled(sql, runId);
  if (to === "failed")
    await sql.run(
      `UPDATE "Run" SET "error" = (SELECT "error" FROM "Segment" WHERE "runId" = $1 AND "state" = 'failed' ORDER BY "position" LIMIT 1) WHERE "id" = $1`,
      [runId],
    );
  const said = words[to];
  if (said && message !== undefined)
    await writeEvent(sql, { runId, level: said.level, channel: "timeline", actor, code: to, message });
  await noteRun(sql, runId);
  await tellRunChanged(sql, runId);
  return true;
}

/** Nothing of a cancelled run is begun any more; a plan that it was making isn't being made any longer. Plan before segments, as elsewhere. */
async function endCancelled(sql: Sql, runId: string): Promise<void> {
  await sql.run(
    `UPDATE "Plan" SET "state" = 'failed' WHERE "state" = 'planning' AND "id" = (SELECT "planId" FROM "Run" WHERE "id" = $1)`,
    [runId],
  );
  await sql.run(
    `UPDATE "Segment" SET "state" = 'cancelled' WHERE "runId" = $1 AND "state" IN ('queued', 'running', 'waiting')`,
    [runId],
  );
}
