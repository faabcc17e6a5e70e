import { z } from "zod";
import type { Database } from "@/lib/db/contract";
import { gapsNamed, type PlanGaps } from "@/lib/shapes/plans/plan-gaps";

const failedSchema = z.object({ namespace: z.string(), what: z.string().nullable() });
const sideSchema = z.object({ listed: z.number(), counted: z.number(), short: z.number() });
const shortSchema = z.object({
  namespace: z.string(),
  listings: z.object({ source: sideSchema.optional(), target: sideSchema.optional() }),
});

/**
 * Notes what an analysis's plan doesn't speak for, before it is added up: namespaces that failed are taken out of it with whatever was
 * found of them, so that one bad namespace doesn't take the others' plans with it; those whose listing gave less than statistics count
 * stay in it and are named. Nothing is noted once the plan is made. Safe to call again.
 */
export async function noteGaps(database: Database, of: { runId: string; planId: string }): Promise<void> {
  await database.transaction(async (sql) => {
    // Of namespaces that end together each comes here, and one may come after the plan failed: what was found then is to be resumed from.
    const open = await sql.run(`SELECT 1 FROM "Plan" WHERE "id" = $1 AND "state" = 'planning' FOR UPDATE`, [of.planId]);
    if (open === 0) return;
    const failed = await sql.rows(
      failedSchema,
      `SELECT "namespace", "error" ->> 'what' AS what FROM "Segment" WHERE "runId" = $1 AND "state" = 'failed' ORDER BY "position"`,
      [of.runId],
    );
    const short = await sql.rows(
      shortSchema,
      `SELECT "namespace", "listings" FROM "Segment" WHERE "runId" = $1 AND "state" = 'done' AND "short" > 0 ORDER BY "position"`,
      [of.runId],
    );
    const names = failed.map(({ namespace }) => namespace);
    if (names.length > 0)
      for (const table of ["Chunk", "Change", "ChangeFacet", "ChangeRoster"])
        await sql.run(`DELETE FROM "${table}" WHERE "planId" = $1 AND "namespace" = ANY($2)`, [of.planId, names]);
    const sides = short.flatMap(({ namespace, listings }) =>
      (["source", "target"] as const).flatMap((side) => {
        const found = listings[side];
        return found && found.short > 0 ? [{ namespace, side, listed: found.listed, counted: found.counted }] : [];
      }),
    );
    const gaps: PlanGaps = {
      failed: failed.slice(0, gapsNamed).map(({ namespace, what }) => ({ namespace, what: what ?? "it failed" })),
      failedTotal: failed.length,
      short: sides.slice(0, gapsNamed),
      shortTotal: sides.length,
    };
    await sql.run(
      `UPDATE "Plan" SET "gaps" = $3::jsonb, "namespaces" = (SELECT coalesce(array_agg(n.name ORDER BY n.at), '{}')
          FROM unnest("namespaces") WITH ORDINALITY AS n(name, at) WHERE n.name <> ALL($2)) WHERE "id" = $1`,
      [of.planId, names, failed.length + sides.length > 0 ? JSON.stringify(gaps) : null],
    );
  });
}
