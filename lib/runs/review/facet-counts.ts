import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import type { Bits } from "@/lib/plan/bits";
import type { Facet } from "@/lib/plan/facets";
import { type ChangeFilter, facetsFor } from "./change-filter";
import type { Selection } from "./change-selection";
import { blocksOf, readFacet, readLooseFacets } from "./facet-blocks";
import { selectionOf } from "./selections";

export type FacetCount = { sign: string; key: string; count: number };

/** Where a filter is set, so many of the most frequent are counted; the others are known without a filter only. */
const countedOneByOne = 40;

const countSchema = z.object({ sign: z.string(), key: z.string(), count: z.number() });

/**
 * What the changes that match have in common, and how many each: the keys that differ under each sign, whether texts changed, the values
 * that would be overwritten, or the reasons of problems. Counted by the database from the facets' bits, without reading a change.
 * `total`: how many there are in the plan; `exact`: false while a search is under way, see {@link selectionOf}.
 */
export async function facetCounts(
  sql: Sql,
  filter: ChangeFilter,
  facet: Exclude<Facet["facet"], "sign">,
  { limit, until }: { limit: number; until: number | null },
): Promise<{ counts: FacetCount[]; total: number; exact: boolean }> {
  const all = await countAll(sql, filter, facet);
  const { namespace, search, excluded } = filter;
  const narrowed = [namespace, search, excluded].some((value) => value !== undefined) || facetsFor(filter).length > 0;
  if (!narrowed) return { counts: all.slice(0, limit), total: all.length, exact: true };
  const some = all.slice(0, Math.min(limit, countedOneByOne));
  const selection = await selectionOf(sql, filter, until);
  const packed = new Map(
    (await countPacked(sql, filter.planId, facet, some, selection.bits)).map((one) => [nameOf(one), one.count]),
  );
  const loose = await countLoose(sql, filter.planId, facet, selection);
  const counts = some
    .map(({ sign, key }) => ({
      sign,
      key,
      count: packed.get(nameOf({ sign, key })) ?? loose.get(nameOf({ sign, key })) ?? 0,
    }))
    .filter((one) => one.count > 0)
    .sort((a, b) => b.count - a.count);
  return { counts, total: all.length, exact: selection.exact };
}

const nameOf = ({ sign, key }: { sign: string; key: string }) => `${sign} ${key}`;

/** All there are in the plan, the most frequent first: from blocks, or from chunks while it is being made. */
function countAll(sql: Sql, { planId }: ChangeFilter, facet: string): Promise<FacetCount[]> {
  const counted = (table: string) =>
    `SELECT "sign", "key", "count" FROM "${table}" WHERE "planId" = $1 AND "facet" = $2 AND ("facet" <> 'key' OR "sign" <> '')`;
  return sql.rows(
    countSchema,
    `SELECT "sign", "key", sum("count")::float8 AS "count" FROM (${counted("FacetBlock")} UNION ALL ${counted("ChangeFacet")}) f
      GROUP BY "sign", "key" ORDER BY sum("count") DESC, "key" COLLATE "C", "sign"`,
    [planId, facet],
  );
}

/** In how many of the changes each of the facets is, where they were put together in blocks. */
function countPacked(
  sql: Sql,
  planId: string,
  facet: string,
  wanted: readonly FacetCount[],
  bits: Bits,
): Promise<FacetCount[]> {
  const blocks = blocksOf(bits);
  return sql.rows(
    countSchema,
    `WITH o AS MATERIALIZED (SELECT * FROM unnest($3::int[], $4::varbit[]) AS o("block", "members"))
     SELECT f."sign", f."key", coalesce(sum(bit_count(f."members" & o."members")), 0)::float8 AS "count"
       FROM unnest($5::text[], $6::text[]) AS w("sign", "key")
      CROSS JOIN LATERAL (SELECT * FROM "FacetBlock" f WHERE f."planId" = $1 AND f."facet" = $2 AND f."sign" = w."sign"
                             AND f."key" = w."key" OFFSET 0) f
       LEFT JOIN o ON o."block" = f."block"
      GROUP BY f."sign", f."key"`,
    [
      planId,
      facet,
      blocks.map((one) => one.block),
      blocks.map((one) => one.bits),
      wanted.map((one) => one.sign),
      wanted.map((one) => one.key),
    ],
  );
}

/** The same for a plan in the making, one facet after the other. */
async function countLoose(sql: Sql, planId: string, facet: string, selection: Selection): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const one of await readLooseFacets(sql, planId)) {
    if (one.facet !== facet) continue;
    const bits = await readFacet(sql, planId, selection.directory, one);
    counts.set(nameOf(one), bits.and(selection.bits).count);
  }
  return counts;
}
