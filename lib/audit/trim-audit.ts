import { z } from "zod";
import type { Database } from "@/lib/db/contract";
import { appendWithin } from "./entry-rows";

/** What the entry is called that says which ones before it were removed by age. */
export const trimmedAct = "trimmed";

const lastSchema = z.object({ number: z.coerce.number(), hash: z.string() });

/** Removes entries older than `days`, and says so in the trail, with the last one's hash: what is left can still be verified. */
export async function trimAudit(database: Database, days: number | null): Promise<number> {
  if (days === null) return 0;
  return database.transaction(async (sql) => {
    const [last] = await sql.rows(
      lastSchema,
      `SELECT "number", "hash" FROM "Audit" WHERE "at" < clock_timestamp() - $1::int * interval '1 day' ORDER BY "number" DESC LIMIT 1`,
      [days],
    );
    if (!last) return 0;
    await appendWithin(sql, {
      who: "portage",
      role: "admin",
      by: "process",
      address: "",
      act: trimmedAct,
      subject: "",
      planHash: "",
      outcome: "done",
      code: "",
      details: { asked: { through: last.number, hash: last.hash } },
    });
    return sql.run(`DELETE FROM "Audit" WHERE "number" <= $1`, [last.number]);
  });
}
