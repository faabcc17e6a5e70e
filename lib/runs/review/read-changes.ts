import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { scalarSchema } from "@/lib/shapes/documents/clearance";
import { type Change, type ChangeKind, type DifferenceView, differenceSchema } from "@/lib/shapes/plans/change";
import { reasonSchema } from "@/lib/shapes/runs/reason";
import { positionName } from "./change-filter";
import type { FoundPosition } from "./change-pages";
import { indexesOf } from "./index-of-changes";

const rowSchema = z.object({
  namespace: z.string(),
  sequence: z.number(),
  position: z.number(),
  id: z.string(),
  textChanged: z.boolean(),
  differences: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.array(differenceSchema)),
  reason: reasonSchema.nullable(),
  detail: z.string().nullable(),
});

/** The changes that stand at the positions, in their order, with all that is known of them. */
export async function readChanges(
  sql: Sql,
  planId: string,
  kind: ChangeKind,
  positions: readonly FoundPosition[],
): Promise<Change[]> {
  const indexes = await indexesOf(sql, planId, kind, positions);
  const changes = await readWithoutIndex(sql, planId, kind, positions);
  if (indexes === null) return changes.flatMap((change) => change ?? []);
  return changes.flatMap((change, at): Change[] => {
    const index = indexes[at];
    return change === null ? [] : [index ? { ...change, index } : change];
  });
}

async function readWithoutIndex(
  sql: Sql,
  planId: string,
  kind: ChangeKind,
  positions: readonly FoundPosition[],
): Promise<(Change | null)[]> {
  if (positions.length === 0) return [];
  if (kind === "create" || kind === "orphan") {
    const differences = kind === "create" ? await setByPlan(sql, planId) : null;
    return positions.map(({ id, namespace, excluded }) => ({
      ...{ id: id ?? "", namespace, kind, excluded },
      ...(differences ? { differences } : {}),
    }));
  }
  // One look-up a position: without statistics a join would be planned as a scan of all the plan's changes.
  const rows = await sql.rows(
    rowSchema,
    `SELECT c."namespace", c."sequence", c."position", c."id", c."textChanged", c."differences", c."reason", c."detail"
       FROM unnest($3::text[], $4::int[], $5::int[]) AS s(namespace, sequence, position)
      CROSS JOIN LATERAL (SELECT * FROM "Change" c WHERE c."planId" = $1 AND c."kind" = $2 AND c."namespace" = s.namespace
                             AND c."sequence" = s.sequence AND c."position" = s.position LIMIT 1) c`,
    [
      planId,
      kind,
      positions.map((position) => position.namespace),
      positions.map((position) => position.sequence),
      positions.map((position) => position.position),
    ],
  );
  const byName = new Map(rows.map((row) => [positionName(row), row]));
  return positions.map((position): Change | null => {
    const row = byName.get(positionName(position));
    if (!row) return null;
    const { id, namespace, differences, textChanged, reason, detail } = row;
    const common = { id, namespace, kind, excluded: position.excluded };
    if (kind === "update") return { ...common, textChanged, differences };
    return { ...common, differences, ...(reason ? { reason } : {}), ...(detail === null ? {} : { detail }) };
  });
}

const requestSchema = z.object({ request: z.object({ field: z.string(), value: scalarSchema }) });

/** What a plan over documents sets in each that has no value; `null` for a plan over vectors. */
async function setByPlan(sql: Sql, planId: string): Promise<DifferenceView[] | null> {
  const [row] = await sql.rows(
    requestSchema,
    `SELECT "settings" -> 'request' AS "request" FROM "Plan" WHERE "id" = $1 AND "kind" = 'clearance'`,
    [planId],
  );
  return row ? [{ sign: "+", key: row.request.field, source: row.request.value }] : null;
}
