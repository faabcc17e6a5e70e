import { describe, expect, it } from "vitest";
import type { ClearancePlan } from "@/lib/shapes/documents/clearance";
import { clearanceQuestion, clearanceSentence, preconditionLine, valuesInWords } from "./clearance-words";

const clearance: ClearancePlan = {
  ...{ target: ["documents"], indices: ["documents"], field: "clearance_level", kind: "integer", value: 1 },
  ...{ namespaceField: "namespace", namespaces: "all", documents: "every", overwrite: true },
  summary: {
    ...{ total: 10, set: 3, right: 2, overwritten: 4, kept: 0, unreadable: 1, beyondList: 0 },
    otherValues: [
      { value: 3, count: 3 },
      { value: "high", count: 1 },
    ],
  },
};
const counts = { total: 10, create: 3, update: 4, unchanged: 2, orphan: 0, problem: 1 };

describe("a plan over documents in words", () => {
  it("says loudly what would be overwritten, per value", () => {
    expect(clearanceSentence({ counts, clearance })).toBe(
      "Portage will set clearance_level to 1 in 3 documents without a value. It will overwrite another value in 4 documents: 3 in 3 documents, \"high\" in 1 document. 2 are right already. 1 document can't be set: a list, an object, or a value that isn't indexed stands there (--unindexed overwrites such values). Nothing else in a document changes, and nothing is deleted.",
    );
    expect(clearanceQuestion(clearance, 3, 4)).toBe(
      "Set clearance_level to 1 in 3 documents without a value and in 4 documents, overwriting another value?",
    );
  });

  it("says when there is nothing to do, and what is kept", () => {
    const summary = { total: 1, set: 0, right: 0, overwritten: 0, kept: 1, unreadable: 0, beyondList: 0 };
    const kept = { ...clearance, overwrite: false, summary: { ...summary, otherValues: [{ value: 3, count: 1 }] } };
    const nothing = { ...counts, total: 1, create: 0, update: 0, unchanged: 1, problem: 0 };
    expect(clearanceSentence({ counts: nothing, clearance: kept })).toBe(
      "No changes: there is no document to set clearance_level to 1 in. 1 document with another value is kept as it is (3 in 1 document). Nothing else in a document changes, and nothing is deleted.",
    );
  });

  it("names a bounded number of values, safely on a terminal", () => {
    const values = Array.from({ length: 12 }, (_, value) => ({ value: `\u001b[3${value}m`, count: 2 }));
    const words = valuesInWords(values, 5);
    expect(words).not.toContain("\u001b");
    expect(words).toMatch(/, others in 9 documents$/);
  });

  it("puts a precondition with what to do into one line", () => {
    const found = { level: "warn", code: "x", what: "It is so.", next: "Do this.", indices: [], offer: null } as const;
    expect(preconditionLine({ ...found, indices: [] })).toBe("Warning: It is so. Do this.");
  });
});
