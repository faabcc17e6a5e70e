import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { documentsSentence, effectOf } from "./clearance";

describe("documents in words", () => {
  it("says how many have no level, and when none or all have", () => {
    expect(documentsSentence({ total: 3000, without: 2300 })).toBe("2,300 of 3,000 documents have no level.");
    expect(documentsSentence({ total: 3000, without: 1 })).toBe("1 of 3,000 documents has no level.");
    expect(documentsSentence({ total: 3000, without: 0 })).toBe("Every document has a level.");
    expect(documentsSentence({ total: 1, without: 1 })).toBe("None of 1 document has a level.");
    expect(documentsSentence({ total: 0, without: 0 })).toBe("There are no documents.");
  });

  it("takes a number in quotes for that number, as the index does", () => {
    const counts = {
      total: 6,
      with: 5,
      without: 1,
      values: [
        { value: "1", count: 2 },
        { value: 3, count: 3 },
      ],
      otherValues: 0,
    };
    expect(effectOf(counts, 1)).toEqual({ set: 1, right: 2, others: [{ value: 3, count: 3 }], other: 3 });
  });

  it("loses no document between what is set, right and other", () => {
    const count = fc.nat(1000);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 5 })),
        fc.array(count, { minLength: 6, maxLength: 6 }),
        count,
        (levels, sizes, without) => {
          const values = levels.map((value, at) => ({ value, count: sizes[at] ?? 0 }));
          const having = values.reduce((sum, value) => sum + value.count, 0);
          const effect = effectOf({ total: having + without, with: having, without, values, otherValues: 0 }, 1);
          return effect.set + effect.right + effect.other === having + without;
        },
      ),
    );
  });
});
