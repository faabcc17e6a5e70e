import { z } from "zod";
import { anySettingsSchema } from "@/lib/shapes/runs/run";
import { writeEvent } from "../lifecycle/events";
import type { EngineParts } from "../lifecycle/parts";
import { lastWithinMs } from "./note-move";
import { noteUntold, sameMove, tellMove, toldOf } from "./tell-move";

const cancelledSchema = z.object({
  runId: z.string(),
  kind: z.string(),
  retryOf: z.string().nullable(),
  settings: anySettingsSchema,
});

/** Those that were begun, lately, and that no later one of the same collection followed. */
const untold = `SELECT m."id" AS "runId", m."kind", m."retryOf", m."settings" FROM "Run" m
  WHERE m."state" = 'cancelled' AND m."kind" = 'reembed' AND m."settings" #>> '{overflow,status}' = 'true'
    AND m."endedAt" > clock_timestamp() - interval '1 day' AND m."startedAt" IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM "Event" e WHERE e."runId" = m."id" AND e."code" = 'status-noted')
    AND NOT EXISTS (SELECT 1 FROM "Run" r WHERE r."createdAt" > m."createdAt" AND r."startedAt" IS NOT NULL AND ${sameMove})`;

export type CancelledMoves = { look(): void; stop(): Promise<void> };

/**
 * Tells targets of migrations that were cancelled while nobody worked on them: whoever cancels a paused run has no connection to its target. Each is
 * tried once by a process.
 */
export function tellCancelled(parts: EngineParts): CancelledMoves {
  const { database, workerName, log } = parts;
  const tried = new Set<string>();
  const stop = new AbortController();
  let looking = Promise.resolve();
  const round = async () => {
    if (stop.signal.aborted) return;
    for (const run of await database.rows(cancelledSchema, untold)) {
      const told = toldOf(run);
      if (told === null || tried.has(run.runId) || stop.signal.aborted) continue;
      tried.add(run.runId);
      const wrong = await tellMove(parts, told, lastWithinMs, stop.signal);
      const event = {
        runId: run.runId,
        level: "info",
        channel: "log",
        actor: workerName,
        code: "status-noted",
      } as const;
      if (wrong === null)
        await writeEvent(database, { ...event, message: "migration_status says that it was cancelled." });
      else if (!stop.signal.aborted) await noteUntold(parts, run.runId, wrong);
    }
  };
  return {
    look() {
      looking = looking.then(round).catch((error: unknown) => {
        if (!stop.signal.aborted) log.warn({ error }, "cancelled migrations could not be looked at");
      });
    },
    async stop() {
      stop.abort();
      await looking;
    },
  };
}
