import { z } from "zod";
import { amount } from "../answers/columns";
import { readParity } from "../canary/show-parity";
import type { Context } from "../verbs/context";
import { worked } from "./counters";

/** Sums over everything that Portage ever did, and what blocks it now, straight from the database. */
export async function readMetrics(ctx: Context) {
  const runs = await ctx.database.rows(
    z.object({ kind: z.string(), state: z.string(), count: amount }),
    `SELECT "kind", "state", count(*)::float8 AS count FROM "Run" GROUP BY "kind", "state" ORDER BY "kind", "state"`,
  );
  const [sums] = await ctx.database.rows(
    z.object(worked),
    `SELECT ${Object.keys(worked)
      .map((column) => `coalesce(sum("${column}"), 0)::float8 AS ${column}`)
      .join(", ")} FROM "Segment"`,
  );
  if (!sums) throw new Error("an aggregate answered no row");
  const quotas = await ctx.database.rows(
    z.object({ key: z.string(), blockedSeconds: amount, share: amount }),
    `SELECT "key", greatest(0, "blockedUntil" / 1000 - extract(epoch FROM now()))::float8 AS "blockedSeconds", "share" FROM "Quota" ORDER BY "key"`,
  );
  const [workers] = await ctx.database.rows(
    z.object({ count: amount }),
    `SELECT count(*)::float8 AS count FROM "WorkerBeat" WHERE "seenAt" > now() - interval '30 seconds'`,
  );
  const { routes: parity } = await readParity(ctx);
  return { runs, sums, quotas, parity, workers: workers?.count ?? 0 };
}
