import fc from "fast-check";
import { expect, test } from "vitest";
import type { KeptNumbers } from "@/lib/stores/contract";
import { digestOf, isDigestOf, isKept } from "./kept-numbers";

const written = (length = 1536) =>
  fc
    .array(fc.double({ noNaN: true, min: -1, max: 1 }), { minLength: 2, maxLength: 40 })
    .filter((some) => some.some((value) => Math.abs(value) > 1e-3))
    .map((some) => Array.from({ length }, (_, at) => (some[at % some.length] ?? 0) * Math.sin(at + 1)));

/** As pgvector keeps a halfvec: a 32-bit float is made IEEE 754 binary16, to the nearest, ties to even. */
function half(double: number): number {
  const value = Math.fround(double);
  const size = Math.abs(value);
  const step = size < 2 ** -14 ? 2 ** -24 : 2 ** (Math.floor(Math.log2(size)) - 10);
  const steps = size / step;
  const whole = Math.round(steps);
  const even = Math.abs(steps - Math.trunc(steps)) === 0.5 ? 2 * Math.round(steps / 2) : whole;
  return Math.sign(value) * even * step;
}

/** As Chroma keeps a vector of the metric cosine: direction and length apart, each as 32-bit floats. */
function parted(values: readonly number[], length = Math.fround(Math.hypot(...values))): number[] {
  const own = Math.fround(Math.hypot(...values));
  return values.map((value) => Math.fround(Math.fround(value / own) * length));
}

const stored: [KeptNumbers | undefined, (values: number[]) => number[]][] = [
  [undefined, (values) => values.map(Math.fround)],
  ["half", (values) => values.map(half)],
  ["direction", (values) => parted(values)],
  ["direction", (values) => parted(values, 1)],
];

test.each(stored)(
  "what an index gives back of a vector (%s) is known as that, by its numbers and its digest",
  (keeps, kept) => {
    fc.assert(
      fc.property(written(), (values) => {
        const read = kept(values);
        expect(isKept(values, read, keeps)).toBe(true);
        expect(isDigestOf(digestOf(values, keeps), read, keeps)).toBe(true);
      }),
      { numRuns: 60 },
    );
  },
);

test.each(stored)(
  "another vector (%s) isn't: one number more than rounding off, reversed, or another record's",
  (keeps, kept) => {
    const values = Array.from({ length: 1536 }, (_, at) => Math.fround(Math.sin(at * at)));
    const others = [values.with(700, (values[700] ?? 0) + 0.01), values.toReversed(), values.map((value) => -value)];
    for (const other of others) {
      expect(isKept(values, kept(other), keeps)).toBe(false);
      expect(isDigestOf(digestOf(values, keeps), kept(other), keeps)).toBe(false);
    }
    expect(isKept(values, kept(values).slice(1), keeps)).toBe(false);
  },
);

test("a number that no 32-bit float is, is rounded to one before it is kept in 16 bits", () => {
  // As a double it lies above the middle of two 16-bit numbers, as a 32-bit float in the middle: the even one of them is kept.
  const values = [0.100128174, 0.5];
  const read = [1640 / 2 ** 14, 0.5];
  expect(values.map(half)).toEqual(read);
  expect(isKept(values, read, "half")).toBe(true);
  expect(isDigestOf(digestOf(values, "half"), read, "half")).toBe(true);
});

test("of two thousand records by direction, none has the digest of its neighbour", () => {
  const vectors = Array.from({ length: 2000 }, (_, record) =>
    Array.from({ length: 256 }, (_, at) => Math.fround(Math.sin(record * 7919 + at * at * 0.37))),
  );
  const mistaken = vectors.filter((values, at) =>
    isDigestOf(digestOf(vectors[(at + 1) % vectors.length] ?? [], "direction"), values, "direction"),
  );
  expect(mistaken).toHaveLength(0);
});
