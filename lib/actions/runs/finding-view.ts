import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { type Finding, findingKinds, findingSchema, reasonSchema } from "@/lib/shapes/runs/reason";
import { amount, anywhere, instant } from "../answers/columns";
import { idInput, namespaceInput } from "../verbs/parse-input";

export const findingFilters = {
  id: idInput,
  kind: z.enum(findingKinds).optional(),
  reason: reasonSchema.optional(),
  namespace: namespaceInput.optional(),
  /** Part of a record's ID or of the detail. */
  search: z.string().max(512).optional(),
};
export type FindingFilters = z.infer<z.ZodObject<typeof findingFilters>>;

const findingRow = findingSchema.extend({
  index: z.string().nullable(),
  at: instant,
  attempts: amount,
  sequence: amount,
});

/** The condition over `"Finding" f` that the filters stand for, with its values `$1` to `$5`. */
export function findingCondition(filters: FindingFilters): { text: string; values: unknown[] } {
  return {
    text: `f."runId" = $1 AND ($2::text IS NULL OR f."kind" = $2::text) AND ($3::text IS NULL OR f."reason" = $3::text)
      AND ($4::text IS NULL OR f."namespace" = $4::text)
      AND ($5::text IS NULL OR f."recordId" ILIKE $5::text OR f."detail" ILIKE $5::text)`,
    values: [
      filters.id,
      filters.kind ?? null,
      filters.reason ?? null,
      filters.namespace ?? null,
      filters.search ? anywhere(filters.search) : null,
    ],
  };
}

/** A page of findings in the order in which they were made, and where it ended. */
export async function readFindings(
  sql: Sql,
  filters: FindingFilters,
  after: number,
  { limit, offset = 0 }: { limit: number; offset?: number | undefined },
): Promise<{ findings: Finding[]; last: number }> {
  const { text, values } = findingCondition(filters);
  const rows = await sql.rows(
    findingRow,
    `SELECT f."id"::float8 AS sequence, f."runId", f."namespace", nullif(f."index", '') AS "index", f."recordId" AS id, f."kind", f."reason", f."detail", f."attempts", f."at"
     FROM "Finding" f WHERE ${text} AND f."id" > $6::bigint ORDER BY f."id" LIMIT $7::int OFFSET $8::int`,
    [...values, after, limit, offset],
  );
  return {
    findings: rows.map(({ sequence: _sequence, index, ...finding }) => ({
      ...finding,
      ...(index === null ? {} : { index }),
    })),
    last: rows.at(-1)?.sequence ?? after,
  };
}
