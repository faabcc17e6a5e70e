import fc from "fast-check";
import { expect, test } from "vitest";
import { Bitmap } from "./bitmap";
import { signs } from "./differences";
import { facetKey, facetsOf } from "./facets";

const updates = fc.array(
  fc.record({
    textChanged: fc.boolean(),
    differences: fc.array(fc.record({ sign: fc.constantFrom(...signs), key: fc.constantFrom("a", "b", "c") })),
    present: fc.constantFrom("1", "3", "secret"),
  }),
  { maxLength: 40 },
);

test("a facet marks exactly those that have what it stands for, and counts them", () => {
  fc.assert(
    fc.property(updates, (list) => {
      for (const { facet, sign, key, count, members } of facetsOf(list, [])) {
        const marked = Bitmap.decode(members, count);
        const expected = list.map((update) => {
          if (facet === "present") return update.present === key;
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

test("a long key keeps a name of its own that fits an index", () => {
  const [one, other] = [facetKey(`${"k".repeat(5000)}1`), facetKey(`${"k".repeat(5000)}2`)];
  expect(one).not.toBe(other);
  expect(Buffer.byteLength(one)).toBeLessThan(1000);
  expect(facetKey(one)).toBe(one);
});
