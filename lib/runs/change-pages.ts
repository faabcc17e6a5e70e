import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { type ChangeFilter, facetsFor, havingFacet, markExcluded, type Spot } from "./change-filter";
import {
  type ChangeCursor,
  type Scan,
  type Scanned,
  scanChanges,
  scanExcluded,
  scanFacet,
  scanIds,
  scanListed,
} from "./change-scan";

/** A change that a filter found. `id` is `null` where only the change's own row has it. */
export type FoundSpot = Spot & { id: string | null; excluded: boolean };
export type ChangePage = { spots: FoundSpot[]; next: ChangeCursor | null };

/** Rounds of reading for one page: a filter that finds next to nothing answers a short page and where to go on. */
const mostRounds = 12;
const rowsAtOnce = 500;

/** A page of the changes that a filter means. A page may be short and still have a `next`. */
export async function findChanges(
  sql: Sql,
  filter: ChangeFilter,
  after: ChangeCursor | null,
  limit: number,
): Promise<ChangePage> {
  const { scan, check, checked } = planOf(sql, filter);
  const found: FoundSpot[] = [];
  let cursor = after;
  for (let round = 0; round < mostRounds; round++) {
    const room = limit - found.length;
    // Where something is checked after reading, more is read at a time than a page takes.
    const { spots, next } = await scan(cursor, checked ? Math.max(room + 1, rowsAtOnce) : room + 1);
    const passed = await check(spots);
    found.push(...passed.slice(0, room));
    const last = passed[room - 1];
    if (last !== undefined && (passed.length > room || next !== null))
      return { spots: found, next: after?.[0] === "id" || isById(filter) ? idCursor(last) : placeCursor(last) };
    if (next === null) return { spots: found, next: null };
    cursor = next;
  }
  return { spots: found, next: cursor };
}

const isById = (filter: ChangeFilter) =>
  filter.search !== undefined && filter.excluded !== true && (filter.kind === "update" || filter.kind === "problem");
const idCursor = (spot: FoundSpot): ChangeCursor => ["id", spot.id ?? "", spot.namespace];
const placeCursor = (spot: FoundSpot): ChangeCursor => ["place", spot.namespace, spot.sequence, spot.position];

/** How to look for what a filter means: what is read, and what is left to check. */
function planOf(sql: Sql, filter: ChangeFilter) {
  const { kind, search, excluded, planId } = filter;
  let facets = facetsFor(filter);
  let scan: Scan;
  if (excluded === true) scan = scanExcluded(sql, filter);
  else if (kind === "create" || kind === "orphan") scan = scanListed(sql, filter);
  else if (search !== undefined) scan = scanIds(sql, filter, search);
  else {
    const [first, ...others] = facets;
    scan = first ? scanFacet(sql, filter, first) : scanChanges(sql, filter);
    facets = others;
  }
  const check = async (spots: Scanned["spots"]): Promise<FoundSpot[]> => {
    let left = spots;
    if (search !== undefined) left = left.filter((spot) => spot.id?.startsWith(search) !== false);
    for (const facet of facets) left = left.length === 0 ? left : await havingFacet(sql, planId, facet, left);
    const marked = await markExcluded(sql, planId, kind, left);
    return excluded === undefined ? marked : marked.filter((spot) => spot.excluded === excluded);
  };
  return { scan, check, checked: facets.length > 0 || excluded === false };
}

const countSchema = z.object({ count: z.number() });
const countColumns = { create: "createCount", update: "updates", problem: "problems", orphan: "orphanCount" } as const;

/** How many changes a filter means, or `null` where that can't be told without looking at all of them. */
export async function countChanges(sql: Sql, filter: ChangeFilter): Promise<number | null> {
  const facets = facetsFor(filter);
  const [facet] = facets;
  if (filter.search !== undefined || facets.length > 1 || filter.excluded === false) return null;
  if (filter.excluded === true) {
    if (facet) return null;
    return counted(
      sql,
      `"Exclusion" WHERE "planId" = $1 AND ($2::text IS NULL OR "namespace" = $2) AND "kind" = $3`,
      "1",
      [filter.planId, filter.namespace ?? null, filter.kind],
    );
  }
  if (facet)
    return counted(
      sql,
      `"ChangeFacet" WHERE "planId" = $1 AND ($2::text IS NULL OR "namespace" = $2) AND "facet" = $3 AND "sign" = $4 AND "key" = $5`,
      `"count"`,
      [filter.planId, filter.namespace ?? null, facet.facet, facet.sign, facet.key],
    );
  const column = `"${countColumns[filter.kind]}"`;
  return counted(sql, `"Chunk" WHERE "planId" = $1 AND ($2::text IS NULL OR "namespace" = $2)`, column, [
    filter.planId,
    filter.namespace ?? null,
  ]);
}

async function counted(sql: Sql, from: string, what: string, values: readonly unknown[]): Promise<number> {
  const [row] = await sql.rows(countSchema, `SELECT coalesce(sum(${what}), 0)::float8 AS "count" FROM ${from}`, values);
  return row?.count ?? 0;
}
