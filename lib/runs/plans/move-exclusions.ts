import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { Bitmap } from "@/lib/plan/bitmap";
import { addLoads, type Load, loadAt, noLoad } from "@/lib/plan/estimate/costs";
import { type ChunkPlace, chunkName } from "../review/change-filter";

export type Choice = { planId: string; exclude: boolean };
export type Kind = "create" | "update";
/** Changes of one chunk that are to be moved. */
export type Moving = ChunkPlace & { members: Bitmap };

/** Chunks looked at in one statement. */
const chunksAtOnce = 100;

const standingSchema = z.object({
  namespace: z.string(),
  sequence: z.number(),
  size: z.number(),
  costs: z.string(),
  count: z.number(),
  members: z.string(),
});

/** Marks the changes as taken out, or no longer; those that are already are left alone. Answers what the others hold. */
export async function moveExclusions(
  sql: Sql,
  { planId, exclude }: Choice,
  kind: Kind,
  chunks: readonly Moving[],
): Promise<Load> {
  let load = noLoad;
  for (let start = 0; start < chunks.length; start += chunksAtOnce) {
    const some = chunks.slice(start, start + chunksAtOnce);
    const rows = await sql.rows(
      standingSchema,
      `SELECT w."namespace", w."sequence", c."size", coalesce(r."costs", '') AS "costs", coalesce(e."count", 0) AS "count",
              coalesce(e."members", '') AS "members"
         FROM unnest($3::text[], $4::int[]) AS w("namespace", "sequence")
        CROSS JOIN LATERAL (SELECT "${kind === "create" ? "createCount" : "updates"}" AS "size" FROM "Chunk"
                             WHERE "planId" = $1 AND "namespace" = w."namespace" AND "sequence" = w."sequence" LIMIT 1) c
         LEFT JOIN LATERAL (SELECT "costs" FROM "ChangeRoster"
                             WHERE "planId" = $1 AND "kind" = $2 AND "namespace" = w."namespace" AND "sequence" = w."sequence" LIMIT 1) r ON true
         LEFT JOIN LATERAL (SELECT "count", "members" FROM "Exclusion"
                             WHERE "planId" = $1 AND "kind" = $2 AND "namespace" = w."namespace" AND "sequence" = w."sequence" LIMIT 1) e ON true`,
      [planId, kind, some.map((one) => one.namespace), some.map((one) => one.sequence)],
    );
    const wanted = new Map(some.map((one) => [chunkName(one), one.members]));
    const changed = rows.flatMap((row) => {
      const members = wanted.get(chunkName(row));
      if (!members) return [];
      const none = Bitmap.of([], row.size);
      const before = row.count === 0 ? none : Bitmap.of(Bitmap.decode(row.members, row.count).positions(), row.size);
      const chosen = Bitmap.of(members.positions(), row.size);
      const after = exclude ? before.or(chosen) : before.without(chosen);
      const moved = exclude ? after.without(before) : before.without(after);
      if (moved.count === 0) return [];
      load = addLoads(load, loadAt(row.costs, moved.positions()));
      return [{ ...row, after }];
    });
    await write(sql, planId, kind, changed);
  }
  return load;
}

async function write(
  sql: Sql,
  planId: string,
  kind: Kind,
  chunks: readonly (ChunkPlace & { after: Bitmap })[],
): Promise<void> {
  if (chunks.length === 0) return;
  await sql.run(
    `INSERT INTO "Exclusion" ("planId", "kind", "namespace", "sequence", "count", "members")
     SELECT $1, $2, c.* FROM unnest($3::text[], $4::int[], $5::int[], $6::text[]) AS c
     ON CONFLICT ("planId", "kind", "namespace", "sequence") DO UPDATE SET "count" = EXCLUDED."count", "members" = EXCLUDED."members"`,
    [
      planId,
      kind,
      chunks.map((one) => one.namespace),
      chunks.map((one) => one.sequence),
      chunks.map((one) => one.after.count),
      chunks.map((one) => one.after.encode()),
    ],
  );
  await sql.run(`DELETE FROM "Exclusion" WHERE "planId" = $1 AND "kind" = $2 AND "count" = 0`, [planId, kind]);
}
