import { ServiceFailure } from "@/lib/failures";
import type { VectorRecord } from "../contract";
import { service } from "./failures";

/** A vector's JSON, kept for as long as the vector: it is measured once, to fill a request, and sent once. */
const texts = new WeakMap<readonly number[], string>();

function textOfValues(values: readonly number[]): string {
  const known = texts.get(values);
  if (known !== undefined) return known;
  const text = JSON.stringify(values);
  texts.set(values, text);
  return text;
}

function textOfHead({ id, metadata, sparseValues }: VectorRecord): string {
  return JSON.stringify({ id, metadata, ...(sparseValues && { sparseValues }) });
}

/** Bytes that the record takes in an upsert's body, exactly, with the comma behind it. A vector isn't changed in place once it was measured. */
export function sizeOfRecord(record: VectorRecord): number {
  const head = Buffer.byteLength(textOfHead(record)) + 1;
  return record.values.length === 0 ? head : head + textOfValues(record.values).length + ',"values":'.length;
}

/** The body of POST /vectors/upsert. Throws `invalid` for a vector with a number that JSON can't carry. */
export function upsertBody(namespace: string, records: readonly VectorRecord[]): string {
  const vectors = records.map((record) => {
    const head = textOfHead(record);
    if (record.values.length === 0) return head;
    const values = textOfValues(record.values);
    if (values.includes("null")) {
      const message = `The vector of ${JSON.stringify(record.id)} holds a number that isn't finite`;
      throw new ServiceFailure({ code: "invalid", service, operation: "upsert", message });
    }
    return `${head.slice(0, -1)},"values":${values}}`;
  });
  return `{"vectors":[${vectors.join(",")}],"namespace":${JSON.stringify(namespace)}}`;
}
