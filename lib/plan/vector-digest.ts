import { crc32 } from "node:zlib";

/** Characters of a digest as it is stored: 32 bits in hexadecimal. */
export const digestLength = 8;

let scratch = new Float32Array(3072);

/**
 * The bytes of a vector as stores keep it, in a buffer that the next call uses again.
 * @param values number[dimension]
 */
export function float32Bytes(values: readonly number[]): Uint8Array {
  if (scratch.length !== values.length) scratch = new Float32Array(values.length);
  // Adding nothing turns the negative zero, whose sign some services drop, into the positive one.
  for (let position = 0; position < values.length; position++)
    scratch[position] = Math.fround(values[position] ?? 0) + 0;
  return new Uint8Array(scratch.buffer);
}

/** Whether two vectors are the same as 32-bit floats. @param a number[dimension] @param b number[dimension] */
export function sameVector(a: readonly number[], b: readonly number[]): boolean {
  return (
    a.length === b.length && a.every((value, position) => Math.fround(value) === Math.fround(b[position] ?? Number.NaN))
  );
}

/**
 * A number that tells whether a vector that is read is the one that was written: CRC-32 of its numbers as 32-bit floats, which is how
 * stores keep them. Two vectors agree by chance once in four billion times. Never 0. @param values number[dimension]
 */
export function vectorDigest(values: readonly number[]): number {
  return crc32(float32Bytes(values)) || 1;
}

/** Digests of a chunk's records in their order, `digestLength` characters each. */
export function encodeDigests(digests: Uint32Array): string {
  return Buffer.from(digests.buffer, digests.byteOffset, digests.byteLength).toString("hex");
}

export function decodeDigests(text: string, count: number): Uint32Array {
  const digests = new Uint32Array(count);
  const bytes = Buffer.from(text, "hex");
  if (bytes.length === count * 4) new Uint8Array(digests.buffer).set(bytes);
  return digests;
}
