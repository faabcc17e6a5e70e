import type { StoredRecord } from "@/sandbox/storage/records";
import { readDense } from "../../dense-input";
import { valuesToJson } from "../../dense-values";
import { checkId } from "../../identifiers";
import { denseFieldOf, type IndexRow, requiredFieldsOf, sparseFieldOf, textFieldsOf } from "../../indexes";
import { limits } from "../../limits";
import {
  fromFragment,
  type Metadata,
  metadataToJson,
  readMetadata,
  readSparse,
  type SparseValues,
} from "../../metadata";
import { Refusal } from "../../problems";

/** What a document holds beside its ID and its vectors; `undefined` where a request leaves a vector out. */
export type Fields = { metadata: Metadata; dense: Buffer | null | undefined; sparse: SparseValues | null | undefined };

const invalid = (words: string): never => {
  throw new Refusal("invalid", words);
};

export function checkName(name: string): void {
  if (/^[_$]/.test(name)) invalid(`Field name '${name}' must not begin with '_' or '$'`);
  const bytes = Buffer.byteLength(name);
  if (bytes === 0 || bytes > limits.fieldNameBytes)
    invalid(`Field name '${name}' must have 1 to ${limits.fieldNameBytes} bytes`);
}

/** The fields of a document in a request, each as the index's schema or the rules of metadata want it. */
export function readFields(index: IndexRow, given: Record<string, unknown>): Fields {
  const [dense, sparse, texts] = [denseFieldOf(index), sparseFieldOf(index), new Set(textFieldsOf(index))];
  const fields: Fields = { metadata: {}, dense: undefined, sparse: undefined };
  for (const [name, value] of Object.entries(given)) {
    if (name === "_id" || name === "_remove_fields") continue;
    checkName(name);
    if (value === null || value === undefined) invalid(`Field '${name}' must not be null`);
    if (name === dense) fields.dense = readDense(index, value);
    else if (name === sparse) fields.sparse = readSparse(value);
    else if (texts.has(name)) fields.metadata[name] = readText(name, value);
    else Object.assign(fields.metadata, readMetadata({ [name]: value }));
  }
  return fields;
}

function readText(name: string, value: unknown): string {
  if (typeof value !== "string") return invalid(`Field '${name}' must be a string: it has full-text search`);
  const bytes = Buffer.byteLength(value);
  if (bytes > limits.textBytes)
    invalid(`Field '${name}' has ${bytes} bytes, which exceeds the limit of ${limits.textBytes} bytes`);
  const tokens = value.split(/\s+/).length;
  if (tokens > limits.textTokens)
    invalid(`Field '${name}' has ${tokens} tokens, which exceeds the limit of ${limits.textTokens}`);
  return value;
}

/** What is stored of a document: text for search doesn't count as metadata. */
export function toStored(
  index: IndexRow,
  fields: Fields,
  kept: Pick<StoredRecord, "dense" | "values"> | null,
): StoredRecord {
  const texts = new Set(textFieldsOf(index));
  metadataToJson(Object.fromEntries(Object.entries(fields.metadata).filter(([name]) => !texts.has(name))));
  const parts: string[] = [];
  if (fields.sparse) parts.push(`"sparseValues":${JSON.stringify(fields.sparse)}`);
  if (Object.keys(fields.metadata).length > 0) parts.push(`"metadata":${JSON.stringify(fields.metadata)}`);
  const fragment = Buffer.from(parts.join(","));
  if (fields.dense === undefined && kept !== null) return { ...kept, fragment };
  return { dense: fields.dense ? "stored" : "none", fragment, values: fields.dense ?? null };
}

export function readDocument(index: IndexRow, given: unknown, at: number): { id: string; record: StoredRecord } {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new Refusal("invalid", `Document at position ${at} must be an object`);
  const document: Record<string, unknown> = { ...given };
  const id = checkId(document._id, at);
  const fields = readFields(index, document);
  const declared = Object.keys(index.fields ?? {});
  if (!declared.some((name) => Object.hasOwn(document, name)))
    invalid(`Document '${id}' has none of the fields that the schema declares`);
  const missing = requiredFieldsOf(index).find((name) => !Object.hasOwn(document, name));
  if (missing !== undefined) invalid(`Document '${id}' is missing required field '${missing}'`);
  return { id, record: toStored(index, fields, null) };
}

/** A document as it is answered; `only`: these fields, `null`: all. */
export function documentToJson(
  index: IndexRow,
  id: string,
  record: StoredRecord,
  only: ReadonlySet<string> | null,
): Buffer {
  const { metadata, sparse } = fromFragment(record.fragment);
  const wanted = (name: string | null): name is string => name !== null && (only === null || only.has(name));
  const fields: Record<string, unknown> = { _id: id };
  for (const [name, value] of Object.entries(metadata)) if (wanted(name)) fields[name] = value;
  const sparseField = sparseFieldOf(index);
  if (sparse !== null && wanted(sparseField)) fields[sparseField] = sparse;
  const head = JSON.stringify(fields);
  const denseField = denseFieldOf(index);
  if (record.dense === "none" || !wanted(denseField)) return Buffer.from(head);
  const vector = valuesToJson(index, id, record);
  return Buffer.concat([Buffer.from(`${head.slice(0, -1)},${JSON.stringify(denseField)}:`), vector, Buffer.from("}")]);
}

/** `include_fields` of a fetch: left out, empty or `*` means all. */
export function readOnly(value: unknown): ReadonlySet<string> | null {
  if (value === undefined || value === null) return null;
  if (!Array.isArray(value) || value.some((name) => typeof name !== "string"))
    throw new Refusal("invalid", "include_fields must be a list of names");
  const names = value.map(String);
  return names.length === 0 || names.includes("*") ? null : new Set(names);
}
