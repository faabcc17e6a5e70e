import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkVector } from "./vector";

const float = fc.float({ noNaN: true, noDefaultInfinity: true, min: Math.fround(-1e6), max: Math.fround(1e6) });

describe("checkVector", () => {
  it("passes a vector on as it came when the service normalises", () => {
    expect(checkVector([0.1, -0.25, 3], 3, true)).toEqual({ ok: true, values: [0.1, -0.25, 3] });
  });

  it("brings a vector to length 1, in the shortest decimals of float32", () => {
    expect(checkVector([3, 4], 2, false)).toEqual({ ok: true, values: [0.6, 0.8] });
    fc.assert(
      fc.property(fc.array(float, { minLength: 2, maxLength: 40 }), (values) => {
        fc.pre(values.some((value) => Math.abs(value) > 1e-3));
        const checked = checkVector(values, values.length, false);
        if (!checked.ok) throw new Error(checked.detail);
        expect(Math.hypot(...checked.values)).toBeCloseTo(1, 5);
        const length = Math.hypot(...values);
        for (const [at, value] of checked.values.entries()) {
          // Zero has one sign only.
          expect(Math.fround(value)).toBe(Math.fround((values[at] ?? 0) / length) + 0);
          expect(String(value).replace(/^-?0\.0*|[.-]|e.*$/g, "").length).toBeLessThanOrEqual(9);
        }
      }),
    );
  });

  it("refuses a wrong length, anything that isn't a finite number, and all zeros", () => {
    for (const values of [
      [1],
      [1, 2, 3],
      [],
      [1, Number.NaN],
      [1, Number.POSITIVE_INFINITY],
      [1, null],
      [1, "2"],
      [0, -0],
    ]) {
      for (const normalised of [true, false]) {
        expect(checkVector(values, 2, normalised)).toMatchObject({ ok: false, reason: "vector-invalid" });
      }
    }
    expect(checkVector([1e200, 1e200], 2, false)).toMatchObject({ ok: false });
  });
});
