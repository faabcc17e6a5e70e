import { describe, expect, test, vi } from "vitest";
import { expectedOf } from "./matrix-expected.suite";
import { outcomesOf } from "./matrix-run.suite";
import { notAsked, services } from "./matrix-troubles.suite";

/** Waits are real, and short. */
vi.mock("node:timers/promises", async (original) => {
  const real = await original<typeof import("node:timers/promises")>();
  const shortened: typeof real.setTimeout = (ms = 0, ...rest) => real.setTimeout(ms >= 100 ? ms / 400 : ms, ...rest);
  return { ...real, setTimeout: shortened };
});

describe.each(["mirror plan", "apply"] as const)("%s", (operation) => {
  test.each(services)("%s: every trouble ends with the right word and exit code", async (service) => {
    const expected = expectedOf(operation, service);
    if (notAsked(operation, service) !== null) expect(new Set(Object.values(expected))).toEqual(new Set(["-"]));
    else expect(await outcomesOf(operation, service)).toEqual(expected);
  });
});
