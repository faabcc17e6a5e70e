import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { niceTop, stepPath } from "./plot-geometry";

const frame = { width: 100, height: 20 };

describe("the path of differences over time", () => {
  it("holds each value until the next one is known", () => {
    const points = [
      { at: 0, value: 10 },
      { at: 50, value: 0 },
      { at: 100, value: 5 },
    ];
    expect(stepPath(points, frame)).toBe("M0 0H50V20H100V10");
  });

  it("is nothing without points, and level with one", () => {
    expect(stepPath([], frame)).toBe("");
    expect(stepPath([{ at: 7, value: 3 }], frame)).toBe("M0 0H100");
    expect(stepPath([{ at: 7, value: 0 }], frame)).toBe("M0 20H100");
  });

  it("stays within its frame and moves to the right only", () => {
    const point = fc.record({ at: fc.nat(1e6), value: fc.nat(1e9) });
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 50 }), (unsorted) => {
        const path = stepPath(
          unsorted.sort((a, b) => a.at - b.at),
          frame,
        );
        const across = [...path.matchAll(/[MH]([\d.]+)/g)].map(([, x]) => Number(x));
        const down = [...path.matchAll(/[V ]([\d.]+)/g)].map(([, y]) => Number(y));
        return across.every((x, at) => x >= (across[at - 1] ?? 0) && x <= 100) && down.every((y) => y >= 0 && y <= 20);
      }),
    );
  });
});

it("scales end at 1, 2 or 5 times a power of ten, no more than five times too high", () => {
  expect([0, 1, 3, 7, 20, 4100].map(niceTop)).toEqual([1, 1, 5, 10, 20, 5000]);
  fc.assert(fc.property(fc.integer({ min: 1, max: 1e9 }), (high) => niceTop(high) >= high && niceTop(high) < 5 * high));
});
