import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accounted, outcomeSentence, partsOfOutcome, progressOf, verifiedSentence } from "./run";

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
        verified: { ok: 9, partly: 0, incomplete: 1, nothing: 0, failed: 1, pending: 2 },
      }),
    ).toBe("Of 13 namespaces: 9 verified, 1 not verified, 1 incomplete, 2 still to be read back.");
    expect(
      verifiedSentence({
        namespaceTotal: 1,
        verified: { ok: 0, partly: 0, incomplete: 0, nothing: 1, failed: 0, pending: 0 },
      }),
    ).toBe("Of 1 namespace: 0 verified, 1 with nothing to verify.");
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
