import { expect, it } from "vitest";
import { planStateOf, runsInTarget } from "./change";

const counts = { total: 3, create: 0, update: 0, unchanged: 3, orphan: 0, problem: 0 };

it("asks for no review of a plan that holds nothing to apply, and says which plan took another's place", () => {
  const plan = { kind: "mirror" as const, state: "ready" as const, supersededBy: null };
  expect(planStateOf({ ...plan, counts })).toBe("Nothing to apply");
  expect(planStateOf({ ...plan, counts: { ...counts, problem: 2 } })).toBe("Nothing to apply");
  expect(planStateOf({ ...plan, counts: { ...counts, update: 1 } })).toBe("Needs review");
  expect(planStateOf({ ...plan, state: "planning", counts })).toBe("Analysing");
  expect(planStateOf({ ...plan, kind: "reembed", counts: { ...counts, create: 1 } })).toBe("Can be started");
  expect(planStateOf({ ...plan, supersededBy: "plan-2", counts })).toBe("Superseded by plan-2");
  expect(planStateOf({ ...plan, state: "failed", counts })).toBe("Failed");
  expect(planStateOf({ ...plan, state: "failed", cancelled: true, counts })).toBe("Cancelled");
});

it("says that something is run in the target only of a plan with something left to apply, or that was applied", () => {
  const plan = { state: "ready" as const, counts: { ...counts, create: 2 }, excluded: { create: 0, update: 0 } };
  expect(runsInTarget(plan)).toBe(true);
  expect(runsInTarget({ ...plan, excluded: { create: 2, update: 0 } })).toBe(false);
  expect(runsInTarget({ ...plan, counts })).toBe(false);
  expect(runsInTarget({ ...plan, counts, state: "applied" })).toBe(true);
});
