import { describe, expect, it } from "vitest";
import { isOperatorError } from "@/lib/operator-error";
import { nextTime } from "./next-time";

const at = (text: string) => new Date(text);

describe("when a schedule is due", () => {
  it("comes after now, never at it or before", () => {
    expect(nextTime("0 3 * * *", "UTC", at("2026-11-20T02:59:59Z"))).toEqual(at("2026-11-20T03:00:00Z"));
    expect(nextTime("0 3 * * *", "UTC", at("2026-11-20T03:00:00Z"))).toEqual(at("2026-11-21T03:00:00Z"));
  });

  it("keeps to the clocks of its time zone, also when they are changed", () => {
    expect(nextTime("0 3 * * *", "Europe/Berlin", at("2026-10-24T12:00:00Z"))).toEqual(at("2026-10-25T02:00:00Z"));
    expect(nextTime("0 3 * * *", "Europe/Berlin", at("2026-10-23T12:00:00Z"))).toEqual(at("2026-10-24T01:00:00Z"));
  });

  it("refuses what doesn't parse, what never comes, and unknown time zones", () => {
    for (const [cron, zone] of [
      ["every night", "UTC"],
      ["* * * * * *", "UTC"],
      ["0 0 30 2 *", "UTC"],
      ["0 3 * * *", "Atlantis/Capital"],
    ] as const) {
      let thrown: unknown;
      try {
        nextTime(cron, zone, at("2026-11-20T00:00:00Z"));
      } catch (error) {
        thrown = error;
      }
      expect(isOperatorError(thrown) && thrown.code, cron).toBe("invalid-cron");
    }
  });
});
