import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Database, Sql } from "@/lib/db/contract";
import { type OpenAct, openActSchema } from "@/lib/shapes/team/audit";
import { appendWithin, type NewEntry } from "./entry-rows";

const beganSchema = openActSchema.omit({ at: true });
/** What an entry will say, before it is known how the act ends. */
export type Began = z.infer<typeof beganSchema>;

/** Notes that an act begins, so that it can't go missing from the trail when its process is killed. Answers what `endIntent` needs. */
export async function beginIntent(database: Database, began: Began): Promise<string> {
  const id = randomUUID();
  // Half a surrogate pair or a NUL, as names may hold them, is escaped by JSON, and the database takes it.
  await database.run(`INSERT INTO "AuditIntent" ("id", "entry") VALUES ($1, $2)`, [id, JSON.stringify(began)]);
  return id;
}

/** Writes the entry in place of its intent, both or neither. */
export async function endIntent(database: Database, id: string, entry: NewEntry) {
  return database.transaction(async (sql) => {
    const written = await appendWithin(sql, entry);
    await sql.run(`DELETE FROM "AuditIntent" WHERE "id" = $1`, [id]);
    return written;
  });
}

/** What somebody asked for has ended by then, or its process has. Minutes. */
export const longestActMinutes = 120;

const leftRow = z.object({ id: z.string(), entry: z.string(), at: z.date() });

/** What was begun and isn't in the trail yet, oldest first: at work now, or left by a process that is gone. */
export async function openActs(sql: Sql): Promise<OpenAct[]> {
  const rows = await sql.rows(leftRow, `SELECT "id", "entry", "at" FROM "AuditIntent" ORDER BY "at", "id" LIMIT 1000`);
  return rows.map(({ entry, at }) => ({ ...beganSchema.parse(JSON.parse(entry)), at: at.toISOString() }));
}

/** How many acts are open. */
export async function countOpenActs(sql: Sql): Promise<number> {
  const [row] = await sql.rows(z.object({ count: z.number() }), `SELECT count(*)::int AS "count" FROM "AuditIntent"`);
  return row?.count ?? 0;
}

/**
 * Settles what processes that are gone have left, once a process opens the database and before it begins anything: an embedded one belongs to
 * this process, so whatever others began has ended; on a server, what began longer ago than any act takes.
 */
export function settleLeft(database: Database): Promise<number> {
  return settleIntents(database, database.kind === "embedded" ? 0 : longestActMinutes);
}

/**
 * Puts into the trail what processes began and never ended: that it was begun is certain, whether it was done isn't.
 * @param minutes how old an intent has to be: another process may be at it. None where there is no other.
 */
export async function settleIntents(database: Database, minutes: number): Promise<number> {
  const rows = await database.rows(
    leftRow,
    `SELECT "id", "entry", "at" FROM "AuditIntent" WHERE "at" <= clock_timestamp() - $1::int * interval '1 minute' ORDER BY "at", "id" LIMIT 1000`,
    [minutes],
  );
  for (const { id, entry, at } of rows) {
    const began = beganSchema.parse(JSON.parse(entry));
    await database.transaction(async (sql) => {
      // Another process may have found it as well.
      if ((await sql.run(`DELETE FROM "AuditIntent" WHERE "id" = $1`, [id])) === 0) return;
      const details = { ...began.details, begun: at.toISOString() };
      await appendWithin(sql, { ...began, outcome: "unknown", code: "process-ended", details });
    });
  }
  return rows.length;
}
