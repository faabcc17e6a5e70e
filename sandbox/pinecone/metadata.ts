import { limits } from "./limits";
import { Refusal } from "./problems";

export type Metadata = Record<string, string | number | boolean | string[]>;

function isStringList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Metadata as the service keeps it: nulls are left out silently, anything but strings, numbers, booleans and lists of strings is
 * refused, so are keys that begin with `$`.
 */
export function readMetadata(value: unknown): Metadata {
  if (value === undefined || value === null) return {};
  if (!isPlainObject(value)) throw new Refusal("invalid", "Metadata must be an object");
  const metadata: Metadata = {};
  for (const [key, field] of Object.entries(value)) {
    if (field === null || field === undefined) continue;
    if (key.startsWith("$")) throw new Refusal("invalid", `Metadata key must not start with '$', got '${key}'`);
    if (typeof field === "string" || typeof field === "number" || typeof field === "boolean" || isStringList(field)) {
      metadata[key] = field;
      continue;
    }
    throw new Refusal(
      "invalid",
      `Metadata value must be a string, number, boolean or list of strings, got '${JSON.stringify(field)}' for field '${key}'`,
    );
  }
  return metadata;
}

/** Metadata as JSON. Throws when it is above the size limit. */
export function metadataToJson(metadata: Metadata): string {
  const text = JSON.stringify(metadata);
  const bytes = Buffer.byteLength(text);
  if (bytes > limits.metadataBytes) {
    throw new Refusal(
      "invalid",
      `Metadata size is ${bytes} bytes, which exceeds the limit of ${limits.metadataBytes} bytes per vector`,
    );
  }
  return text;
}

export type SparseValues = { indices: number[]; values: number[] };

const isNumberList = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => typeof item === "number" && Number.isFinite(item));

export function readSparse(value: unknown): SparseValues | null {
  if (value === undefined || value === null) return null;
  if (!isPlainObject(value) || !isNumberList(value.indices) || !isNumberList(value.values)) {
    throw new Refusal("invalid", "Sparse vector must have indices and values");
  }
  const { indices, values } = value;
  if (indices.length !== values.length)
    throw new Refusal("invalid", "Sparse vector indices and values must have the same length");
  if (indices.length > limits.sparseValues) {
    throw new Refusal(
      "invalid",
      `Sparse vector has ${indices.length} values, which exceeds the limit of ${limits.sparseValues}`,
    );
  }
  if (indices.some((index) => !Number.isInteger(index) || index < 0 || index > 0xffffffff)) {
    throw new Refusal("invalid", "Sparse vector indices must be unsigned 32-bit integers");
  }
  if (new Set(indices).size !== indices.length) throw new Refusal("invalid", "Sparse vector indices must be unique");
  return { indices, values };
}

/** The inside of a record's JSON object, without its ID and dense values. */
export function toFragment(metadata: Metadata, sparse: SparseValues | null): Buffer {
  const parts: string[] = [];
  if (sparse !== null) parts.push(`"sparseValues":${JSON.stringify(sparse)}`);
  const text = metadataToJson(metadata);
  if (text !== "{}") parts.push(`"metadata":${text}`);
  return Buffer.from(parts.join(","));
}

/** The opposite of {@link toFragment}. */
export function fromFragment(fragment: Buffer): { metadata: Metadata; sparse: SparseValues | null } {
  const parsed: unknown = JSON.parse(`{${fragment.toString("utf8")}}`);
  if (!isPlainObject(parsed)) return { metadata: {}, sparse: null };
  return { metadata: readMetadata(parsed.metadata), sparse: readSparse(parsed.sparseValues) };
}
