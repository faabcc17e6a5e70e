import { z } from "zod";
import { type ExportHead, type ExportRecord, longestId } from "@/lib/formats/export-folder/record";
import type { Metadata, RecordHead, StoreCapabilities, VectorRecord } from "../contract";
import { refusal } from "./capabilities";

/** What a record can't be given back as it is for. */
export type Wrong = { wrong: string };
export const isWrong = <R extends object>(shaped: R | Wrong): shaped is Wrong => "wrong" in shaped;

const objectSchema = z.custom<Metadata>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
);

export function headOf({ id, metadata: text, sparse }: ExportHead): RecordHead | Wrong {
  const metadata = metadataOf(text);
  if (metadata === null) return { wrong: "Its metadata isn't a JSON object, as metadata of vectors is." };
  if (sparse === null) return { id, metadata };
  return { id, metadata, sparseValues: { indices: Array.from(sparse.indices), values: Array.from(sparse.values) } };
}

export function recordOf(record: ExportRecord): VectorRecord | Wrong {
  const head = headOf(record);
  if (isWrong(head)) return head;
  const values = Array.from(record.values ?? []);
  // Portage writes none; a folder that another tool made may hold some.
  return values.every(Number.isFinite)
    ? { ...head, values }
    : { wrong: "Its vector holds something that isn't a finite number." };
}

function metadataOf(text: string | null): Metadata | null {
  if (text === null) return {};
  try {
    return objectSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Bytes that a record takes, about: its ID, its numbers and its metadata. */
export const sizeOfRecord = (record: VectorRecord): number => sizeWith(record, JSON.stringify(record.metadata));

const sizeWith = ({ id, values, sparseValues }: VectorRecord, metadata: string): number =>
  Buffer.byteLength(id) +
  4 * values.length +
  8 * (sparseValues?.indices.length ?? 0) +
  Buffer.byteLength(metadata) +
  32;

/**
 * A batch as the folder keeps it. Refuses all of it for what of any record can't be kept, before anything is written.
 * @param dimension `null`: of an index of sparse vectors
 */
export function accept(
  { limits }: StoreCapabilities,
  dimension: number | null,
  records: readonly VectorRecord[],
): ExportRecord[] {
  const refuse = (code: "invalid" | "too-large", message: string) => refusal(code, "upsert", message);
  if (records.length > limits.upsertRecords) throw refuse("too-large", `${records.length} records in one upsert`);
  let bytes = 0;
  const accepted = records.map((record) => {
    const metadata = JSON.stringify(record.metadata);
    const name = JSON.stringify(record.id.slice(0, 64));
    if (Buffer.byteLength(metadata) > limits.metadataBytes)
      throw refuse("too-large", `Metadata of ${name} is ${Buffer.byteLength(metadata)} bytes`);
    bytes += sizeWith(record, metadata);
    const wrong = wrongId(record.id) ?? wrongVector(record, dimension);
    if (wrong !== null) throw refuse("invalid", `${name} ${wrong}`);
    return asExported(record, dimension, metadata);
  });
  if (bytes > limits.upsertBytes) throw refuse("too-large", `${bytes} bytes in one upsert`);
  return accepted;
}

function asExported({ id, values, sparseValues }: VectorRecord, dimension: number | null, metadata: string) {
  return {
    id,
    metadata,
    values: dimension === null ? null : Float32Array.from(values),
    sparse: sparseValues
      ? { indices: Uint32Array.from(sparseValues.indices), values: Float32Array.from(sparseValues.values) }
      : null,
  };
}

function wrongId(id: string): string | null {
  if (id === "") return "is an ID of no characters";
  if (!id.isWellFormed()) return "is an ID with half of a surrogate pair, which no text file can hold";
  return Buffer.byteLength(id) > longestId ? `is an ID of more than ${longestId} bytes` : null;
}

function wrongVector({ values, sparseValues }: VectorRecord, dimension: number | null): string | null {
  if (values.length !== (dimension ?? 0)) return `has ${values.length} dimensions, and the export ${dimension ?? 0}`;
  const { indices = [], values: weights = [] } = sparseValues ?? {};
  // As they are kept: what is finite here may not be there.
  if (![...values, ...weights].every((value) => Number.isFinite(Math.fround(value))))
    return "has a number in its vector that isn't finite";
  if (indices.length !== weights.length) return "has not as many sparse values as indices";
  const isIndex = (index: number) => Number.isInteger(index) && index >= 0 && index < 2 ** 32;
  return indices.every(isIndex) ? null : "has a sparse index that isn't an integer of 32 bits";
}
