import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import type { AuditVerdict } from "@/lib/shapes/team/audit";
import { type EntryRow, hashOf, origin } from "./entry-rows";
import { auditRows } from "./filters";
import { countOpenActs } from "./intents";
import { trimmedAct } from "./trim-audit";

const trimmedSchema = z.object({ asked: z.object({ through: z.number(), hash: z.string() }) });

/** Reads the whole trail and computes every hash again. The first entry may follow ones that were removed by age: a later entry says which. */
export async function verifyTrail(sql: Sql): Promise<AuditVerdict> {
  const open = await countOpenActs(sql);
  let entries = 0;
  let last: EntryRow | null = null;
  let before: { number: number; hash: string } | null = await removedBefore(sql);
  const broken = (number: number, words: string): AuditVerdict => ({
    ok: false,
    entries,
    last: last && { number: last.number, hash: last.hash },
    broken: { number, words },
    open,
  });
  for await (const row of auditRows(sql, {})) {
    entries++;
    const expected: number = (before?.number ?? 0) + 1;
    if (row.number !== expected)
      return broken(row.number, `It follows entry ${expected - 1}: what stood between them was removed.`);
    if (row.hash !== hashOf(before?.hash ?? origin, row))
      return broken(row.number, "It isn't what was written, or doesn't follow the entry before it.");
    before = row;
    last = row;
  }
  return { ok: true, entries, last: last && { number: last.number, hash: last.hash }, broken: null, open };
}

/** The last entry that age removed, as the trail itself says. */
async function removedBefore(sql: Sql) {
  const [row] = await sql.rows(
    z.object({ details: z.string() }),
    `SELECT "details" FROM "Audit" WHERE "act" = $1 ORDER BY "number" DESC LIMIT 1`,
    [trimmedAct],
  );
  if (!row) return null;
  const { through, hash } = trimmedSchema.parse(JSON.parse(row.details)).asked;
  return { number: through, hash };
}
