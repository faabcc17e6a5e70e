import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { OperatorError } from "@/lib/operator-error";
import { indexesOf } from "../review/index-of-changes";

/** Those that lie in the index; all of them where nobody named one and each ID lies in one alone. */
export async function inIndex(
  sql: Sql,
  planId: string,
  records: readonly FoundRecord[],
  index: string | undefined,
): Promise<FoundRecord[]> {
  const placed: { record: FoundRecord; at: string | null }[] = [];
  for (const kind of ["create", "update"] as const) {
    const some = records.filter((record) => record.kind === kind);
    const indexes = await indexesOf(sql, planId, kind, some);
    placed.push(...some.map((record, at) => ({ record, at: indexes?.[at] ?? null })));
  }
  if (index !== undefined) return placed.flatMap(({ record, at }) => (at === index ? [record] : []));
  const known = new Map<string, string>();
  for (const { record, at } of placed) {
    const other = known.get(record.id);
    if (at !== null && other !== undefined && other !== at) throw ambiguous(record.id, other, at);
    if (at !== null) known.set(record.id, at);
  }
  return placed.map(({ record }) => record);
}

function ambiguous(id: string, one: string, other: string): OperatorError {
  return new OperatorError({
    kind: "usage",
    code: "ambiguous-record",
    what: `${JSON.stringify(id)} is the ID of a document in ${one} and of another in ${other}.`,
    notLost: "Nothing was changed.",
    next: `Say which one is meant: --index ${one}, or --index ${other}.`,
  });
}

const recordSchema = z.object({
  kind: z.enum(["create", "update"]),
  namespace: z.string(),
  sequence: z.number(),
  position: z.number(),
  id: z.string(),
});
export type FoundRecord = z.infer<typeof recordSchema>;

/** Where the plan's creates and updates of these IDs stand: documents of several indexes may share one. */
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
     SELECT 'create', c."namespace", c."sequence", p.position - 1, a.id COLLATE "C" FROM unnest($2::text[]) AS a(id)
       JOIN "Chunk" c ON c."planId" = $1 AND c."createCount" > 0 AND ($3::text IS NULL OR c."namespace" = $3::text)
        AND c."firstId" COLLATE "C" <= a.id COLLATE "C" AND c."lastId" COLLATE "C" >= a.id COLLATE "C"
      CROSS JOIN LATERAL unnest(array_positions(c."creates", a.id)) AS p(position)`,
    [planId, ids, namespace ?? null],
  );
}
