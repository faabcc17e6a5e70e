import { compareBytes } from "../byte-order";
import type { CallOptions, HalvesPage, LostHalf, Place, VectorTarget } from "../contract";
import type { Sessions } from "../pgvector/session";
import { listRows } from "./rows";
import type { Standing, Place as TablePlace } from "./table";

type Of = { sessions: Sessions; place: TablePlace; standing: Standing };

/** Row IDs of one question: many rows may lie between two vectors. */
const rowsAtOnce = 5000;

/** Goes through vectors and rows side by side, both in byte order: how many have both halves, and which have one. Memory: a page of each. */
export async function* halvesOf(
  inner: VectorTarget,
  { sessions, place, standing }: Of,
  at: Place,
  options?: CallOptions,
): AsyncGenerator<HalvesPage> {
  const call = { operation: "halves", signal: options?.signal };
  const rowsUpTo = async (after: string | null, last: string | null): Promise<string[]> =>
    sessions.ask(call, (asking) => listRows(asking, { place, standing, ...at }, { after, last, limit: rowsAtOnce }));
  const lostRow = (id: string): LostHalf => ({
    id,
    lacks: "vector",
    detail: `Its row stands in ${place.table} without a vector.`,
  });
  let after: string | null = null;
  let cursor: string | null = null;
  do {
    const page = await inner.listIds(at, { ...options, ...(cursor === null ? {} : { cursor }) });
    cursor = page.next;
    const vectors = new Set(page.ids);
    // Behind the last page come the rows that are beyond all vectors.
    const last: string | null = cursor === null ? null : (page.ids.at(-1) ?? after);
    for (;;) {
      const rows: string[] = last !== null && last === after ? [] : await rowsUpTo(after, last);
      const lost = rows.filter((id) => !vectors.delete(id)).map(lostRow);
      const both = rows.length - lost.length;
      if (lost.length + both > 0) yield { both, lost };
      after = rows.at(-1) ?? after;
      if (rows.length < rowsAtOnce) break;
    }
    const detail = `Its vector has no row in ${place.table}.`;
    if (vectors.size > 0) yield { both: 0, lost: [...vectors].map((id) => ({ id, lacks: "row", detail })) };
    if (last !== null && (after === null || compareBytes(after, last) < 0)) after = last;
  } while (cursor !== null);
}
