import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { Bitmap } from "@/lib/plan/bitmap";
import { type ChangeFilter, chunkName, facetsFor } from "./change-filter";
import { outlineOf } from "./outlines";

export type FacetCount = { sign: string; key: string; count: number };

/** Where a filter is set, so many of the most frequent are counted one by one; the others are known without a filter only. */
const countedOneByOne = 40;

const countSchema = z.object({ sign: z.string(), key: z.string(), count: z.number() });
const markedSchema = countSchema.extend({ namespace: z.string(), sequence: z.number(), members: z.string() });

/**
 * What the changes that match have in common, and how many each: the keys that differ under each sign, whether texts changed, or the
 * reasons of problems. Counted from the facets' bitmaps, without reading a change. `total`: how many there are in the plan.
 */
export async function facetCounts(
  sql: Sql,
  filter: ChangeFilter,
  facet: "key" | "text" | "reason",
  limit: number,
): Promise<{ counts: FacetCount[]; total: number }> {
  const inPlan = `"planId" = $1 AND ($2::text IS NULL OR "namespace" = $2::text) AND "facet" = $3`;
  const values = [filter.planId, filter.namespace ?? null, facet];
  const all = await sql.rows(
    countSchema,
    `SELECT "sign", "key", sum("count")::float8 AS "count" FROM "ChangeFacet" WHERE ${inPlan} AND ("facet" <> 'key' OR "sign" <> '')
      GROUP BY "sign", "key" ORDER BY sum("count") DESC, "key" COLLATE "C", "sign"`,
    values,
  );
  const { search, excluded } = filter;
  if (search === undefined && excluded === undefined && facetsFor(filter).length === 0)
    return { counts: all.slice(0, limit), total: all.length };
  const some = all.slice(0, Math.min(limit, countedOneByOne));
  const outline = await outlineOf(sql, filter);
  const members = new Map(outline.chunks.map((chunk) => [chunkName(chunk), chunk.members]));
  const rows = await sql.rows(
    markedSchema,
    `SELECT f."sign", f."key", f."count", f."namespace", f."sequence", f."members" FROM unnest($4::text[], $5::text[]) AS w("sign", "key")
      CROSS JOIN LATERAL (SELECT * FROM "ChangeFacet" f WHERE ${inPlan} AND f."sign" = w."sign" AND f."key" = w."key" OFFSET 0) f`,
    [...values, some.map((one) => one.sign), some.map((one) => one.key)],
  );
  const counted = new Map(some.map((one) => [`${one.sign} ${one.key}`, 0]));
  for (const row of rows) {
    const wanted = members.get(chunkName(row));
    if (!wanted) continue;
    const name = `${row.sign} ${row.key}`;
    counted.set(name, (counted.get(name) ?? 0) + Bitmap.decode(row.members, row.count).and(wanted).count);
  }
  const counts = some
    .map(({ sign, key }) => ({ sign, key, count: counted.get(`${sign} ${key}`) ?? 0 }))
    .filter((one) => one.count > 0)
    .sort((a, b) => b.count - a.count);
  return { counts, total: all.length };
}
