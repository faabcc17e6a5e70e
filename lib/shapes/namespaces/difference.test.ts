import { describe, expect, it } from "vitest";
import { differenceFigure, differenceOf, differenceSentence } from "./difference";

const count = (value: number) => ({ value, exact: true });
const row = (source: number, target: number, of?: Partial<Parameters<typeof compared>[0]>) => ({
  source: count(source),
  target: count(target),
  ...(of ? { comparison: compared(of) } : {}),
});
const compared = (of: {
  create?: number;
  update?: number;
  problem?: number;
  compared?: boolean;
  changedSince?: boolean;
}) => ({
  create: 0,
  update: 0,
  problem: 0,
  orphan: 0,
  compared: true,
  changedSince: false,
  at: "2030-01-01T00:00:00.000Z",
  ...of,
});

describe("the word for a difference", () => {
  it("is never in sync by counts alone", () => {
    expect(differenceOf(row(1902, 1902)).word).toBe("counts-equal");
    expect(differenceFigure(row(1902, 1902))).toEqual({ figure: "counts equal", note: "not compared" });
    expect(differenceFigure(row(208, 193))).toEqual({ figure: "+15 by counts", note: "not compared" });
    expect(differenceSentence(row(193, 233))).toBe("Not compared; 40 more in the target by counts");
  });

  it("counts records that differ or are missing, whatever the counts are", () => {
    const lab = row(208, 193, { create: 45, update: 163 });
    expect(differenceFigure(lab)).toEqual({ figure: "208", note: "+45 ~163" });
    expect(differenceSentence(lab)).toBe("208 records differ or are missing");
    expect(differenceFigure(row(208, 233, {}))).toEqual({ figure: "0", note: "in sync" });
  });

  it("tells what wasn't compared, and what changed since", () => {
    expect(differenceOf(row(5, 5, { compared: false })).word).toBe("unchecked");
    expect(differenceSentence(row(503, 203, { changedSince: true }))).toBe(
      "Changed since the last comparison: 300 fewer in the target by counts",
    );
    expect(differenceFigure(row(5, 5, { changedSince: true })).figure).toBe("counts equal");
    expect(differenceSentence(row(5, 5, { changedSince: true }))).toBe(
      "Changed since the last comparison; counts equal",
    );
  });
});
