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
