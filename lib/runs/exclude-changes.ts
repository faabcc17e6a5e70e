import { z } from "zod";
import type { Database, Sql } from "@/lib/db/contract";
import type { ChangeFilter, Spot } from "./change-filter";
import { findChanges } from "./change-pages";
import type { ChangeCursor } from "./change-scan";
import { lockPlan, refused, requireMade } from "./plan-standing";

export type Choice = { planId: string; exclude: boolean };
type Kind = "create" | "update";

/** Changes moved in one transaction: others wait meanwhile. */
const movedAtOnce = 2000;

/**
 * Takes changes out of a plan, or back into it, by a filter. Answers how many moved.
 * @throws OperatorError `plan-not-ready`, `plan-already-approved`
 */
export async function excludeByFilter(
  database: Database,
  choice: Choice,
  filter: Omit<ChangeFilter, "planId"> & { kind: Kind },
): Promise<number> {
  let moved = 0;
  let cursor: ChangeCursor | null = null;
  do {
    const page: { spots: Spot[]; next: ChangeCursor | null } = await findChanges(
      database,
      { ...filter, planId: choice.planId },
      cursor,
      movedAtOnce,
    );
    moved += await move(database, choice, filter.kind, page.spots);
    cursor = page.next;
  } while (cursor !== null);
  return moved;
}

/** The same for records by ID, in one namespace or in all of them. `unknown`: those that the plan doesn't change. */
export async function excludeRecords(
  database: Database,
  choice: Choice,
  records: { ids: readonly string[]; namespace?: string | undefined },
): Promise<{ moved: number; unknown: string[] }> {
  const found = await findRecords(database, choice.planId, records);
  const known = new Set(found.map((one) => one.id));
  let moved = 0;
  for (const kind of ["create", "update"] as const)
    moved += await move(
      database,
      choice,
      kind,
      found.filter((one) => one.kind === kind),
    );
  return { moved, unknown: records.ids.filter((id) => !known.has(id)) };
}

const recordSchema = z.object({
  kind: z.enum(["create", "update"]),
  namespace: z.string(),
  sequence: z.number(),
  position: z.number(),
  id: z.string(),
});
export type FoundRecord = z.infer<typeof recordSchema>;

/** Where the plan's creates and updates of these IDs stand. */
export function findRecords(
  sql: Sql,
  planId: string,
  { ids, namespace }: { ids: readonly string[]; namespace?: string | undefined },
): Promise<FoundRecord[]> {
  return sql.rows(
    recordSchema,
    `SELECT 'update' AS kind, c."namespace", c."sequence", c."position", c."id" COLLATE "C" AS id FROM "Change" c
      WHERE c."planId" = $1 AND c."id" = ANY($2) AND c."kind" = 'update' AND ($3::text IS NULL OR c."namespace" = $3::text)
     UNION ALL
     SELECT 'create', f.* FROM (
       SELECT c."namespace", c."sequence", array_position(c."creates", a.id) - 1 AS position, a.id COLLATE "C" FROM unnest($2::text[]) AS a(id)
         JOIN "Chunk" c ON c."planId" = $1 AND c."createCount" > 0 AND ($3::text IS NULL OR c."namespace" = $3::text)
          AND c."firstId" COLLATE "C" <= a.id COLLATE "C" AND c."lastId" COLLATE "C" >= a.id COLLATE "C") f
      WHERE f.position IS NOT NULL`,
    [planId, ids, namespace ?? null],
  );
}

async function move(database: Database, choice: Choice, kind: Kind, spots: readonly Spot[]): Promise<number> {
  return database.transaction(async (sql) => {
    const plan = await lockPlan(sql, choice.planId);
    requireMade(plan);
    if (plan.state !== "ready")
      throw refused(
        plan.state === "stale" ? "plan-stale" : "plan-already-approved",
        `${plan.id} is ${plan.state}: what it would change is fixed.`,
        "Analyse again to choose anew.",
      );
    if (spots.length === 0) return 0;
    const given = `unnest($3::text[], $4::int[], $5::int[]) AS s(namespace, sequence, position)`;
    const statement = choice.exclude
      ? `INSERT INTO "Exclusion" ("planId", "kind", "namespace", "sequence", "position") SELECT $1, $2, s.* FROM ${given} ON CONFLICT DO NOTHING`
      : `DELETE FROM "Exclusion" e USING ${given} WHERE e."planId" = $1 AND e."kind" = $2
            AND e."namespace" = s.namespace AND e."sequence" = s.sequence AND e."position" = s.position`;
    const moved = await sql.run(statement, [
      choice.planId,
      kind,
      spots.map((spot) => spot.namespace),
      spots.map((spot) => spot.sequence),
      spots.map((spot) => spot.position),
    ]);
    const column = kind === "create" ? "excludedCreates" : "excludedUpdates";
    await sql.run(`UPDATE "Plan" SET "${column}" = "${column}" + $2 WHERE "id" = $1`, [
      choice.planId,
      choice.exclude ? moved : -moved,
    ]);
    return moved;
  });
}
