/** A record as an export folder keeps it. `metadata` is the JSON text as it was given, so that numbers of any length come back digit by digit. */
export type ExportRecord = ExportHead & {
  /** `number[dimension]`, as float32 bit for bit; `null` where the record has sparse values only. */
  values: Float32Array | null;
};

/** A record without its dense vector. */
export type ExportHead = { id: string; metadata: string | null; sparse: SparseVector | null };

/** `indices[n]` and `values[n]` belong together, in the order given. */
export type SparseVector = { indices: Uint32Array; values: Float32Array };

/** Bytes of UTF-8 that an ID may take; Pinecone's longest (512 characters) takes 2,048. */
export const longestId = 4000;

/** Why the folder can't hold the record, in words; `null` when it can. */
export function faultOf(record: ExportRecord, dimension: number | null): string | null {
  const { id, metadata, values, sparse } = record;
  if (!id.isWellFormed()) return "Its ID holds half of a surrogate pair, which no text file can hold.";
  if (Buffer.byteLength(id) > longestId) return `Its ID is longer than ${longestId.toLocaleString("en-US")} bytes.`;
  if (metadata !== null && !metadata.isWellFormed())
    return "Its metadata holds half of a surrogate pair, which no text file can hold.";
  if (dimension === null && values !== null) return "It has a dense vector, and the index is one of sparse vectors.";
  if (dimension !== null && values?.length !== dimension)
    return `Its vector has ${values?.length ?? 0} values, and the index ${dimension}.`;
  if (sparse !== null && sparse.indices.length !== sparse.values.length)
    return "Its sparse vector has not as many values as indices.";
  return null;
}
