import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ClearancePlan } from "@/lib/shapes/documents/clearance";
import { clearanceSentences, documentsSentence, effectOf, overwritten, partsOfClearance, setWords } from "./clearance";

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

describe("the plan of a clearance in words", () => {
  const none = { total: 0, set: 0, right: 0, overwritten: 0, kept: 0, unreadable: 0, otherValues: [], beyondList: 0 };
  const clearance = (summary: Partial<ClearancePlan["summary"]>, more: Partial<ClearancePlan> = {}): ClearancePlan => ({
    target: ["documents"],
    indices: ["documents"],
    field: "clearance_level",
    kind: "integer",
    value: 1,
    namespaceField: "namespace",
    namespaces: ["a"],
    documents: "missing",
    overwrite: false,
    summary: { ...none, ...summary },
    ...more,
  });
  const counts = { total: 0, create: 0, update: 0, unchanged: 0, orphan: 0, problem: 0 };

  it("says what is set, what has the level already and what keeps another", () => {
    const plan = { counts: { ...counts, create: 175 }, clearance: clearance({ right: 16, kept: 12 }) };
    expect(clearanceSentences(plan).join(" ")).toBe(
      "Portage will set clearance_level to 1 on 175 documents in namespace a. 16 documents have 1 already. 12 documents have another level and keep it. Nothing else of a document changes.",
    );
    expect(partsOfClearance(plan)).toEqual({ create: 175, update: 0, unchanged: 28, orphan: 0, problem: 0 });
    expect(overwritten(plan)).toBeNull();
  });

  it("names each level that would be overwritten, loudly", () => {
    const otherValues = [
      { value: 3, count: 279 },
      { value: "2", count: 191 },
    ];
    const plan = {
      counts: { ...counts, create: 2, update: 475, problem: 1 },
      excluded: { create: 0, update: 5 },
      clearance: clearance({ overwritten: 475, otherValues, beyondList: 5 }, { namespaces: "all", overwrite: true }),
    };
    expect(overwritten(plan)).toEqual({
      sentence: "475 documents will be overwritten with 1",
      levels: otherValues,
      beyond: 5,
    });
    expect(clearanceSentences(plan).slice(0, 3)).toEqual([
      "Portage will set clearance_level to 1 on 2 documents and overwrite another level with 1 in 470 documents in all namespaces.",
      "Of 477 changes, 5 are excluded and stay unchanged.",
      "1 document can't be set.",
    ]);
    expect(setWords({ create: 2, update: 470 }, "1")).toBe("Set 2 and overwrite 470 documents with 1");
  });

  it("tells nothing to do from nothing there, and from what can't be done", () => {
    const first = (more: Partial<typeof counts>) =>
      clearanceSentences({ counts: { ...counts, ...more }, clearance: clearance({}, { namespaces: ["a", "b"] }) })[0];
    expect(first({ total: 9, unchanged: 9 })).toBe("No changes: every document in 2 namespaces has a level.");
    expect(first({ total: 1, problem: 1 })).toBe("No changes in 2 namespaces that can be applied.");
  });
});
