import fc from "fast-check";
import { expect, test } from "vitest";
import { Bits } from "./bits";

const sizes = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 16_300, max: 40_000 }));
/** Places of a list of so many, the one set with the other. */
const sets = sizes.chain((size) => {
  const places = fc.uniqueArray(fc.integer({ min: 0, max: size - 1 }), { maxLength: 60 });
  return fc.record({ size: fc.constant(size), one: places, two: places });
});

function bitsOf(size: number, places: readonly number[]): Bits {
  const bits = Bits.none(size);
  for (const place of places) bits.mark(place);
  return bits;
}
const sorted = (places: readonly number[]) => [...places].sort((a, b) => a - b);

test("any stretch of what is marked is found, and how many come before a place", () => {
  fc.assert(
    fc.property(sets, fc.nat(70), fc.nat(70), fc.nat(40_000), ({ size, one }, skip, limit, at) => {
      const bits = bitsOf(size, one);
      expect(bits.count).toBe(one.length);
      expect(bits.places(skip, limit)).toEqual(sorted(one).slice(skip, skip + limit));
      expect(bits.rank(at)).toBe(one.filter((place) => place < at).length);
      expect(one.every((place) => bits.has(place))).toBe(true);
    }),
  );
});

test("a range is every place from its beginning up to its end", () => {
  fc.assert(
    fc.property(sizes, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(20_000), (size, share, length) => {
      const from = Math.floor(share * size);
      const end = Math.min(size, from + length);
      const bits = Bits.range(size, from, end);
      expect(bits.count).toBe(end - from);
      expect([bits.has(from - 1), bits.has(end)]).toEqual([false, false]);
      expect(bits.placesIn(from, end)).toHaveLength(end - from);
    }),
  );
});

test("both and one without the other are those of sets", () => {
  fc.assert(
    fc.property(sets, ({ size, one, two }) => {
      const [a, b] = [bitsOf(size, one), bitsOf(size, two)];
      expect(a.and(b).places()).toEqual(sorted(one.filter((place) => two.includes(place))));
      expect(a.without(b).places()).toEqual(sorted(one.filter((place) => !two.includes(place))));
    }),
  );
});

test("parts put together are the whole, and nothing beyond its size is marked", () => {
  fc.assert(
    fc.property(sets, ({ size, one }) => {
      const { bytes } = bitsOf(size, one);
      const bits = Bits.none(size);
      for (let from = 0; from < size; from += 64) {
        const part = new Uint8Array(8).fill(from + 64 > size ? 255 : 0);
        for (const place of one) if (place >= from) part.set(bytes.subarray(from >> 3, (from >> 3) + 8));
        bits.put(from, part);
      }
      expect(bits.rank(size + 8)).toBe(bits.count);
      expect(bits.places().every((place) => place < size)).toBe(true);
      for (const place of one) expect(bits.has(place)).toBe(true);
    }),
  );
});
