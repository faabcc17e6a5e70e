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
       SELECT $1, 'info', 'log', $2, 'worker-joined', $3
        WHERE NOT EXISTS (SELECT 1 FROM "Event" WHERE "runId" = $1 AND "code" = 'worker-joined' AND "actor" = $2)`,
      [runId, worker, `Worker ${worker} joined.`],
    );
    if (lost) {
      const since = lost.at ? ` at ${clockTime(lost.at)}` : "";
      const message = `Worker ${lost.owner} was lost${since}; ${worker} took over at ${clockTime(new Date())}. What it had written is looked up and not paid for again.`;
      await writeEvent(sql, line("worker-lost", message, "warn"));
      if (lost.at) await noteLostTime(sql, runId, lost.at);
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

/** Several namespaces of one lost worker are one outage: only what none of them has counted yet is added. */
async function noteLostTime(sql: Pick<Database, "run">, runId: string, since: Date): Promise<void> {
  await sql.run(
    `UPDATE "Run" SET "lostUntil" = clock_timestamp(),
            "lostMs" = "lostMs" + GREATEST(0, extract(epoch FROM clock_timestamp() - GREATEST($2::timestamptz, coalesce("lostUntil", $2::timestamptz))) * 1000)::bigint
      WHERE "id" = $1`,
    [runId, since],
  );
}
