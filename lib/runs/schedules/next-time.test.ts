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

  it("says what is expected of a date, and what stands against a time zone and a day that never comes", () => {
    const said = (cron: string, zone = "UTC") => {
      try {
        return String(nextTime(cron, zone, at("2026-11-20T00:00:00Z")));
      } catch (error) {
        return isOperatorError(error) ? `${error.what} ${error.next}` : String(error);
      }
    };
    expect(said("2027-01-01T00:00:00")).toMatch(/isn't five fields of cron\. Give five fields/);
    expect(said("0 0 30 2 *")).toContain("never comes");
    expect(said("0 3 * * *", "Atlantis/Capital")).toContain("no such time zone");
  });

  it("refuses what doesn't parse, what never comes, and unknown time zones", () => {
    for (const [cron, zone] of [
      ["every night", "UTC"],
      ["* * * * * *", "UTC"],
      ["0 0 30 2 *", "UTC"],
      ["0 3 * * *", "Atlantis/Capital"],
      ["2027-01-01T00:00:00", "UTC"],
      ["2027-01-01 00:00:00", "UTC"],
      ["@daily", "UTC"],
      ["", "UTC"],
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
