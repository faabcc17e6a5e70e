import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { type ChangeKind, changeKinds } from "@/lib/shapes/plans/change";
import { markExcluded } from "./change-filter";
import type { FoundPosition } from "./change-pages";

const positionSchema = z.object({
  kind: z.enum(changeKinds),
  namespace: z.string(),
  sequence: z.number(),
  position: z.number(),
});

/** Where the change of one record stands, whatever becomes of the record; `null` where the plan has none. */
export async function findPosition(
  sql: Sql,
  { planId, namespace, id }: { planId: string; namespace: string; id: string },
): Promise<{ kind: ChangeKind; position: FoundPosition } | null> {
  const listed = (kind: "create" | "orphan", list: string, count: string) =>
    `SELECT '${kind}' AS "kind", c."namespace", c."sequence", array_position(c."${list}", $3) - 1 AS "position" FROM "Chunk" c
      WHERE c."planId" = $1 AND c."namespace" = $2 AND c."${count}" > 0 AND c."firstId" COLLATE "C" <= $3::text COLLATE "C"
        AND c."lastId" COLLATE "C" >= $3::text COLLATE "C"`;
  const [row] = await sql.rows(
    positionSchema,
    `SELECT * FROM (
       SELECT c."kind", c."namespace", c."sequence", c."position" FROM "Change" c
        WHERE c."planId" = $1 AND c."kind" IN ('update', 'problem') AND c."id" = $3 AND c."namespace" = $2
       UNION ALL ${listed("create", "creates", "createCount")}
       UNION ALL ${listed("orphan", "orphans", "orphanCount")}) f WHERE f."position" IS NOT NULL LIMIT 1`,
    [planId, namespace, id],
  );
  if (!row) return null;
  const { kind, ...position } = row;
  const [marked] = await markExcluded(sql, planId, kind, [{ ...position, id }]);
  return marked ? { kind, position: marked } : null;
}
