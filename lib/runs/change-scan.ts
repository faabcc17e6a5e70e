import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { Bitmap } from "@/lib/plan/bitmap";
import type { Facet } from "@/lib/plan/facets";
import type { ChangeFilter, Spot } from "./change-filter";

/** Where a page of changes ended: by place in the plan, or by ID where IDs are searched. */
export const changeCursorSchema = z.union([
  z.tuple([z.literal("place"), z.string(), z.int(), z.int()]),
  z.tuple([z.literal("id"), z.string(), z.string()]),
]);
export type ChangeCursor = z.infer<typeof changeCursorSchema>;

/** `id` is `null` where it has to be looked up. `next` is `null` at the end. */
export type Scanned = { spots: (Spot & { id: string | null })[]; next: ChangeCursor | null };
/** Reads about `rows` of them. */
export type Scan = (after: ChangeCursor | null, rows: number) => Promise<Scanned>;

const chunksAtOnce = 4;
const facetsAtOnce = 250;

const afterPlace = (after: ChangeCursor | null) =>
  after?.[0] === "place" ? [after[1], after[2], after[3]] : [null, null, null];
const placeOf = (spot: Spot): ChangeCursor => ["place", spot.namespace, spot.sequence, spot.position];

/** IDs that begin with `text` lie from it up to this, by their bytes. */
const endOf = (text: string) => `${text}\u{10ffff}`;

const listedSchema = z.object({ namespace: z.string(), sequence: z.number(), ids: z.array(z.string()) });

/** Creates and orphans: their IDs stand in the chunks. */
export function scanListed(sql: Sql, filter: ChangeFilter): Scan {
  const [list, count] = filter.kind === "create" ? ["creates", "createCount"] : ["orphans", "orphanCount"];
  return async (after) => {
    const [namespace, sequence, position] = afterPlace(after);
    const chunks = await sql.rows(
      listedSchema,
      `SELECT "namespace", "sequence", "${list}" AS ids FROM "Chunk"
        WHERE "planId" = $1 AND "${count}" > 0 AND ($2::text IS NULL OR "namespace" = $2::text)
          AND ($3::text IS NULL OR ("namespace", "sequence") >= ($3::text, $4::int))
          AND ($5::text IS NULL OR ("lastId" COLLATE "C" >= $5::text AND "firstId" COLLATE "C" <= $6::text))
        ORDER BY "namespace", "sequence" LIMIT ${chunksAtOnce}`,
      [
        filter.planId,
        filter.namespace ?? null,
        namespace,
        sequence,
        filter.search ?? null,
        filter.search === undefined ? null : endOf(filter.search),
      ],
    );
    const spots = chunks.flatMap((chunk) =>
      chunk.ids.flatMap((id, at) => {
        const seen = chunk.namespace === namespace && chunk.sequence === sequence && at <= Number(position);
        return seen ? [] : [{ namespace: chunk.namespace, sequence: chunk.sequence, position: at, id }];
      }),
    );
    const last = chunks.at(-1);
    const more = chunks.length === chunksAtOnce && last !== undefined;
    return { spots, next: more ? ["place", last.namespace, last.sequence, last.ids.length - 1] : null };
  };
}

const spotSchema = z.object({ namespace: z.string(), sequence: z.number(), position: z.number(), id: z.string() });

/** Updates or problems in their order. */
export function scanChanges(sql: Sql, filter: ChangeFilter): Scan {
  return async (after, size) => {
    const spots = await sql.rows(
      spotSchema,
      `SELECT "namespace", "sequence", "position", "id" FROM "Change"
        WHERE "planId" = $1 AND "kind" = $2 AND ($3::text IS NULL OR "namespace" = $3::text)
          AND ($4::text IS NULL OR ("namespace", "sequence", "position") > ($4::text, $5::int, $6::int))
        ORDER BY "namespace", "sequence", "position" LIMIT $7::int`,
      [filter.planId, filter.kind, filter.namespace ?? null, ...afterPlace(after), size],
    );
    return { spots, next: nextOf(spots, size, placeOf) };
  };
}

