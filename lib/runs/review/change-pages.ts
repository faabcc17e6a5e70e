import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import type { ChangeKind } from "@/lib/shapes/plans/change";
import { type ChangeFilter, type ChangePosition, type ChunkPlace, chunkName, markExcluded } from "./change-filter";
import type { Selection } from "./change-selection";
import { selectionOf } from "./selections";

/** A change that a filter found. `id` is `null` where only the change's own row has it. */
export type FoundPosition = ChangePosition & { id: string | null; excluded: boolean };

/** Where a page ended: the change's place in the plan, and which of those that match it was. */
export const changeCursorSchema = z.tuple([z.string(), z.int(), z.int(), z.int()]);
export type ChangeCursor = z.infer<typeof changeCursorSchema>;

/** `start`: which of the changes that match is the first here; `total`: how many match, or match so far where that isn't exact. */
export type ChangePage = {
  positions: FoundPosition[];
  start: number;
  total: number;
  exact: boolean;
  next: ChangeCursor | null;
};

/**
 * A page of the changes that a filter means, from anywhere among them: after a cursor, or from an index on.
 * @param until when to answer with what was found so far, see {@link selectionOf}
 */
export async function findChanges(
  sql: Sql,
  filter: ChangeFilter,
  from: ChangeCursor | number | null,
  { limit, until }: { limit: number; until: number | null },
): Promise<ChangePage> {
  const { directory, bits, exact } = await selectionOf(sql, filter, until);
  const start = typeof from === "number" ? from : from === null ? 0 : indexAfter({ directory, bits, exact }, from);
  const { planId, kind, excluded } = filter;
  const positions = directory.positionsAt(bits.places(start, limit));
  const named = await withIds(sql, planId, kind, positions);
  const found =
    excluded === undefined
      ? await markExcluded(sql, planId, kind, named)
      : named.map((position) => ({ ...position, excluded: excluded && (kind === "create" || kind === "update") }));
  const last = positions.at(-1);
  const end = start + positions.length;
  const total = bits.count;
  const next: ChangeCursor | null =
    last && (end < total || !exact) ? [last.namespace, last.sequence, last.position, end - 1] : null;
  return { positions: found, start, total, exact, next };
}

/** How many changes a filter means. */
export async function countChanges(
  sql: Sql,
  filter: ChangeFilter,
  until: number | null,
): Promise<{ total: number; exact: boolean }> {
  const { bits, exact } = await selectionOf(sql, filter, until);
  return { total: bits.count, exact };
}

/** Where the changes stand that come after a place. The index helps where the place is of another plan. */
function indexAfter({ directory, bits }: Selection, [namespace, sequence, position, index]: ChangeCursor): number {
  const span = directory.spanOf({ namespace, sequence });
  return span ? bits.rank(span.start + position + 1) : Math.min(bits.count, index + 1);
}

const idsSchema = z.object({ namespace: z.string(), sequence: z.number(), ids: z.array(z.string()) });
const lists: Partial<Record<ChangeKind, string>> = { create: "creates", orphan: "orphans" };

/** Creates and orphans have no rows of their own: their IDs are taken from their chunks' lists, and only those. */
async function withIds(
  sql: Sql,
  planId: string,
  kind: ChangeKind,
  positions: readonly ChangePosition[],
): Promise<(ChangePosition & { id: string | null })[]> {
  const list = lists[kind];
  if (list === undefined || positions.length === 0) return positions.map((position) => ({ ...position, id: null }));
  const wanted = new Map<string, ChunkPlace & { positions: number[] }>();
  for (const { namespace, sequence, position } of positions) {
    const name = chunkName({ namespace, sequence });
    const chunk = wanted.get(name) ?? { namespace, sequence, positions: [] };
    chunk.positions.push(position);
    wanted.set(name, chunk);
  }
  const chunks = [...wanted.values()];
  const rows = await sql.rows(
    idsSchema,
    `SELECT w."namespace", w."sequence", ARRAY(SELECT c."list"[p.at::int + 1] FROM unnest(string_to_array(w."positions", ' '))
                                                 WITH ORDINALITY AS p(at, number) ORDER BY p.number) AS "ids"
       FROM unnest($2::text[], $3::int[], $4::text[]) AS w("namespace", "sequence", "positions")
      CROSS JOIN LATERAL (SELECT "${list}" || '{}'::text[] AS "list" FROM "Chunk" c
                           WHERE c."planId" = $1 AND c."namespace" = w."namespace" AND c."sequence" = w."sequence" LIMIT 1) c`,
    [
      planId,
      chunks.map((one) => one.namespace),
      chunks.map((one) => one.sequence),
      chunks.map((one) => one.positions.join(" ")),
    ],
  );
  const ids = new Map(
    rows.flatMap((row) =>
      (wanted.get(chunkName(row))?.positions ?? []).map((position, at): [string, string] => [
        `${position} ${chunkName(row)}`,
        row.ids[at] ?? "",
      ]),
    ),
  );
  return positions.map((position) => ({
    ...position,
    id: ids.get(`${position.position} ${chunkName(position)}`) ?? "",
  }));
}
