import { z } from "zod";
import type { Removal } from "./steps";

/** Fewer removed rows than this leave little behind. */
const worthwhile = 2000;
/** Writing so much of a table again takes a few tenths of a second, in which the one session of the embedded database waits. Bytes. */
const smallEnough = 64 * 1024 * 1024;

const busySchema = z.object({ busy: z.boolean() });
const sizeSchema = z.object({ bytes: z.coerce.number(), left: z.coerce.number() });

/**
 * Gives the room of removed rows back. A server does that by itself; the embedded database has nobody for it. A table of which what is left can be
 * written again in a moment is, while no run works; the others only mark their room as free, and later rows take it.
 */
export async function vacuum({ database, signal, removed }: Removal): Promise<void> {
  if (database.kind === "server") return;
  for (const [table, rows] of removed) {
    if (signal.aborted) return;
    if (rows < worthwhile) continue;
    const [work] = await database.rows(
      busySchema,
      `SELECT EXISTS (SELECT 1 FROM "Run" WHERE "state" IN ('queued', 'running', 'waiting', 'pausing', 'cancelling')) AS busy`,
    );
    await database.run(`VACUUM "${table}"`);
    const [size] = await database.rows(
      sizeSchema,
      `SELECT pg_total_relation_size(oid) AS bytes, greatest("reltuples", 0) AS left FROM pg_class WHERE oid = '"${table}"'::regclass`,
    );
    const { bytes, left } = size ?? { bytes: 0, left: 0 };
    if (work?.busy === false && (bytes * left) / (left + rows) <= smallEnough)
      await database.run(`VACUUM FULL "${table}"`);
    removed.delete(table);
  }
}
