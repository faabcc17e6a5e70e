import fc from "fast-check";
import { expect, test } from "vitest";
import { positionsHolding, rosterOf, rosterSeparator, searchedFor } from "./roster";

const letters = fc.string({ unit: fc.constantFrom("a", "b", "é", rosterSeparator, " "), maxLength: 6 });

test("a search finds the IDs that hold the text, each once, and never across two of them", () => {
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 12 }), letters, (ids, text) => {
      fc.pre(text !== "");
      const wanted = searchedFor(text);
      const expected = ids.flatMap((id, at) => (searchedFor(id).includes(wanted) ? [at] : []));
      expect(positionsHolding(rosterOf(ids), wanted)).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test("it finds the same where all IDs are equally long", () => {
  const alike = fc.array(fc.string({ unit: fc.constantFrom("a", "b", rosterSeparator), minLength: 3, maxLength: 3 }), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(alike, fc.string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 3 }), (ids, text) => {
      const expected = ids.flatMap((id, at) => (id.includes(text) ? [at] : []));
      expect(positionsHolding(rosterOf(ids), text)).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});
