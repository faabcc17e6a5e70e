import type { Sql } from "@/lib/db/contract";
import { runChannel } from "./parts";

export type NewEvent = {
  runId: string;
  namespace?: string | null;
  level: "info" | "warn" | "error";
  /** `timeline`: what somebody decided or a turn that the run took. `log`: the rest. */
  channel: "timeline" | "log";
  actor: string;
  code: string;
  message: string;
};

/** Adds a line to a run's timeline or log. */
export async function writeEvent(sql: Sql, event: NewEvent): Promise<void> {
  await sql.run(
    `INSERT INTO "Event" ("runId", "namespace", "level", "channel", "actor", "code", "message") VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [event.runId, event.namespace ?? null, event.level, event.channel, event.actor, event.code, event.message],
  );
}

/** Tells whoever watches the run that there is something new, once the transaction commits. */
export async function tellRunChanged(sql: Sql, runId: string): Promise<void> {
  await sql.run("SELECT pg_notify($1, $2)", [runChannel, runId]);
}
