import { z } from "zod";
import { anySettingsSchema } from "@/lib/shapes/runs/run";
import type { EngineParts } from "../lifecycle/parts";
import { lastWithinMs } from "./note-move";
import { noteTold, noteUntold, sameMove, tellMove, toldOf } from "./tell-move";

const endedSchema = z.object({
  runId: z.string(),
  kind: z.string(),
  retryOf: z.string().nullable(),
  settings: anySettingsSchema,
});

/** Again after so long, for one that couldn't be told. Milliseconds. */
const againMs = 60_000;

/** Those that were begun, ended lately, and that no later one of the same collection followed. */
const untold = `SELECT m."id" AS "runId", m."kind", m."retryOf", m."settings" FROM "Run" m
  WHERE m."state" IN ('cancelled', 'failed', 'succeeded', 'succeeded-with-findings') AND m."kind" = 'reembed' AND m."settings" #>> '{overflow,status}' = 'true'
    AND m."endedAt" > clock_timestamp() - interval '1 day' AND m."startedAt" IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM "Event" e WHERE e."runId" = m."id" AND e."code" = 'status-noted')
    AND NOT EXISTS (SELECT 1 FROM "Run" r WHERE r."createdAt" > m."createdAt" AND r."startedAt" IS NOT NULL AND ${sameMove})`;

export type UntoldMoves = { look(): void; stop(): Promise<void> };

/**
 * Tells targets how migrations ended that nobody worked on any more: cancelled while they were paused, or whose worker was killed before it could say so.
 * One that can't be told is tried again every minute for a day.
 */
export function tellUntold(parts: EngineParts): UntoldMoves {
  const { database, log } = parts;
  const tried = new Map<string, number>();
  const stop = new AbortController();
  let looking = Promise.resolve();
  const round = async () => {
    if (stop.signal.aborted) return;
    for (const run of await database.rows(endedSchema, untold)) {
      const told = toldOf(run);
      const last = tried.get(run.runId);
      if (told === null || stop.signal.aborted || (last !== undefined && Date.now() - last < againMs)) continue;
      tried.set(run.runId, Date.now());
      const wrong = await tellMove(parts, told, lastWithinMs, stop.signal);
      if (wrong === null) await noteTold(parts, run.runId);
      else if (last === undefined && !stop.signal.aborted) await noteUntold(parts, run.runId, wrong);
    }
  };
  const look = () => {
    looking = looking.then(round).catch((error: unknown) => {
      if (!stop.signal.aborted) log.warn({ error }, "migrations that ended could not be looked at");
    });
  };
  const timer = setInterval(look, againMs);
  timer.unref();
  return {
    look,
    async stop() {
      clearInterval(timer);
      stop.abort();
      await looking;
    },
  };
}