/** Updates or problems whose IDs begin with the searched text, by ID. */
export function scanIds(sql: Sql, filter: ChangeFilter, search: string): Scan {
  return async (after, size) => {
    const [id, namespace] = after?.[0] === "id" ? [after[1], after[2]] : [null, null];
    const spots = await sql.rows(
      spotSchema,
      `SELECT "namespace", "sequence", "position", "id" FROM "Change"
        WHERE "planId" = $1 AND "kind" = $2 AND ($3::text IS NULL OR "namespace" = $3::text)
          AND "id" >= $4::text AND "id" <= $5::text AND ($6::text IS NULL OR ("id", "namespace") > ($6::text, $7::text))
        ORDER BY "id", "namespace" LIMIT $8::int`,
      [filter.planId, filter.kind, filter.namespace ?? null, search, endOf(search), id, namespace, size],
    );
    return { spots, next: nextOf(spots, size, (spot) => ["id", spot.id, spot.namespace]) };
  };
}

/** Creates or updates that were taken out. */
export function scanExcluded(sql: Sql, filter: ChangeFilter): Scan {
  const id =
    filter.kind === "create"
      ? `(SELECT c."creates"[e."position" + 1] FROM "Chunk" c WHERE c."planId" = e."planId" AND c."namespace" = e."namespace" AND c."sequence" = e."sequence")`
      : `(SELECT c."id" FROM "Change" c WHERE c."planId" = e."planId" AND c."namespace" = e."namespace" AND c."kind" = e."kind" AND c."sequence" = e."sequence" AND c."position" = e."position")`;
  return async (after, size) => {
    const spots = await sql.rows(
      spotSchema,
      `SELECT e."namespace", e."sequence", e."position", ${id} AS "id" FROM "Exclusion" e
        WHERE e."planId" = $1 AND e."kind" = $2 AND ($3::text IS NULL OR e."namespace" = $3::text)
          AND ($4::text IS NULL OR (e."namespace", e."sequence", e."position") > ($4::text, $5::int, $6::int))
        ORDER BY e."namespace", e."sequence", e."position" LIMIT $7::int`,
      [filter.planId, filter.kind, filter.namespace ?? null, ...afterPlace(after), size],
    );
    return { spots, next: nextOf(spots, size, placeOf) };
  };
}

const facetSchema = z.object({
  namespace: z.string(),
  sequence: z.number(),
  count: z.number(),
  members: z.string(),
  size: z.number(),
});

/** Updates or problems that have a facet, found without looking at the others. */
export function scanFacet(sql: Sql, filter: ChangeFilter, facet: Facet): Scan {
  const column = filter.kind === "problem" ? "problems" : "updates";
  return async (after, size) => {
    const [namespace, sequence, position] = afterPlace(after);
    const rows = await sql.rows(
      facetSchema,
      `SELECT f."namespace", f."sequence", f."count", f."members", c."${column}" AS "size"
         FROM (SELECT * FROM "ChangeFacet"
                WHERE "planId" = $1 AND "facet" = $2 AND "sign" = $3 AND "key" = $4 AND ($5::text IS NULL OR "namespace" = $5::text)
                  AND ($6::text IS NULL OR ("namespace", "sequence") >= ($6::text, $7::int))
                ORDER BY "namespace", "sequence" LIMIT $8::int) f
        CROSS JOIN LATERAL (SELECT "${column}" FROM "Chunk" c WHERE c."planId" = $1 AND c."namespace" = f."namespace" AND c."sequence" = f."sequence" LIMIT 1) c
        ORDER BY f."namespace", f."sequence"`,
      [
        filter.planId,
        facet.facet,
        facet.sign,
        facet.key,
        filter.namespace ?? null,
        namespace,
        sequence,
        Math.min(size, facetsAtOnce),
      ],
    );
    const spots: Scanned["spots"] = [];
    for (const row of rows) {
      const members = new Bitmap(row.members);
      const resumed = row.namespace === namespace && row.sequence === sequence;
      for (let at = resumed ? Number(position) + 1 : 0; at < row.size; at++)
        if (members.has(at)) spots.push({ namespace: row.namespace, sequence: row.sequence, position: at, id: null });
      if (spots.length >= size) return { spots, next: ["place", row.namespace, row.sequence, row.size - 1] };
    }
    const last = rows.at(-1);
    const more = rows.length === Math.min(size, facetsAtOnce) && last !== undefined;
    return { spots, next: more ? ["place", last.namespace, last.sequence, last.size - 1] : null };
  };
}

function nextOf<S>(spots: readonly S[], size: number, cursor: (spot: S) => ChangeCursor): ChangeCursor | null {
  const last = spots.at(-1);
  return spots.length === size && last !== undefined ? cursor(last) : null;
}
