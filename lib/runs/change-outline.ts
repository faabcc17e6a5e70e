import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { Bitmap } from "@/lib/plan/bitmap";
import type { Facet } from "@/lib/plan/facets";
import { positionsHolding, rosterOf, rosterSeparator, searchedFor, sizeOfRoster } from "@/lib/plan/roster";
import { type ChangeFilter, type ChunkPlace, chunkName, facetsFor } from "./change-filter";

/** The changes of a chunk that a filter means. `before`: how many it means in the chunks before this one. */
export type OutlineChunk = ChunkPlace & { members: Bitmap; before: number };

/** All changes that a filter means, a chunk at a time: what any page of them is found by, wherever it lies. */
export type Outline = { chunks: OutlineChunk[]; total: number };

type Marked = ChunkPlace & { members: Bitmap };

/**
 * Works out which changes a filter means without reading them: from the facets' bitmaps, from the rosters of IDs and from what was
 * taken out. Costs a few rows a chunk, whatever the number of changes.
 */
export async function readOutline(sql: Sql, filter: ChangeFilter): Promise<Outline> {
  const { kind, search, excluded } = filter;
  const terms: (() => Promise<Marked[]>)[] = facetsFor(filter).map((facet) => () => readFacet(sql, filter, facet));
  if (search !== undefined) terms.push(() => readSearched(sql, filter, search));
  if (excluded === true) terms.push(() => readExcluded(sql, filter));
  const [first, ...others] = terms;
  let marked = await (first ?? (() => readAll(sql, filter)))();
  for (const read of others) {
    if (marked.length === 0) break;
    const also = new Map((await read()).map((one) => [chunkName(one), one.members]));
    marked = marked.flatMap((one) => {
      const members = also.get(chunkName(one));
      return members ? [{ ...one, members: one.members.and(members) }] : [];
    });
  }
  if (excluded === false && (kind === "create" || kind === "update")) {
    const out = new Map((await readExcluded(sql, filter)).map((one) => [chunkName(one), one.members]));
    marked = marked.map((one) => {
      const members = out.get(chunkName(one));
      return members ? { ...one, members: one.members.without(members) } : one;
    });
  }
  let total = 0;
  const chunks: OutlineChunk[] = [];
  for (const { namespace, sequence, members } of marked) {
    if (members.count === 0) continue;
    chunks.push({ namespace, sequence, members, before: total });
    total += members.count;
  }
  return { chunks, total };
}

const markedSchema = z
  .object({ namespace: z.string(), sequence: z.number(), count: z.number(), members: z.string() })
  .transform(
    ({ namespace, sequence, count, members }): Marked => ({
      namespace,
      sequence,
      members: Bitmap.decode(members, count),
    }),
  );
const inPlace = `"planId" = $1 AND ($2::text IS NULL OR "namespace" = $2::text)`;
const inOrder = `ORDER BY "namespace", "sequence"`;
const placed = ({ planId, namespace }: ChangeFilter) => [planId, namespace ?? null];

const counts = { create: "createCount", update: "updates", problem: "problems", orphan: "orphanCount" } as const;

function readAll(sql: Sql, filter: ChangeFilter): Promise<Marked[]> {
  const count = `"${counts[filter.kind]}"`;
  return sql.rows(
    markedSchema,
    `SELECT "namespace", "sequence", ${count} AS "count", '' AS "members" FROM "Chunk" WHERE ${inPlace} AND ${count} > 0 ${inOrder}`,
    placed(filter),
  );
}

function readFacet(sql: Sql, filter: ChangeFilter, { facet, sign, key }: Facet): Promise<Marked[]> {
  return sql.rows(
    markedSchema,
    `SELECT "namespace", "sequence", "count", "members" FROM "ChangeFacet"
      WHERE ${inPlace} AND "facet" = $3 AND "sign" = $4 AND "key" = $5 ${inOrder}`,
    [...placed(filter), facet, sign, key],
  );
}

function readExcluded(sql: Sql, filter: ChangeFilter): Promise<Marked[]> {
  return sql.rows(
    markedSchema,
    `SELECT "namespace", "sequence", "count", "members" FROM "Exclusion" WHERE ${inPlace} AND "kind" = $3 ${inOrder}`,
    [...placed(filter), filter.kind],
  );
}

const rosterSchema = z.object({ namespace: z.string(), sequence: z.number(), count: z.number(), ids: z.string() });
type Roster = z.infer<typeof rosterSchema>;

/** The chunks in whose IDs the text stands somewhere; the database leaves out the others. */
async function readSearched(sql: Sql, filter: ChangeFilter, search: string): Promise<Marked[]> {
  const text = searchedFor(search);
  const listed = filter.kind === "create" || filter.kind === "orphan";
  const rosters = listed
    ? await readListed(sql, filter, filter.kind === "create" ? "creates" : "orphans", text)
    : await sql.rows(
        rosterSchema,
        `SELECT "namespace", "sequence", 0 AS "count", "ids" FROM "ChangeRoster"
          WHERE ${inPlace} AND "kind" = $3 AND strpos("ids", $4) > 0 ${inOrder}`,
        [...placed(filter), filter.kind, text],
      );
  return rosters.map(({ namespace, sequence, ids }) => {
    const positions = positionsHolding(ids, text);
    return { namespace, sequence, members: Bitmap.of(positions, (positions.at(-1) ?? 0) + 1) };
  });
}

/** The same for creates and orphans, whose IDs stand in the chunks as lists. */
async function readListed(
  sql: Sql,
  filter: ChangeFilter,
  list: "creates" | "orphans",
  text: string,
): Promise<Roster[]> {
  const count = `"${counts[filter.kind]}"`;
  const rows = await sql.rows(
    rosterSchema,
    `SELECT * FROM (SELECT "namespace", "sequence", ${count} AS "count", array_to_string("${list}", $3) AS "ids" FROM "Chunk"
                     WHERE ${inPlace} AND ${count} > 0 OFFSET 0) r
      WHERE strpos("ids", $4) > 0 ${inOrder}`,
    [...placed(filter), rosterSeparator, text],
  );
  return Promise.all(
    rows.map((row) => (sizeOfRoster(row.ids) === row.count ? row : reread(sql, filter.planId, list, row))),
  );
}

const listSchema = z.object({ list: z.array(z.string()) });

/** An ID of this chunk holds the separator itself: the list is read as one. */
async function reread(sql: Sql, planId: string, list: "creates" | "orphans", row: Roster): Promise<Roster> {
  const [chunk] = await sql.rows(
    listSchema,
    `SELECT "${list}" AS "list" FROM "Chunk" WHERE "planId" = $1 AND "namespace" = $2 AND "sequence" = $3`,
    [planId, row.namespace, row.sequence],
  );
  return { ...row, ids: rosterOf(chunk?.list ?? []) };
}
/** The chunk in which the change at `index` stands, as its place in the outline; -1 beyond its end. */
export function chunkAt({ chunks, total }: Outline, index: number): number {
  if (index < 0 || index >= total) return -1;
  let [low, high] = [0, chunks.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((chunks[middle]?.before ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return low;
}
