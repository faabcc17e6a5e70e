import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { overLimits } from "./limits";

const plan = (create: number, update: number, usd = 0, problem = 0, excluded = { create: 0, update: 0 }) => ({
  counts: { total: create + update + problem, create, update, unchanged: 0, orphan: 0, problem },
  excluded,
  estimate: { usd: { total: usd } },
});

describe("limits of what is applied by itself", () => {
  it("names every limit that is passed, and only those", () => {
    expect(overLimits(plan(5, 1204, 2.5, 1), { maxCreates: 5, maxUpdates: 500, maxUsd: 1 })).toEqual([
      "1,204 updated records exceed the limit of 500",
      "about $2.5 exceeds the limit of $1",
      "1 record can't be migrated",
    ]);
    expect(overLimits(plan(5, 500, 1, 1), { maxCreates: 5, maxUpdates: 500, maxUsd: 1, allowProblems: true })).toEqual(
      [],
    );
  });

  it("takes 0 for none at all", () => {
    expect(overLimits(plan(0, 1), { maxUpdates: 0 })).toEqual(["1 updated record exceeds the limit of 0"]);
    expect(overLimits(plan(0, 0), { maxUpdates: 0, maxCreates: 0, maxUsd: 0 })).toEqual([]);
  });

  it("counts what would be applied: excluded changes don't", () => {
    const count = fc.nat(1_000_000);
    fc.assert(
      fc.property(count, count, count, (create, out, most) => {
        const excluded = { create: Math.min(create, out), update: 0 };
        const over = overLimits(plan(create, 0, 0, 0, excluded), { maxCreates: most });
        expect(over.length > 0).toBe(create - excluded.create > most);
      }),
    );
  });
});
