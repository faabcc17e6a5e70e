import { ServiceFailure } from "@/lib/failures";
import type { VectorRecord } from "../contract";
import { service } from "../pinecone/failures";
import type { DocumentSchema } from "../pinecone/index-model";
import { vectorJson } from "../pinecone/vector-json";
import { documentLimits, fieldsOf, metadataFault, missingFault } from "./document";

const invalid = (message: string, code: "invalid" | "too-large" = "invalid") =>
  new ServiceFailure({ code, service, operation: "upsert", message });

/** A document's JSON in parts that are sent one after another. Throws `invalid` or `too-large` for a record that can't be one. */
function render(schema: DocumentSchema, record: VectorRecord): Uint8Array[] {
  const { id, values, sparseValues } = record;
  const fault = metadataFault(schema, record.metadata) ?? missingFault(schema, record);
  if (fault !== null) throw invalid(`${JSON.stringify(id)}: ${fault}`);
  if (sparseValues && schema.sparse === null)
    throw invalid(`${JSON.stringify(id)} has sparse values, and the index has no field for them`);
  const head = JSON.stringify({ _id: id, ...fieldsOf(schema, record) });
  if (values.length === 0) return [Buffer.from(head)];
  if (!schema.dense) throw invalid(`${JSON.stringify(id)} has a vector, and the index has no field for it`);
  if (values.length !== schema.dense.dimension)
    throw invalid(
      `${JSON.stringify(id)} has a vector of ${values.length} numbers; the index takes ${schema.dense.dimension}`,
    );
  const vector = vectorJson(values);
  if (vector === null) throw invalid(`The vector of ${JSON.stringify(id)} holds a number that isn't finite`);
  const opening = Buffer.from(`${head.slice(0, -1)},${JSON.stringify(schema.dense.name)}:`);
  return [opening, vector, Buffer.from("}")];
}

/** The body of an upsert, in UTF-8. */
export function upsertBody(schema: DocumentSchema, records: readonly VectorRecord[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [Buffer.from('{"documents":[')];
  for (const [position, record] of records.entries()) {
    const rendered = render(schema, record);
    const bytes = rendered.reduce((sum, part) => sum + part.length, 0);
    if (bytes > documentLimits.documentBytes)
      throw invalid(`${JSON.stringify(record.id)} would be a document of ${bytes} bytes`, "too-large");
    if (position > 0) parts.push(Buffer.from(","));
    parts.push(...rendered);
  }
  return Buffer.concat([...parts, Buffer.from("]}")]);
}

/** Longest name of a field, quoted, and what surrounds a document: so much a document may take beside what is measured. */
const around = 200;

/** Bytes that the record takes in a request, at most: which field its vector goes to is the index's matter. */
export function sizeOfDocument(record: VectorRecord): number {
  const { id, values, metadata, sparseValues } = record;
  const head = Buffer.byteLength(JSON.stringify({ _id: id, ...metadata, sparseValues }));
  return head + (vectorJson(values)?.length ?? 0) + around;
}
