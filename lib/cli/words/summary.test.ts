import { expect, it } from "vitest";
import { planSentence, planState } from "./summary";

const counts = { total: 0, create: 0, update: 0, unchanged: 0, orphan: 0, problem: 0 };

it("says of a plan that somebody cancelled that it was cancelled, and of no other", () => {
  const plan = { state: "failed" as const, counts, namespaces: ["a"] };
  expect(planState(plan)).toBe("failed");
  expect(planState({ ...plan, cancelled: true })).toBe("cancelled");
  expect(planState({ ...plan, state: "no-changes" })).toBe("no changes");
  expect(planSentence(plan)).toMatch(/isn't finished/);
  expect(planSentence({ ...plan, cancelled: true })).toMatch(/was cancelled/);
});

it("says that there are no changes only of a plan whose sides showed all that they hold", () => {
  const plan = {
    kind: "mirror" as const,
    state: "ready" as const,
    counts: { ...counts, unchanged: 2 },
    namespaces: ["a"],
  };
  expect(planSentence(plan)).toMatch(/^No changes:/);
  const warnings = [{ code: "records-withheld", words: "Of the source only what it shows is known." }];
  expect(planSentence({ ...plan, warnings })).toMatch(/^There is nothing to create or update among the records/);
});
