import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accounted, outcomeSentence, partsOfOutcome, progressOf } from "./run";

const outcome = { written: 4096, unchanged: 0, skipped: 12, failed: 0, drifted: 0 };

describe("a run in words", () => {
  it("says what was not done as clearly as what was", () => {
    expect(outcomeSentence({ state: "succeeded-with-findings", total: 4108, expected: 4100, outcome })).toBe(
      "4,096 written, 12 skipped, 0 failed: 4,108 of 4,108 accounted for.",
    );
  });

  it("names index statistics as approximate until the listing is complete", () => {
    expect(outcomeSentence({ state: "running", total: null, expected: 9000, outcome })).toContain("of about 9,000");
    expect(outcomeSentence({ state: "running", total: null, expected: null, outcome })).toContain("so far");
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
          expect(parts.create + parts.unchanged + parts.problem).toBe(sum);
          expect(progress.done + progress.remaining).toBe(sum + more);
        },
      ),
    );
  });
});
