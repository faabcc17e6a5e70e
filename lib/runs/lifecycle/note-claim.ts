import { z } from "zod";
import type { Database } from "@/lib/db/contract";
import { writeEvent } from "./events";
import { clockTime, lasting } from "./lasting";
import type { Claimed } from "./lease";

const beganSchema = z.object({ at: z.date(), message: z.string() });

/** Tells a run's log who took a namespace up: begun, resumed, or taken over from a worker that was lost, and for how long nobody worked. */
export async function noteClaim(database: Database, held: Claimed, worker: string): Promise<void> {
  const { runId, namespace, lost } = held;
  const line = (code: string, message: string, level: "info" | "warn" = "info") =>
    ({ runId, namespace, level, channel: "log", actor: worker, code, message }) as const;
  await database.transaction(async (sql) => {
    await sql.run(
      `INSERT INTO "Event" ("runId", "level", "channel", "actor", "code", "message")
       SELECT $1, 'info', 'timeline', $2, 'worker-joined', $3
        WHERE NOT EXISTS (SELECT 1 FROM "Event" WHERE "runId" = $1 AND "code" = 'worker-joined' AND "actor" = $2)`,
      [runId, worker, `Worker ${worker} joined.`],
    );
    if (lost) {
      // Takes the run's row: of several namespaces of one worker, one tells the timeline.
      await noteLostTime(sql, runId, lost.at);
      await noteTakeover(sql, runId, { ...lost, worker });
      const message = `Taken over from ${lost.owner}, which was lost. What it had written is looked up and not paid for again.`;
      await writeEvent(sql, line("worker-lost", message, "warn"));
    } else if (held.woken) {
      const [began] = await sql.rows(
        beganSchema,
        `SELECT "at", "message" FROM "Event" WHERE "runId" = $1 AND "namespace" = $2 AND "code" = 'waiting' ORDER BY "id" DESC LIMIT 1`,
        [runId, namespace],
      );
      const after = began
        ? ` after ${lasting(Date.now() - began.at.getTime())} (${began.message.replace(/\.$/, "")})`
        : "";
      await writeEvent(sql, line("wait-ended", `Continued${after}.`));
    } else {
      await writeEvent(
        sql,
        held.attempts > 1 ? line("namespace-continued", "Continued.") : line("namespace-begun", "Begun."),
      );
    }
  });
}

/** Says in the timeline that a worker was lost and who took over: once, however many namespaces it had. */
async function noteTakeover(
  sql: Pick<Database, "run">,
  runId: string,
  { owner, at, worker }: { owner: string; at: Date | null; worker: string },
): Promise<void> {
  const begin = `Worker ${owner} was lost`;
  const message = `${begin}${at ? ` at ${clockTime(at)}` : ""}; ${worker} took over at ${clockTime(new Date())}.`;
  await sql.run(
    `INSERT INTO "Event" ("runId", "level", "channel", "actor", "code", "message")
     SELECT $1, 'warn', 'timeline', $2, 'taken-over', $3
      WHERE NOT EXISTS (SELECT 1 FROM "Event" WHERE "runId" = $1 AND "channel" = 'timeline' AND "code" = 'taken-over' AND "actor" = $2
              AND starts_with("message", $4) AND ($5::timestamptz IS NULL OR "at" > $5::timestamptz))`,
    [runId, worker, message, begin, at],
  );
}

/** Several namespaces of one lost worker are one outage: only what none of them has counted yet is added. */
async function noteLostTime(sql: Pick<Database, "run">, runId: string, since: Date | null): Promise<void> {
  await sql.run(
    `UPDATE "Run" SET "lostUntil" = clock_timestamp(),
            "lostMs" = "lostMs" + GREATEST(0, extract(epoch FROM clock_timestamp() - GREATEST($2::timestamptz, coalesce("lostUntil", $2::timestamptz))) * 1000)::bigint
      WHERE "id" = $1`,
    [runId, since],
  );
}
