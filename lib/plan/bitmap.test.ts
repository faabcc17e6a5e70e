import fc from "fast-check";
import { expect, test } from "vitest";
import { Bitmap } from "./bitmap";

const size = 61;
const positions = fc.uniqueArray(fc.nat(size - 1));
const sorted = (marked: Iterable<number>) => [...marked].sort((a, b) => a - b);
const stored = (bitmap: Bitmap) => Bitmap.decode(bitmap.encode(), bitmap.count);

test("a bitmap says what was marked, also after it was stored", () => {
  fc.assert(
    fc.property(positions, (marked) => {
      for (const bitmap of [Bitmap.of(marked, size), stored(Bitmap.of(marked, size))]) {
        expect(bitmap.positions()).toEqual(sorted(marked));
        expect(bitmap.count).toBe(marked.length);
        expect(Array.from({ length: size }, (_, at) => at).filter((at) => bitmap.has(at))).toEqual(sorted(marked));
      }
    }),
  );
  expect(Bitmap.all(size).encode()).toBe("");
  expect(stored(Bitmap.of(Array(size).keys(), size)).positions()).toHaveLength(size);
});

test("a stretch of its positions is that stretch of all of them", () => {
  fc.assert(
    fc.property(positions, fc.nat(70), fc.nat(70), fc.boolean(), (marked, skip, limit, whole) => {
      const bitmap = whole ? Bitmap.all(size) : Bitmap.of(marked, size);
      expect(bitmap.positions(skip, limit)).toEqual(bitmap.positions().slice(skip, skip + limit));
    }),
  );
});

test("both, either and without are those of sets", () => {
  fc.assert(
    fc.property(positions, positions, fc.boolean(), fc.boolean(), (one, other, allOfOne, allOfOther) => {
      const every = [...Array(size).keys()];
      const [a, b] = [new Set(allOfOne ? every : one), new Set(allOfOther ? every : other)];
      const [x, y] = [
        allOfOne ? Bitmap.all(size) : Bitmap.of(one, size),
        allOfOther ? Bitmap.all(size) : Bitmap.of(other, size),
      ];
      expect(x.and(y).positions()).toEqual(every.filter((at) => a.has(at) && b.has(at)));
      expect(x.or(y).positions()).toEqual(every.filter((at) => a.has(at) || b.has(at)));
      expect(x.without(y).positions()).toEqual(every.filter((at) => a.has(at) && !b.has(at)));
    }),
  );
});
