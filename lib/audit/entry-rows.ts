import { createHash } from "node:crypto";
import { z } from "zod";
import type { Database, Sql } from "@/lib/db/contract";
import { type AuditEntry, auditEntrySchema } from "@/lib/shapes/team/audit";

/** What an entry says, before it has a place in the chain. */
export type NewEntry = Omit<AuditEntry, "number" | "at" | "hash">;

/** The columns that are hashed, in this order; `details` as the text that is kept. */
export const entryRow = auditEntrySchema.extend({ number: z.coerce.number(), at: z.date(), details: z.string() });
export type EntryRow = z.infer<typeof entryRow>;

/** What stands before the first entry. */
export const origin = "0".repeat(64);

/** Digest of an entry and of the hash before it: changing either changes it. */
export function hashOf(previous: string, entry: Omit<EntryRow, "hash">): string {
  const { number, at, who, role, by, address, act, subject, planHash, outcome, code, details } = entry;
  const fields = [number, at.toISOString(), who, role, by, address, act, subject, planHash, outcome, code, details];
  return createHash("sha256")
    .update(JSON.stringify([previous, ...fields]))
    .digest("hex");
}

/** As the database gives it back: it stores neither a NUL nor half a surrogate pair. */
const storable = (text: string) => Buffer.from(text.replaceAll("\0", ""), "utf8").toString("utf8");

const lastSchema = z.object({ number: z.coerce.number(), hash: z.string() });
const clockSchema = z.object({ at: z.date() });
const chainLock = 72_707_370;

/**
 * Writes an entry behind the last one; whoever writes at the same time waits. Answers its number and hash.
 * @param at left out: the database's time once it is this entry's turn, so that times follow numbers whatever the processes' clocks say
 */
export async function appendEntry(database: Database, entry: NewEntry, at?: Date) {
  return database.transaction((sql) => appendWithin(sql, entry, at));
}

/** The same inside of a transaction. */
export async function appendWithin(sql: Sql, entry: NewEntry, at?: Date) {
  await sql.run(`SELECT pg_advisory_xact_lock(${chainLock})`);
  const [last] = await sql.rows(lastSchema, `SELECT "number", "hash" FROM "Audit" ORDER BY "number" DESC LIMIT 1`);
  const [clock] = await sql.rows(clockSchema, `SELECT clock_timestamp() AS at`);
  const row = {
    ...entry,
    number: (last?.number ?? 0) + 1,
    at: at ?? clock?.at ?? new Date(),
    who: storable(entry.who),
    address: storable(entry.address),
    act: storable(entry.act),
    subject: storable(entry.subject),
    planHash: storable(entry.planHash),
    code: storable(entry.code),
    details: storable(JSON.stringify(entry.details)),
  };
  const hash = hashOf(last?.hash ?? origin, row);
  await sql.run(
    `INSERT INTO "Audit" ("number", "at", "who", "role", "by", "address", "act", "subject", "planHash", "outcome", "code", "details", "hash")
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      row.number,
      row.at,
      row.who,
      row.role,
      row.by,
      row.address,
      row.act,
      row.subject,
      row.planHash,
      row.outcome,
      row.code,
      row.details,
      hash,
    ],
  );
  return { number: row.number, hash };
}

const detailsSchema = auditEntrySchema.shape.details;

/** An entry as every edge shows it. */
export function toEntry(row: EntryRow): AuditEntry {
  return { ...row, at: row.at.toISOString(), details: detailsSchema.parse(JSON.parse(row.details)) };
}
