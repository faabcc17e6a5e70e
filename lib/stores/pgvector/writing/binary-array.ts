import { vectorLength, writeVector } from "../connection/vector-bytes";

/** The number of the type `text`, the same in every PostgreSQL. */
const textOid = 25;
const headBytes = 20;

/** Bytes of such an array. */
export const vectorArrayLength = (vectors: readonly (readonly number[])[]): number =>
  vectors.reduce((sum, vector) => sum + 4 + vectorLength(vector.length), headBytes);

/**
 * A parameter of the type `vector[]` in the server's own form (`array_recv`): dimensions, flags, the element's type, length and first index, then each
 * element with its length. Printing and reading numbers as text is what makes other ways slow.
 * @param oid the number that the type `vector` has in this database
 * @param memory to be written into; at least {@link vectorArrayLength} long
 */
export function vectorArray(oid: number, vectors: readonly (readonly number[])[], memory: Buffer): Buffer {
  const array = memory.subarray(0, vectorArrayLength(vectors));
  let at = writeHead(array, oid, vectors.length);
  for (const vector of vectors) {
    at = array.writeInt32BE(vectorLength(vector.length), at);
    at = writeVector(array, at, vector);
  }
  return array;
}

/** A parameter of the type `text[]`, in which a backslash or a quote costs nothing. */
export function textArray(texts: readonly string[]): Buffer {
  const lengths = texts.map((text) => Buffer.byteLength(text));
  const array = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + 4 + length, headBytes));
  let at = writeHead(array, textOid, texts.length);
  for (const [index, text] of texts.entries()) {
    at = array.writeInt32BE(lengths[index] ?? 0, at);
    at += array.write(text, at, "utf8");
  }
  return array;
}

/** One dimension, no empty elements, counted from 1. */
function writeHead(array: Buffer, oid: number, length: number): number {
  let at = array.writeInt32BE(1, 0);
  at = array.writeInt32BE(0, at);
  at = array.writeUInt32BE(oid, at);
  at = array.writeInt32BE(length, at);
  return array.writeInt32BE(1, at);
}
