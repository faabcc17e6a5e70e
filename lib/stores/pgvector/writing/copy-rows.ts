import { isServiceFailure, retryable } from "@/lib/failures";
import { compareBytes } from "../../byte-order";
import type { StoreCapabilities, VectorRecord } from "../../contract";
import { sqlState } from "../connection/failures";
import type { Call, Sessions } from "../connection/session";
import { type Column, quoted } from "../tables/catalog";
import { columnValue, type Layout, scopeOf, tableOf } from "../tables/layout";
import { accepting } from "./accept";
import { copyPieces, type Field, fieldFor, sameIn } from "./copy-bytes";
import type { Noted } from "./upsert";

/** After rows that stood already, so many batches are written by the statement that replaces them. */
const pausedBatches = 100;

/**
 * New rows by COPY in the server's binary form, straight into the table: half as much work for the server as a statement that looks for each row first.
 * A batch with a row that stands is refused as a whole, and left to that statement.
 */
export class RowCopier {
  private readonly paused = new Map<string, number>();

  constructor(private readonly sessions: Sessions) {}

  /** Whether the batch was written. `false`: nothing of it was, or not all, and it has to be upserted. */
  async write(
    call: Call,
    layout: Layout,
    can: StoreCapabilities,
    { namespace, records, noted }: { namespace: string; records: readonly VectorRecord[]; noted: Noted },
  ): Promise<boolean> {
    const left = this.paused.get(layout.collection) ?? 0;
    const fields = fieldsOf(layout, namespace, noted);
    if (left > 0 || fields === null) {
      if (left > 0) this.paused.set(layout.collection, left - 1);
      return false;
    }
    // As in the other statement: two writers of the same rows wait for each other.
    const sorted = records.toSorted((one, other) => compareBytes(one.id, other.id));
    const columns = fields.map(({ column }) => quoted(column)).join(", ");
    const statement = `COPY ${tableOf(layout)} (${columns}) FROM STDIN (FORMAT binary)`;
    let unwritten = false;
    try {
      // Records are looked at while the server takes those before: one that is refused ends the statement, and nothing of it is kept.
      const pieces = telling(copyPieces(fields, accepting(layout, can, sorted)), () => {
        unwritten = true;
      });
      const copied = await this.sessions.ask(call, (asking) => asking.copy(statement, pieces));
      if (copied === records.length) return true;
    } catch (error) {
      // What is wrong with a row is said again, of the first in the order given, by whoever writes it instead.
      if (unwritten) return false;
      if (!isServiceFailure(error) || retryable[error.code] || error.code === "aborted") throw error;
      if (sqlState(error) === undefined) return false;
    }
    this.paused.set(layout.collection, pausedBatches);
    return false;
  }
}

/** The same pieces; tells when one couldn't be made, which is no failure of the session that they were for. */
function* telling(pieces: Iterable<Buffer>, failed: () => void): Generator<Buffer> {
  try {
    yield* pieces;
  } catch (error) {
    failed();
    throw error;
  }
}

/** How each column is written, or `null` where something of the table needs a statement: a trigger, a time, a type that has no form here. */
function fieldsOf(layout: Layout, namespace: string, { model }: Noted): Field[] | null {
  const { table, marks, writes, vector, metadata } = layout;
  if (!table.copies || writes === "update" || marks.time !== null || vector.base !== "vector") return null;
  if (layout.namespace && "key" in layout.namespace) return null;
  if (layout.namespace === null && namespace !== "") return null;
  const fields: (Field | null)[] = [];
  for (const column of scopeOf(layout)) {
    const value = column.name === layout.within?.column.name ? layout.within.value : columnValue(column, namespace);
    // An empty name in a column that can't hold one is a row without a namespace.
    if (value === null) return null;
    fields.push(sameIn(column, value));
  }
  fields.push(fieldFor(layout.id, ({ record }) => record.id));
  // As in the other statement: of a copied vector no model is named, and a default of the column would name one.
  if (marks.model && model !== null) fields.push(sameIn(marks.model, model));
  else if (marks.model && !marks.model.required) fields.push({ column: marks.model.name, value: () => null });
  fields.push({ column: vector.name, vector: true });
  if (metadata) fields.push(metadataField(metadata, new Set(layout.columns.map(({ key }) => key))));
  for (const { key, column } of layout.columns) fields.push(fieldFor(column, ({ record }) => record.metadata[key]));
  return fields.every((field) => field !== null) ? fields : null;
}

function metadataField(column: Column, inColumns: ReadonlySet<string>): Field | null {
  return fieldFor(column, ({ record, json }) =>
    inColumns.size === 0
      ? json
      : JSON.stringify(Object.fromEntries(Object.entries(record.metadata).filter(([key]) => !inColumns.has(key)))),
  );
}
