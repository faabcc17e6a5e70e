import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { headingOf, verdictOf } from "@/lib/shapes/runs/verdict-words";
import {
  accounted,
  feedWords,
  outcomeSentence,
  partsOfOutcome,
  progressOf,
  verifiedSentence,
  withoutVerdict,
} from "./run";

const outcome = { written: 4096, unchanged: 0, skipped: 12, failed: 0, drifted: 0 };

describe("a run in words", () => {
  it("says what was not done as clearly as what was", () => {
    expect(outcomeSentence({ state: "succeeded-with-findings", total: 4108, expected: 4100, outcome })).toBe(
      "4,096 written, 12 skipped, 0 failed: 4,108 of 4,108 processed.",
    );
  });

  it("names index statistics as approximate until the listing is complete", () => {
    expect(outcomeSentence({ state: "running", total: null, expected: 9000, outcome })).toContain("of about 9,000");
    expect(outcomeSentence({ state: "running", total: null, expected: null, outcome })).toContain("so far");
  });

  it("says of a read-back check what matched, what did not, and what is still to come", () => {
    expect(
      verifiedSentence({
        namespaceTotal: 13,
        verified: { ok: 9, sampled: 0, partly: 0, incomplete: 1, nothing: 0, failed: 1, pending: 2 },
      }),
    ).toBe("Of 13 namespaces: 9 verified, 1 not verified, 1 incomplete, 2 still to be read back.");
    expect(
      verifiedSentence({
        namespaceTotal: 1,
        verified: { ok: 0, sampled: 0, partly: 0, incomplete: 0, nothing: 1, failed: 0, pending: 0 },
      }),
    ).toBe("Of 1 namespace: 0 verified, 1 with nothing to verify.");
  });

  it("says that it polls only while there is somebody to ask", () => {
    expect(feedWords("polling", false)).toContain("polling");
    expect(feedWords("polling", true)).not.toContain("polling");
    expect(feedWords("live", true)).not.toContain("Live");
    expect(feedWords("over", true)).toBe("");
  });

  it("misses a verdict only where one is to be expected", () => {
    expect(withoutVerdict({ kind: "reembed" }, { state: "done" })).toBe("Not verified");
    expect(withoutVerdict({ kind: "reembed" }, { state: "running" })).toBe("–");
    expect(withoutVerdict({ kind: "plan" }, { state: "done" })).toBe("–");
  });

  it("says which of what is verified rests on a sample", () => {
    const rest = { partly: 0, incomplete: 0, nothing: 0, failed: 0, pending: 0 };
    const words = (ok: number, sampled: number) =>
      verifiedSentence({ namespaceTotal: ok, verified: { ok, sampled, ...rest } });
    expect(words(3, 0)).toBe("Of 3 namespaces: 3 verified.");
    expect(words(3, 3)).toBe("Of 3 namespaces: 3 verified by a sample.");
    expect(words(3, 1)).toBe("Of 3 namespaces: 3 verified (1 of them by a sample).");
  });

  it("loses no record between the figures, the picture and the progress", () => {
    const number = fc.nat(1e6);
    fc.assert(
      fc.property(
        fc.record({ written: number, unchanged: number, skipped: number, failed: number, drifted: number }),
        number,
        (each, more) => {
          const sum = accounted(each);
          const parts = partsOfOutcome(each);
          const progress = progressOf({ total: sum + more, expected: null, outcome: each });
          expect(parts.written + parts.unchanged + parts.problem).toBe(sum);
          expect(progress.done + progress.remaining).toBe(sum + more);
        },
      ),
    );
  });
});

describe("a verdict's heading", () => {
  const found = {
    ...{ nothing: false, words: "", mismatches: [], missing: 0, explainedMissing: 0, arrivedLater: 0, orphans: 0 },
    ...{ source: { count: 5000, exact: true }, target: { count: 5000, exact: true }, sampleMismatches: 0 },
    ...{ sampled: 200, comparable: 5000 },
  };

  it("says that it rests on a sample, unless every record was compared", () => {
    expect(headingOf(verdictOf(found))).toBe("verified by a sample of 200");
    expect(headingOf(verdictOf({ ...found, sampled: 5000 }))).toBe("verified");
    expect(headingOf(verdictOf({ ...found, missing: 1 }))).toBe("not verified");
  });
});
