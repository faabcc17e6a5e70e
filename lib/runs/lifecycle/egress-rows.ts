import { z } from "zod";
import type { Sql } from "@/lib/db/contract";

/** Months are those of the bill, in UTC. */
export const egressDay = `(clock_timestamp() AT TIME ZONE 'UTC')::date`;
export const egressConflict = `ON CONFLICT ("day") DO UPDATE SET "bytes" = "Egress"."bytes" + EXCLUDED."bytes"`;

/** Adds what was answered to no run: to searches, gates and canaries. */
export async function addEgress(sql: Sql, bytes: number): Promise<void> {
  if (bytes <= 0) return;
  await sql.run(`INSERT INTO "Egress" ("day", "bytes") VALUES (${egressDay}, $1::bigint) ${egressConflict}`, [
    Math.round(bytes),
  ]);
}

/** Bytes that were read since the first of this month. */
export async function egressThisMonth(sql: Sql): Promise<number> {
  const [sum] = await sql.rows(
    z.object({ bytes: z.number() }),
    `SELECT coalesce(sum("bytes"), 0)::float8 AS "bytes" FROM "Egress" WHERE "day" >= date_trunc('month', ${egressDay})::date`,
  );
  return sum?.bytes ?? 0;
}
