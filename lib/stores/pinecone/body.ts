import { ServiceFailure } from "@/lib/failures";
import type { VectorRecord } from "../contract";
import { service } from "./failures";
import { vectorJson } from "./vector-json";

/** A record's JSON in parts that are sent one after another, and its bytes. */
type Rendered = { parts: readonly Uint8Array[]; bytes: number };

/** Kept for as long as the record: it is measured once, to fill a request, and sent once. */
const rendered = new WeakMap<VectorRecord, Rendered>();

const comma = Buffer.from(",");
const brace = Buffer.from("}");

/** `null`: its vector holds a number that JSON can't carry. */
function render(record: VectorRecord): Rendered | null {
  const known = rendered.get(record);
  if (known !== undefined) return known;
  const { id, metadata, sparseValues, values } = record;
  const head = JSON.stringify({ id, metadata, ...(sparseValues && { sparseValues }) });
  const vector = vectorJson(values);
  if (vector === null) return null;
  const parts =
    values.length === 0 ? [Buffer.from(head)] : [Buffer.from(`${head.slice(0, -1)},"values":`), vector, brace];
  const json = { parts, bytes: parts.reduce((sum, part) => sum + part.length, 0) };
  rendered.set(record, json);
  return json;
}

/**
 * Bytes that the record takes in an upsert's body, exactly, with the comma behind it; 0 for one that can't be sent. A record isn't changed in
 * place once it was measured.
 */
export function sizeOfRecord(record: VectorRecord): number {
  const json = render(record);
  return json === null ? 0 : json.bytes + comma.length;
}

/** The record as it waits to be sent: its JSON is kept and its numbers aren't. One that can't be sent stays as it is. */
export function packed(record: VectorRecord): VectorRecord {
  const json = render(record);
  if (json === null) return record;
  const waiting = { ...record, values: [] };
  rendered.set(waiting, json);
  return waiting;
}

/** The body of POST /vectors/upsert, in UTF-8. Throws `invalid` for a vector with a number that JSON can't carry. */
export function upsertBody(namespace: string, records: readonly VectorRecord[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [Buffer.from('{"vectors":[')];
  for (const [position, record] of records.entries()) {
    const json = render(record);
    if (json === null) {
      const message = `The vector of ${JSON.stringify(record.id)} holds a number that isn't finite`;
      throw new ServiceFailure({ code: "invalid", service, operation: "upsert", message });
    }
    if (position > 0) parts.push(comma);
    parts.push(...json.parts);
  }
  return Buffer.concat([...parts, Buffer.from(`],"namespace":${JSON.stringify(namespace)}}`)]);
}
