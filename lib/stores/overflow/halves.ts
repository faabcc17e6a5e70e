import { z } from "zod";
import { compareBytes } from "../byte-order";
import type { CallOptions, HalvesPage, LostHalf, Place, VectorTarget } from "../contract";
import type { Sessions } from "../pgvector/connection/session";
import { listRows } from "./rows";
import type { Standing, Place as TablePlace } from "./table";

type Of = { sessions: Sessions; place: TablePlace; standing: Standing };

/** Row IDs of one question: many rows may lie between two vectors. */
const rowsAtOnce = 5000;

/** Everything up to `after` was told; `vectors` is where their listing goes on, left out: at its start, `null`: it is through. */
const cursorSchema = z.object({ after: z.string().nullable(), vectors: z.string().nullable().optional() });

/**
 * A page of vectors and the rows beside them, both in byte order: how many have both halves, and which have one. A page needs its cursor alone,
 * so one that failed can be asked for again. Memory: a page of each.
 */
export async function halvesOf(
  inner: VectorTarget,
  { sessions, place, standing }: Of,
  at: Place,
  { cursor, ...options }: CallOptions & { cursor?: string } = {},
): Promise<HalvesPage> {
  const { after, vectors } = cursor === undefined ? { after: null } : cursorSchema.parse(JSON.parse(cursor));
  const page =
    vectors === null
      ? { ids: [], next: null }
      : await inner.listIds(at, { ...options, ...(vectors === undefined ? {} : { cursor: vectors }) });
  // A page of vectors that is asked for again, for more rows between two of them, begins with some that were told.
  const ids = after === null ? page.ids : page.ids.filter((id) => compareBytes(id, after) > 0);
  // Behind the last page come the rows that are beyond all vectors; any other without a vector says nothing of rows.
  const upTo = page.next === null ? null : (ids.at(-1) ?? after);
  const call = { operation: "halves", signal: options.signal };
  const question = { after, last: upTo, limit: rowsAtOnce };
  const rows =
    page.next !== null && upTo === after
      ? []
      : await sessions.ask(call, (asking) => listRows(asking, { place, standing, ...at }, question));
  const end = rows.length < rowsAtOnce ? null : (rows.at(-1) ?? null);
  const told = end === null ? ids : ids.filter((id) => compareBytes(id, end) <= 0);
  const found = onesAlone(told, rows, place.table);
  const through = page.next === null && end === null;
  const next = { after: end ?? upTo, vectors: told.length < ids.length ? vectors : page.next };
  return { ...found, next: through ? null : JSON.stringify(next) };
}

/** In byte order, too. */
function onesAlone(vectors: readonly string[], rows: readonly string[], table: string): Omit<HalvesPage, "next"> {
  const withoutRow = new Set(vectors);
  const withoutVector = rows.filter((id) => !withoutRow.delete(id));
  const vectorDetail = `Its row stands in ${table} without a vector.`;
  const rowDetail = `Its vector has no row in ${table}.`;
  const lost: LostHalf[] = [
    ...withoutVector.map((id): LostHalf => ({ id, lacks: "vector", detail: vectorDetail })),
    ...[...withoutRow].map((id): LostHalf => ({ id, lacks: "row", detail: rowDetail })),
  ];
  return { both: rows.length - withoutVector.length, lost: lost.sort((a, b) => compareBytes(a.id, b.id)) };
}
