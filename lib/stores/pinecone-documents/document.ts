import { nameFault } from "@/lib/shapes/routes/index-fields";
import type { Metadata, MetadataValue, RecordHead, SparseValues, VectorRecord } from "../contract";
import type { DocumentSchema } from "../pinecone/index-model";
import { isNumbers, type Read, readMetadata, readSparse } from "../pinecone/records";

/** Bytes and tokens of a full-text field, of metadata beside it, and of a document (the vendor's operation limits, 2026-11). */
export const documentLimits = {
  textBytes: 100 * 1024,
  textTokens: 10_000,
  metadataBytes: 40_960,
  documentBytes: 2_000_000,
  sparseValues: 2048,
} as const;

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A document without its vector as a record. `id` is what it was asked for by. */
export function readHead(schema: DocumentSchema, id: string, raw: unknown): Read<RecordHead> {
  if (!isFields(raw)) return { wrong: "it is not an object" };
  if (raw._id !== undefined && raw._id !== id) return { wrong: "it bears another ID" };
  const own = Object.entries(raw).filter(
    ([name]) => name !== "_id" && name !== schema.dense?.name && name !== schema.sparse,
  );
  const metadata = readMetadata(Object.fromEntries(own));
  if ("wrong" in metadata) return metadata;
  const sparse = readSparse(schema.sparse === null ? undefined : raw[schema.sparse]);
  if ("wrong" in sparse) return sparse;
  return { value: { id, metadata: metadata.value, ...(sparse.value && { sparseValues: sparse.value }) } };
}

/** A whole document as a record. */
export function readDocument(schema: DocumentSchema, id: string, raw: unknown): Read<VectorRecord> {
  const head = readHead(schema, id, raw);
  if ("wrong" in head || !isFields(raw)) return "wrong" in head ? head : { wrong: "it is not an object" };
  const values = (schema.dense && raw[schema.dense.name]) ?? [];
  if (!isNumbers(values)) return { wrong: "its vector is not a list of numbers" };
  if (values.length === 0 && !head.value.sparseValues) return { wrong: "it has no vector" };
  return { value: { ...head.value, values } };
}

/** What a document holds beside its ID and its dense vector. Values that are null are left out: documents hold none. */
export function fieldsOf(schema: DocumentSchema, { metadata, sparseValues }: Omit<RecordHead, "id">): Fields {
  const fields: [string, unknown][] = Object.entries(metadata).filter(([, value]) => value !== null);
  if (sparseValues && schema.sparse !== null) fields.push([schema.sparse, sparseValues]);
  return Object.fromEntries(fields);
}

/**
 * Why a document index can't take the metadata, in words; `null`: it can. The same is asked by a plan and right before a write, so that
 * one record never takes a whole request down with it.
 */
export function metadataFault(schema: DocumentSchema, metadata: Metadata): string | null {
  const texts = new Set(schema.texts.map(({ name }) => name));
  let bytes = 2;
  for (const [name, value] of Object.entries(metadata)) {
    if (value === null) continue;
    const quoted = JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
    const fault = nameFault(name);
    if (fault !== null)
      return `Its metadata has a key with ${fault}, which a document index refuses: ${quoted}. Rename or drop it in the route.`;
    if (name === schema.dense?.name || name === schema.sparse)
      return `Its metadata has a key ${quoted}, which is the name of a vector field of the index. Rename or drop it in the route.`;
    if (texts.has(name)) {
      const wrong = textFault(quoted, value);
      if (wrong !== null) return wrong;
    } else bytes += Buffer.byteLength(JSON.stringify(name)) + Buffer.byteLength(JSON.stringify(value)) + 2;
  }
  return bytes > documentLimits.metadataBytes
    ? `The metadata beside full-text fields would have ${bytes} bytes; a document takes ${documentLimits.metadataBytes}.`
    : null;
}

/** Whether a field that the index wants of every document is left out; its vector is always sent. */
export function missingFault(
  schema: DocumentSchema,
  { metadata, sparseValues }: Omit<RecordHead, "id">,
): string | null {
  const missing = schema.required.find((name) => {
    if (name === schema.dense?.name) return false;
    if (name === schema.sparse) return !sparseValues;
    return !Object.hasOwn(metadata, name) || metadata[name] === null;
  });
  if (missing === undefined) return null;
  if (missing === schema.sparse)
    return `The record has no sparse values, and the index requires them (field ${JSON.stringify(missing)}).`;
  return `The record has nothing for ${JSON.stringify(missing)}, which the index requires. Rename a key to it or set it in the route.`;
}

/** The same of its sparse values. */
export function sparseFault(schema: DocumentSchema, sparseValues: SparseValues | undefined): string | null {
  if (!sparseValues || schema.sparse !== null) return null;
  return "The record has sparse values, and the index has no field for them. Name one in the connection's settings before the index is made.";
}

function textFault(quoted: string, value: MetadataValue): string | null {
  if (typeof value !== "string") return `Its ${quoted} isn't a text, and the index has full-text search there.`;
  const bytes = Buffer.byteLength(value);
  if (bytes > documentLimits.textBytes)
    return `Its ${quoted} has ${bytes} bytes; a full-text field takes ${documentLimits.textBytes}.`;
  // Counted as words and single characters of scripts without spaces: the service's own count isn't published.
  const tokens = value.match(/[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu)?.length ?? 0;
  return tokens > documentLimits.textTokens
    ? `Its ${quoted} has some ${tokens} tokens; a full-text field takes ${documentLimits.textTokens}.`
    : null;
}
