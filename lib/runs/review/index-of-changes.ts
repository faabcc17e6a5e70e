import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { decodePrint } from "@/lib/documents/clearance/print";
import type { ChangeKind } from "@/lib/shapes/plans/change";
import { anySettingsSchema, isClearance } from "@/lib/shapes/runs/run";
import type { ChangePosition } from "./change-filter";

const settingsSchema = z.object({ settings: anySettingsSchema });
const printSchema = z.object({ place: z.number(), print: z.string().nullable() });

/** The indexes that the documents of a plan's changes lie in, in the order of the positions; `null` for a plan over vectors. */
export async function indexesOf(
  sql: Sql,
  planId: string,
  kind: ChangeKind,
  positions: readonly ChangePosition[],
): Promise<(string | null)[] | null> {
  if (positions.length === 0) return null;
  const [plan] = await sql.rows(settingsSchema, `SELECT "settings" FROM "Plan" WHERE "id" = $1`, [planId]);
  if (!plan || !isClearance(plan.settings)) return null;
  const { indices } = plan.settings;
  const places = [
    planId,
    positions.map((position) => position.namespace),
    positions.map((position) => position.sequence),
    positions.map((position) => position.position),
  ];
  const given = `unnest($2::text[], $3::int[], $4::int[]) WITH ORDINALITY AS s(namespace, sequence, position, place)`;
  const rows =
    kind === "create"
      ? await sql.rows(
          printSchema,
          `SELECT s.place::int AS "place", c.print FROM ${given}
            CROSS JOIN LATERAL (SELECT split_part("createPrints", chr(10), s.position + 1) AS print FROM "Chunk"
                                 WHERE "planId" = $1 AND "namespace" = s.namespace AND "sequence" = s.sequence LIMIT 1) c`,
          places,
        )
      : await sql.rows(
          printSchema,
          `SELECT s.place::int AS "place", c."targetPrint" AS print FROM ${given}
            CROSS JOIN LATERAL (SELECT "targetPrint" FROM "Change" WHERE "planId" = $1 AND "kind" = $5 AND "namespace" = s.namespace
                                   AND "sequence" = s.sequence AND "position" = s.position LIMIT 1) c`,
          [...places, kind],
        );
  const byPlace = new Map(rows.map(({ place, print }) => [place - 1, print]));
  return positions.map((_, at) => {
    const print = byPlace.get(at);
    // Plans of earlier versions say nothing of the index of what can't be set.
    return print ? (indices[decodePrint(print).index]?.name ?? null) : null;
  });
}
