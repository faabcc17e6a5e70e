import type { Json } from "@/lib/formats/contract";
import type { MetadataValue, Rejected, VectorRecord } from "../contract";
import type { ServedRecord } from "./records";

/** Metadata as Chroma takes it: `null` takes a key away from the record that stands. */
type Sent = { id: string; values: number[]; document: string | null; metadata: Record<string, MetadataValue> };
export type UpsertBody = {
  ids: string[];
  embeddings: number[][];
  documents: (string | null)[];
  metadatas: (Record<string, MetadataValue> | null)[];
};

/**
 * What is to be sent so that each record is whole afterwards. Chroma's upsert keeps keys and a document that it isn't given: keys are taken away by name; a document
 * can't be, so such a record is left out, as is one of which Chroma would silently drop something.
 */
export function upsertBody(
  records: readonly VectorRecord[],
  standing: ReadonlyMap<string, ServedRecord>,
  textKey: string,
): { body: UpsertBody; rejected: Rejected[] } {
  const sent: Sent[] = [];
  const rejected: Rejected[] = [];
  for (const record of records) {
    const one = asSent(record, standing.get(record.id), textKey);
    if (typeof one === "string") rejected.push({ id: record.id, detail: one });
    else sent.push(one);
  }
  const body = {
    ids: sent.map(({ id }) => id),
    embeddings: sent.map(({ values }) => values),
    documents: sent.map(({ document }) => document),
    metadatas: sent.map(({ metadata }) => (Object.keys(metadata).length === 0 ? null : metadata)),
  };
  return { body, rejected };
}

function asSent(
  { id, values, metadata }: VectorRecord,
  standing: ServedRecord | undefined,
  textKey: string,
): Sent | string {
  const entries: [string, MetadataValue][] = [];
  let document: string | null = null;
  for (const [key, value] of Object.entries(metadata)) {
    if (key === textKey && typeof value === "string") document = value;
    else if (key === "" || key.startsWith("chroma:"))
      return `Chroma keeps metadata keys like ${JSON.stringify(key)} to itself.`;
    else if (Array.isArray(value) && value.length === 0)
      return `Chroma drops an empty list, as metadata ${JSON.stringify(key)} is.`;
    else if (value === null || (typeof value === "object" && !Array.isArray(value)))
      return `Chroma holds neither null nor anything nested, as metadata ${JSON.stringify(key)} is.`;
    else entries.push([key, value]);
  }
  if (document === null && standing?.document != null)
    return "The record in Chroma has a document, which can't be taken away from it, and the new one has none.";
  const given = new Set(entries.map(([key]) => key));
  for (const key of (standing?.metadata ?? new Map<string, Json>()).keys())
    if (!given.has(key)) entries.push([key, null]);
  return { id, values, document, metadata: Object.fromEntries(entries) };
}

/** Bytes that a record takes in an upsert's body, at most: it may be one of the first to have a key. */
export function sizeOfRecord(record: VectorRecord): number {
  return Buffer.byteLength(JSON.stringify(record)) + 8;
}
