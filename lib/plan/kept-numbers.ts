import { f16round } from "@petamoriken/float16";
import type { KeptNumbers } from "@/lib/stores/contract";
import { sameVector, vectorDigest } from "./vector-digest";

/**
 * Of the largest number: what storing direction and length apart changes of a 32-bit float. Three operations round once each
 * (3 * 2^-24 = 1.8e-7), and the length of some thousand squares adds about as much.
 */
const rounding = 1e-6;
/** Of the length: what that changes of a {@link projection}. */
const projected = 1e-5;

/** A store of 16-bit numbers is given 32-bit floats, and rounds these: rounding once, from the double, may end a step beside. */
const asHalf = (value: number): number => f16round(Math.fround(value));

/**
 * Whether a vector that is read from an index is the one that was written there, as far as the index keeps its numbers.
 * @param written number[dimension] @param read number[dimension]
 */
export function isKept(written: readonly number[], read: readonly number[], keeps?: KeptNumbers): boolean {
  if (keeps === undefined) return sameVector(written, read);
  if (keeps === "half") return sameVector(written.map(asHalf), read);
  return written.length === read.length && sameDirection(written, read);
}

function sameDirection(a: readonly number[], b: readonly number[]): boolean {
  const [lengthA, lengthB] = [Math.hypot(...a), Math.hypot(...b)];
  const within = (rounding * largest(a)) / lengthA;
  return a.every((value, at) => Math.abs(value / lengthA - (b[at] ?? Number.NaN) / lengthB) <= within);
}

const largest = (values: readonly number[]) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/**
 * 32 bits, never 0, by which a vector that is read is known as the one that was written: see {@link isDigestOf}. Of numbers that come back
 * exactly a checksum; of a direction where it lies on a fixed random axis, so that rounding moves it a little and another vector far.
 * @param written number[dimension]
 */
export function digestOf(written: readonly number[], keeps?: KeptNumbers): number {
  if (keeps === undefined) return vectorDigest(written);
  if (keeps === "half") return vectorDigest(written.map(asHalf));
  return new Uint32Array(Float32Array.of(projection(written)).buffer)[0] || 1;
}

/**
 * Whether the digest is that of a vector that was written and is read so. By chance, once in four billion vectors, and by direction once in
 * some hundred thousand. @param read number[dimension]
 */
export function isDigestOf(digest: number, read: readonly number[], keeps?: KeptNumbers): boolean {
  if (keeps !== "direction") return digest === vectorDigest(read);
  const noted = new Float32Array(Uint32Array.of(digest).buffer)[0] ?? Number.NaN;
  return Math.abs(noted - projection(read)) <= projected;
}

/** The sum of a vector's numbers by fixed signs, in units of its length: of random directions some -3 to 3, whatever the dimension. */
function projection(values: readonly number[]): number {
  let [sum, square, state] = [0, 0, 0x9e3779b9];
  for (const value of values) {
    // Xorshift (Marsaglia, 2003): the same signs in every process.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    sum += state < 0 ? -value : value;
    square += value * value;
  }
  return sum / Math.sqrt(square);
}
