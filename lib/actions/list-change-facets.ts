import { z } from "zod";
import { changeFacetSchema } from "@/lib/shapes/change";
import { amount } from "./columns";
import type { Context } from "./context";
import { idInput, namespaceInput } from "./parse-input";
import { readPlan } from "./plan-view";

export const listChangeFacetsInput = z.strictObject({
  id: idInput,
  namespace: namespaceInput.optional(),
  limit: z.int().min(1).max(1000).default(200),
});
export const listChangeFacetsAnswer = z.object({
  /** Keys that differ, those in most records first. */
  keys: z.array(changeFacetSchema),
  /** Keys that differ in all, also those beyond the limit. */
  total: z.number(),
  text: z.object({ changed: z.number(), kept: z.number() }),
  reasons: z.array(z.object({ reason: z.string(), count: z.number() })),
});

const facetRow = z.object({
  facet: z.string(),
  sign: z.string(),
  key: z.string(),
  count: amount,
});

/** Which keys differ, and in how many records: the fastest way to see that one field was renamed. Throws an `OperatorError` (`plan-not-found`). */
export async function listChangeFacets(ctx: Context, input: z.infer<typeof listChangeFacetsInput>) {
  const rows = await ctx.database.rows(
    facetRow,
    `SELECT "facet", "sign", "key", sum("count")::float8 AS "count" FROM "ChangeFacet"
      WHERE "planId" = $1 AND ($2::text IS NULL OR "namespace" = $2::text) AND (("facet" = 'key' AND "sign" <> '') OR "facet" IN ('text', 'reason'))
      GROUP BY "facet", "sign", "key" ORDER BY sum("count") DESC, "key" COLLATE "C", "sign"`,
    [input.id, input.namespace ?? null],
  );
  if (rows.length === 0) await readPlan(ctx.database, input.id);
  const keys = rows.filter((row) => row.facet === "key");
  const textOf = (key: string) => rows.find((row) => row.facet === "text" && row.key === key)?.count ?? 0;
  return listChangeFacetsAnswer.parse({
    keys: keys.slice(0, input.limit).map(({ sign, key, count }) => ({ sign, key, count })),
    total: keys.length,
    text: { changed: textOf("changed"), kept: textOf("kept") },
    reasons: rows.filter((row) => row.facet === "reason").map(({ key, count }) => ({ reason: key, count })),
  });
}
