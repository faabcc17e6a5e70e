import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextPacificMidnight } from "./pacific-midnight";

const next = (iso: string) => nextPacificMidnight(new Date(iso)).toISOString();

describe("nextPacificMidnight", () => {
  it("is 8 hours behind UTC in winter and 7 in summer", () => {
    expect(next("2026-11-20T12:00:00Z")).toBe("2026-11-21T08:00:00.000Z");
    expect(next("2026-07-01T12:00:00Z")).toBe("2026-07-02T07:00:00.000Z");
  });

  it("crosses the days on which clocks change", () => {
    expect(next("2026-03-08T09:30:00Z")).toBe("2026-03-09T07:00:00.000Z");
    expect(next("2026-03-08T07:59:59Z")).toBe("2026-03-08T08:00:00.000Z");
    expect(next("2026-11-01T07:30:00Z")).toBe("2026-11-02T08:00:00.000Z");
    expect(next("2026-11-01T06:59:59Z")).toBe("2026-11-01T07:00:00.000Z");
  });

  it("is the following day's at midnight itself", () => {
    expect(next("2026-11-21T08:00:00Z")).toBe("2026-11-22T08:00:00.000Z");
    expect(next("2026-11-21T07:59:59.999Z")).toBe("2026-11-21T08:00:00.000Z");
  });

  it("always shows 00:00:00 there, within 25 hours", () => {
    const clock = new Intl.DateTimeFormat("en-GB", { timeZone: "America/Los_Angeles", timeStyle: "medium" });
    fc.assert(
      fc.property(fc.date({ min: new Date("2010-01-01"), max: new Date("2100-01-01"), noInvalidDate: true }), (now) => {
        const midnight = nextPacificMidnight(now);
        expect(clock.format(midnight)).toBe("00:00:00");
        const wait = midnight.getTime() - now.getTime();
        expect(wait).toBeGreaterThan(0);
        expect(wait).toBeLessThanOrEqual(25 * 3_600_000);
      }),
    );
  });
});
