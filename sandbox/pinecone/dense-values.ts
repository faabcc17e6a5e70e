import { hashText } from "@/lib/embedders/hashing/hash-text";
import type { StoredRecord } from "../storage/records";
import { bytesToFloats, floatsToJson, millionthsToJson } from "../values-json";
import { derivedValues } from "./derived-values";
import type { IndexRow } from "./indexes";
import { fromFragment } from "./metadata";

/** The text that a seeded record's values are computed from. */
function textOf(id: string, record: StoredRecord): string {
  const { text } = fromFragment(record.fragment).metadata;
  return typeof text === "string" && text !== "" ? text : id;
}

const empty = Buffer.from("[]");

/** A record's dense values as JSON. Those of seeded records are computed from their text: cheaper than reading them from disk. */
export function valuesToJson(index: IndexRow, id: string, record: StoredRecord): Buffer {
  if (record.dense === "none" || index.dimension === null) return empty;
  if (record.dense === "derived") return millionthsToJson(hashText(textOf(id, record), index.dimension, index.salt));
  return record.values === null ? empty : floatsToJson(bytesToFloats(record.values));
}

/** The same as numbers, for queries; `null` when there are none. */
export function valuesOf(index: IndexRow, id: string, record: StoredRecord): Float32Array | null {
  if (record.dense === "none" || index.dimension === null) return null;
  if (record.dense === "stored") return record.values === null ? null : bytesToFloats(record.values);
  return derivedValues(textOf(id, record), { dimension: index.dimension, salt: index.salt });
}

/** `{"id":…,"values":[…],…}` as the data plane sends a record. */
export function recordToJson(index: IndexRow, id: string, record: StoredRecord): Buffer {
  const opening = Buffer.from(`{"id":${JSON.stringify(id)},"values":`);
  const values = valuesToJson(index, id, record);
  const comma = record.fragment.length > 0 ? "," : "";
  return Buffer.concat([opening, values, Buffer.from(comma), record.fragment, Buffer.from("}")]);
}
