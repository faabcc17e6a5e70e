import type { StoreCapabilities, VectorRecord } from "../../contract";
import { refusal } from "../connection/failures";
import { type Column, isInteger } from "../tables/catalog";
import { columnValue, idWords, type Layout, withinBounds } from "../tables/layout";

const operation = "upsert";
/** The largest number of sixteen bits. */
const mostHalf = 65_504;

/** Bytes that a record takes on its way: its ID, its numbers, its metadata and their lengths. */
export function sizeOfRecord(record: VectorRecord): number {
  return sizeWith(record, Buffer.byteLength(JSON.stringify(record.metadata)));
}

const sizeWith = ({ id, values }: VectorRecord, metadataBytes: number): number =>
  Buffer.byteLength(id) + 4 * values.length + metadataBytes + 32;

/** A record that can be held, with its metadata as JSON. */
export type Accepted = { record: VectorRecord; json: string };

const sparse = "has sparse values, which a table with pgvector doesn't hold";

/** Refuses a batch for what the database would refuse, or silently take, of any of its records: in words, before anything is sent. */
export const accept = (layout: Layout, can: StoreCapabilities, records: readonly VectorRecord[]): Accepted[] => [
  ...accepting(layout, can, records),
];

/** The same record by record: the refusal comes with the record that it is about, or behind the last one. */
export function* accepting(
  layout: Layout,
  can: StoreCapabilities,
  records: readonly VectorRecord[],
): Generator<Accepted> {
  const { limits } = can;
  if (records.length > limits.upsertRecords)
    throw refusal("too-large", operation, `${records.length} records in one upsert`);
  const dimension = layout.dimension ?? records[0]?.values.length ?? 0;
  const ids = new Set<string>();
  let bytes = 0;
  for (const record of records) {
    const json = JSON.stringify(record.metadata);
    const size = Buffer.byteLength(json);
    const name = () => JSON.stringify(record.id.slice(0, 64));
    if (size > limits.metadataBytes) throw refusal("too-large", operation, `Metadata of ${name()} is ${size} bytes`);
    const wrong = ids.has(record.id)
      ? "stands twice in one upsert"
      : (wrongId(layout, record.id, limits.idLength) ??
        wrongVector(record.values, dimension, layout.vector) ??
        (record.sparseValues ? sparse : null) ??
        wrongMetadata(layout, record, json));
    if (wrong !== null) throw refusal("invalid", operation, `${name()} ${wrong}`);
    ids.add(record.id);
    bytes += sizeWith(record, size);
    if (bytes > limits.upsertBytes) throw refusal("too-large", operation, `${bytes} bytes in one upsert`);
    yield { record, json };
  }
}

/**
 * What {@link accept} would say of a record whose vector isn't known yet.
 * @param layout `null`: the table isn't there yet, and will be Portage's own
 */
export function wrongContent(
  layout: Layout | null,
  can: StoreCapabilities,
  record: Omit<VectorRecord, "values">,
): string | null {
  const bytes = Buffer.byteLength(JSON.stringify(record.metadata));
  if (bytes > can.limits.metadataBytes)
    return `would have ${bytes} bytes of metadata; the target takes ${can.limits.metadataBytes}`;
  if (record.sparseValues) return sparse;
  if (layout === null)
    return fits(record.id) && fits(record.metadata)
      ? null
      : "has a character in its ID or metadata that PostgreSQL can't hold";
  return (
    wrongId(layout, record.id, can.limits.idLength) ?? wrongMetadata(layout, record, JSON.stringify(record.metadata))
  );
}

function wrongId({ id }: Layout, value: string, longest: number): string | null {
  if (value.length === 0 || value.length > longest) return `is an ID of ${value.length} characters`;
  if (!value.isWellFormed() || value.includes("\0")) return "is an ID with a character that PostgreSQL can't hold";
  if (columnValue(id, value) !== null) return null;
  return `can't be an ID here: column ${id.name} holds ${idWords[id.base] ?? id.type}`;
}

function wrongVector(values: readonly number[], dimension: number, { base }: Column): string | null {
  if (values.length !== dimension) return `has ${values.length} dimensions, and the column ${dimension}`;
  // As the column keeps it: what is finite here may not be there. A sum of finite float32 is finite, so one look at it tells of all.
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += Math.abs(Math.fround(values[at] ?? 0));
  if (!Number.isFinite(sum)) return "has a number in its vector that isn't finite";
  if (base === "halfvec") {
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(Math.fround(value))), 0);
    if (largest > mostHalf) return `has ${largest} in its vector, and a halfvec holds at most ${mostHalf}`;
  }
  return sum === 0 ? "has a vector of zeros, which no search by cosine ever finds" : null;
}

function wrongMetadata(layout: Layout, { metadata }: Pick<VectorRecord, "metadata">, json: string): string | null {
  // NUL and half a surrogate pair stand in JSON as what begins so; most records have nothing of the kind.
  const odd = json.includes("\\u");
  const columns = new Map(layout.columns.map(({ key, column }) => [key, column]));
  for (const [key, value] of Object.entries(metadata)) {
    if (odd && !(fits(key) && fits(value)))
      return `has a character in its metadata ${JSON.stringify(key.slice(0, 64))} that PostgreSQL can't hold`;
    if (layout.namespace && "key" in layout.namespace && layout.namespace.key === key)
      return `has the metadata key "${key}", in which this table keeps the namespace`;
    const column = columns.get(key);
    if (column && !takes(column, value))
      return `has metadata "${key}" that the column ${column.name} of the type ${column.type} can't hold`;
    if (!column && !layout.metadata && layout.writes === "upsert")
      return `has metadata "${key}", for which this table has no column`;
  }
  for (const { key, column } of layout.columns)
    if (column.required && !Object.hasOwn(metadata, key))
      return `has no metadata "${key}", and the column ${column.name} must have a value`;
  return null;
}

/** NUL and half a surrogate pair can't stand in a text of PostgreSQL. */
export function fits(value: unknown): boolean {
  if (typeof value === "string") return !value.includes("\0") && value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, inner]) => fits(key) && fits(inner));
}

function takes(column: Column, value: unknown): boolean {
  const { base } = column;
  if (base === "bool") return typeof value === "boolean";
  if (isInteger(column))
    return typeof value === "number" && Number.isSafeInteger(value) && withinBounds(column, BigInt(value));
  if (["float4", "float8", "numeric"].includes(base)) return typeof value === "number";
  if (base.startsWith("_")) return Array.isArray(value) && value.every((item) => typeof item === "string");
  return typeof value === "string";
}
