import { z } from "zod";
import type { Sql } from "@/lib/db/contract";

/** Months are those of the bill, in UTC. */
export const egressDay = `(clock_timestamp() AT TIME ZONE 'UTC')::date`;
export const egressConflict = `ON CONFLICT ("day") DO UPDATE SET "bytes" = "Egress"."bytes" + EXCLUDED."bytes"`;

/** Bytes that runs read since the first of this month. */
export async function egressThisMonth(sql: Sql): Promise<number> {
  const [sum] = await sql.rows(
    z.object({ bytes: z.number() }),
    `SELECT coalesce(sum("bytes"), 0)::float8 AS "bytes" FROM "Egress" WHERE "day" >= date_trunc('month', ${egressDay})::date`,
  );
  return sum?.bytes ?? 0;
}
