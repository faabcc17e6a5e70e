import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bothBefore, bothByCounts, bothById, knownParts, partsOfCounts, standingParts } from "./namespace-parts";

const exact = (value: number) => ({ value, exact: true });
const comparison = { create: 2, update: 3, problem: 1, orphan: 4, compared: true, changedSince: false, at: "" };

describe("a namespace as a bar", () => {
  it("splits two counts so that each side adds up again", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (source, target) => {
        const parts = partsOfCounts(source, target);
        return parts.create + parts.unchanged === source && parts.orphan + parts.unchanged === target;
      }),
    );
  });

  it("is done only in what was compared and found equal", () => {
    const sides = { source: exact(20), target: exact(22) };
    expect(knownParts({ ...sides, comparison })).toMatchObject({
      parts: { create: 2, update: 3, problem: 1, orphan: 4, unchanged: 14 },
      remaining: 0,
    });
  });

  it("has no part that is done where only counts or IDs are known, or where it changed since", () => {
    const sides = { source: exact(20), target: exact(22) };
    const counted = { parts: { create: 0, update: 0, orphan: 2, problem: 0 }, remaining: 20, rest: bothByCounts };
    expect(knownParts(sides)).toEqual(counted);
    expect(knownParts({ ...sides, comparison: { ...comparison, changedSince: true } })).toEqual(counted);
    const byId = knownParts({ ...sides, comparison: { ...comparison, compared: false } });
    expect(byId).toMatchObject({ remaining: 14, rest: bothById });
    expect(byId.parts).not.toHaveProperty("unchanged");
    const before = standingParts({ ...comparison, unchanged: 14, changedSince: true });
    expect(before).toMatchObject({ remaining: 14, rest: bothBefore });
    expect(before.parts).not.toHaveProperty("unchanged");
  });
});
