import fc from "fast-check";
import { expect, test } from "vitest";
import { Bitmap, encodeBitmap } from "./bitmap";
import { signs } from "./differences";
import { facetKey, facetsOf } from "./facets";

const updates = fc.array(
  fc.record({
    textChanged: fc.boolean(),
    differences: fc.array(fc.record({ sign: fc.constantFrom(...signs), key: fc.constantFrom("a", "b", "c") })),
  }),
  { maxLength: 40 },
);

test("a facet marks exactly those that have what it stands for, and counts them", () => {
  fc.assert(
    fc.property(updates, (list) => {
      for (const { facet, sign, key, count, members } of facetsOf(list, [])) {
        const marked = new Bitmap(members);
        const expected = list.map((update) => {
          if (facet === "text") return update.textChanged === (key === "changed");
          return update.differences.some(
            (difference) =>
              (sign === "" || difference.sign === sign) && (facet === "sign" || facetKey(difference.key) === key),
          );
        });
        expect(list.map((_, position) => marked.has(position))).toEqual(expected);
        expect(count).toBe(expected.filter(Boolean).length);
      }
    }),
  );
});

test("a bitmap says what was marked", () => {
  const positions = fc.uniqueArray(fc.nat(999), { maxLength: 100 });
  fc.assert(
    fc.property(positions, (marked) => {
      const bitmap = new Bitmap(encodeBitmap(marked, 1000));
      expect(
        Array.from({ length: 1000 }, (_, position) => position).filter((position) => bitmap.has(position)),
      ).toEqual([...marked].sort((a, b) => a - b));
    }),
  );
});

test("a long key keeps a name of its own that fits an index", () => {
  const [one, other] = [facetKey(`${"k".repeat(5000)}1`), facetKey(`${"k".repeat(5000)}2`)];
  expect(one).not.toBe(other);
  expect(Buffer.byteLength(one)).toBeLessThan(1000);
});
