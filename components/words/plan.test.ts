import { describe, expect, it } from "vitest";
import { lineOfPlan, partsOfPlan, partsSentence, planSentences, remainingWords } from "./plan";

const counts = { total: 0, create: 0, update: 0, unchanged: 0, orphan: 0, problem: 0 };

describe("a plan in words", () => {
  it("says what changes, what cannot, what is kept, and that nothing is deleted", () => {
    const plan = {
      namespaces: ["a", "b", "c"],
      counts: { ...counts, create: 1204, update: 37, orphan: 18, problem: 5 },
    };
    expect(planSentences(plan).join(" ")).toBe(
      "Portage will create 1,204 and update 37 records in 3 namespaces. 5 records cannot be migrated. 18 exist only in the target and will be kept. Nothing will be deleted.",
    );
  });

  it("says that there is nothing to do, and names a single namespace", () => {
    expect(planSentences({ namespaces: [""], counts: { ...counts, unchanged: 1 } }).join(" ")).toBe(
      "No changes in the default namespace: there is nothing to create. 1 record is already there and left alone. Nothing will be deleted.",
    );
  });

  it("of a mirroring says that nothing differs, unless something differs and can't be applied", () => {
    const plan = { kind: "mirror" as const, namespaces: ["a"] };
    expect(planSentences({ ...plan, counts: { ...counts, unchanged: 12, orphan: 1 } }).join(" ")).toBe(
      "No differences in namespace a: the target has everything as the source has it. 12 records are identical. 1 exists only in the target and will be kept. Nothing will be deleted.",
    );
    expect(planSentences({ ...plan, counts: { ...counts, problem: 1 } })[0]).toBe(
      "No differences in namespace a that can be applied.",
    );
  });

  it("never says that nothing differs where a side may hold more than it shows", () => {
    const warnings = [{ code: "records-withheld", words: "Of the source only what it shows is known." }];
    const plan = { kind: "mirror" as const, namespaces: ["a"], counts: { ...counts, unchanged: 12 } };
    expect(planSentences({ ...plan, warnings })[0]).toBe(
      "There is nothing to write among the records that were listed in namespace a.",
    );
  });

  it("counts what was excluded apart, and speaks of what was applied as of the past", () => {
    const plan = { kind: "mirror" as const, namespaces: ["a"], counts: { ...counts, update: 15 } };
    const excluded = { create: 0, update: 1 };
    expect(planSentences({ ...plan, excluded }).slice(0, 2)).toEqual([
      "Portage will update 14 records in namespace a.",
      "Of 15 changes, 1 is excluded and stays unchanged.",
    ]);
    expect(planSentences({ ...plan, excluded, state: "applied" })[0]).toBe(
      "Applied: the plan was to update 14 records in namespace a.",
    );
    expect(planSentences({ ...plan, excluded: { create: 0, update: 15 } })[0]).toBe(
      "Nothing will be written in namespace a.",
    );
  });

  it("takes what was excluded out of the picture too", () => {
    const plan = { counts: { ...counts, create: 3, update: 163 }, excluded: { create: 0, update: 153 } };
    expect(partsOfPlan(plan)).toMatchObject({ create: 3, update: 10 });
  });

  it("shows nothing of a plan that is applied or superseded as still to be done in a list", () => {
    const plan = { counts: { ...counts, create: 3, update: 163, orphan: 2 }, excluded: { create: 1, update: 0 } };
    expect(lineOfPlan({ ...plan, state: "ready" })).toMatchObject({ parts: { create: 2, update: 163 }, remaining: 1 });
    for (const state of ["applied", "superseded"] as const) {
      const over = lineOfPlan({ ...plan, state });
      expect(over).toMatchObject({ parts: { orphan: 2 }, remaining: 166 });
      expect([over.parts.create, over.parts.update]).toEqual([undefined, undefined]);
    }
  });

  it("writes one record in the singular, and shows only the ends of a very long name", () => {
    const sentence = planSentences({ namespaces: ["n".repeat(462)], counts: { ...counts, create: 2, update: 1 } })[0];
    expect(sentence).toBe(
      `Portage will create 2 and update 1 record in namespace ${"n".repeat(40)}…${"n".repeat(12)}.`,
    );
  });

  it("reads the picture aloud", () => {
    expect(partsSentence({ written: 4096, unchanged: 3, problem: 12 }, "run", 5, remainingWords)).toBe(
      "4,096 written, 3 unchanged, 12 skipped, failed or changed since review, 5 remaining",
    );
  });
});
