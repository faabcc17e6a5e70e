import type { Fetched, Metadata, MetadataValue, RecordHead, SparseValues, VectorRecord } from "../contract";
import { malformed, service } from "./failures";

export type Read<T> = { value: T } | { wrong: string };
type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => Number.isFinite(item));
const isMetadataValue = (value: unknown): value is MetadataValue => {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value === "string" || typeof value === "boolean") return true;
  return Array.isArray(value) && value.every((item) => typeof item === "string");
};

/**
 * Metadata as Pinecone documents it: strings, numbers, booleans and lists of strings. `null` values are left out, as the service does when it is
 * given one; anything else makes the record unreadable.
 */
export function readMetadata(raw: unknown): Read<Metadata> {
  if (raw === undefined || raw === null) return { value: {} };
  if (!isFields(raw)) return { wrong: "its metadata is not an object" };
  const entries: [string, MetadataValue][] = [];
  for (const [key, value] of Object.entries(raw)) {
    if (value === null) continue;
    if (!isMetadataValue(value)) {
      return { wrong: `metadata "${key}" is neither a string, a number, a boolean nor a list of strings` };
    }
    entries.push([key, value]);
  }
  return { value: Object.fromEntries(entries) };
}

export function readSparse(raw: unknown): Read<SparseValues | null> {
  if (raw === undefined || raw === null) return { value: null };
  if (!isFields(raw)) return { wrong: "its sparse values are not an object" };
  const { indices = [], values = [] } = raw;
  if (!isNumbers(indices) || !isNumbers(values) || indices.length !== values.length) {
    return { wrong: "its sparse values are not two lists of numbers of the same length" };
  }
  return { value: indices.length === 0 ? null : { indices, values } };
}

/** A record without its vector. `id` is what it was asked for by. */
export function readHead(id: string, raw: unknown): Read<RecordHead> {
  if (!isFields(raw)) return { wrong: "it is not an object" };
  if (raw.id !== undefined && raw.id !== id) return { wrong: "it bears another ID" };
  const metadata = readMetadata(raw.metadata);
  if ("wrong" in metadata) return metadata;
  const sparse = readSparse(raw.sparseValues);
  if ("wrong" in sparse) return sparse;
  return { value: { id, metadata: metadata.value, ...(sparse.value && { sparseValues: sparse.value }) } };
}

/** A whole record. */
export function readRecord(id: string, raw: unknown): Read<VectorRecord> {
  const head = readHead(id, raw);
  if ("wrong" in head || !isFields(raw)) return "wrong" in head ? head : { wrong: "it is not an object" };
  const values = raw.values ?? [];
  if (!isNumbers(values)) return { wrong: "its vector is not a list of numbers" };
  if (values.length === 0 && !head.value.sparseValues) return { wrong: "it has no vector" };
  return { value: { ...head.value, values } };
}

/**
 * Sorts what came into records, missing and unreadable, in the order asked for. Throws `malformed` when the answer holds a record that nobody asked for.
 */
export function sortOut<R>(
  operation: string,
  ids: readonly string[],
  vectors: Fields,
  read: (id: string, raw: unknown) => Read<R>,
): Fetched<R> {
  const fetched: Fetched<R> = { records: [], missing: [], unreadable: [] };
  const asked = new Set(ids);
  for (const id of asked) {
    if (!Object.hasOwn(vectors, id)) {
      fetched.missing.push(id);
      continue;
    }
    const record = read(id, vectors[id]);
    if ("wrong" in record)
      fetched.unreadable.push({ id, detail: `${service} gave a record that can't be read: ${record.wrong}` });
    else fetched.records.push(record.value);
  }
  if (Object.keys(vectors).length !== asked.size - fetched.missing.length) {
    throw malformed(operation, `${service} answered with a record that wasn't asked for`);
  }
  return fetched;
}
