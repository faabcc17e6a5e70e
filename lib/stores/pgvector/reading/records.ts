import { z } from "zod";
import type { Fetched, RecordHead, VectorRecord } from "../../contract";
import type { Asking } from "../connection/session";
import { readVector } from "../connection/vector-bytes";
import { quoted } from "../tables/catalog";
import { columnValue, type Layout, type Rows, rowsOf, tableOf, typeOf } from "../tables/layout";
import { columnsText, type Read, readMetadata } from "./metadata";

const rowSchema = z.object({
  id: z.string(),
  metadata: z.string().nullable(),
  columns: z.string().nullable(),
  vector: z.instanceof(Buffer).nullable(),
});
type Row = z.infer<typeof rowSchema>;
type Wanted = { rows: Rows; namespace: string; ids: readonly string[] };

/** Records without their vectors: these stay on the server. */
export function fetchHeads(asking: Asking, layout: Layout, wanted: Wanted): Promise<Fetched<RecordHead>> {
  return fetchRows(asking, layout, wanted, false, readHead);
}

/** Whole records; vectors come as their bytes. */
export function fetchRecords(asking: Asking, layout: Layout, wanted: Wanted): Promise<Fetched<VectorRecord>> {
  return fetchRows(asking, layout, wanted, true, readRecord);
}

function readHead(layout: Layout, row: Row): Read<RecordHead> {
  const metadata = readMetadata(layout, row.metadata, row.columns);
  return "wrong" in metadata ? metadata : { value: { id: row.id, metadata: metadata.value } };
}

function readRecord(layout: Layout, row: Row): Read<VectorRecord> {
  const head = readHead(layout, row);
  if ("wrong" in head) return head;
  if (row.vector === null) return { wrong: "its row has no vector" };
  const values = readVector(row.vector, layout.vector.base === "halfvec" ? "halfvec" : "vector");
  if (values === null) return { wrong: "its vector's bytes are not those of a vector" };
  return { value: { ...head.value, values } };
}

/** The function that gives a vector's bytes, which are read in a fourth of the time that its text takes. */
function vectorBytes({ vector }: Layout): string {
  return `${quoted(vector.typeSchema)}.${vector.base === "halfvec" ? "halfvec_send" : "vector_send"}(${quoted(vector.name)})`;
}

async function fetchRows<R>(
  asking: Asking,
  layout: Layout,
  { rows, namespace, ids }: Wanted,
  vectors: boolean,
  read: (layout: Layout, row: Row) => Read<R>,
): Promise<Fetched<R>> {
  const fetched: Fetched<R> = { records: [], missing: [], unreadable: [] };
  const asked = [...new Set(ids)];
  // An ID that the column couldn't hold isn't there, and would be an error of the whole statement.
  const possible = asked.filter((id) => columnValue(layout.id, id) !== null);
  const condition = rowsOf(layout, namespace, rows, { from: 2 });
  const found = new Map<string, Row[]>();
  if (condition !== null && possible.length > 0) {
    const id = quoted(layout.id.name);
    const metadata = layout.metadata ? `${quoted(layout.metadata.name)}::text` : "NULL::text";
    const vector = vectors ? vectorBytes(layout) : "NULL::bytea";
    const answer = await asking.rows(
      rowSchema,
      `SELECT ${id}::text AS id, ${metadata} AS metadata, ${columnsText(layout)} AS columns, ${vector} AS vector
         FROM ${tableOf(layout)} WHERE ${id} = ANY ($1::${typeOf(layout.id)}[]) AND ${condition.text}`,
      [possible, ...condition.values],
    );
    for (const row of answer) found.set(row.id, [...(found.get(row.id) ?? []), row]);
  }
  for (const id of asked) {
    const [row, second] = found.get(id) ?? [];
    if (!row) {
      fetched.missing.push(id);
      continue;
    }
    const record: Read<R> = second ? { wrong: "more than one row has this ID" } : read(layout, row);
    if ("wrong" in record)
      fetched.unreadable.push({
        id,
        detail: `The table ${layout.table.name} has a record that can't be read: ${record.wrong}`,
      });
    else fetched.records.push(record.value);
  }
  return fetched;
}
