import fc from "fast-check";
import { expect, test } from "vitest";
import { nextPacificMidnight, pacificDay } from "./pacific-day";

test("names the day in California, not the one here", () => {
  expect(pacificDay(new Date("2026-11-21T07:59:59Z"))).toBe("2026-11-20");
  expect(pacificDay(new Date("2026-11-21T08:00:00Z"))).toBe("2026-11-21");
});

test.each([
  ["2026-11-21T12:00:00Z", "2026-11-22T08:00:00.000Z"],
  ["2026-11-01T07:30:00Z", "2026-11-02T08:00:00.000Z"],
  ["2026-03-08T08:30:00Z", "2026-03-09T07:00:00.000Z"],
])("after %s the next midnight there is %s", (now, midnight) => {
  expect(nextPacificMidnight(new Date(now)).toISOString()).toBe(midnight);
});

test("is always later, at most 25 hours, and the first moment of another day", () => {
  const moment = fc.date({ min: new Date("2025-01-01"), max: new Date("2030-01-01"), noInvalidDate: true });
  fc.assert(
    fc.property(moment, (now) => {
      const midnight = nextPacificMidnight(now);
      expect(midnight.getTime()).toBeGreaterThan(now.getTime());
      expect(midnight.getTime() - now.getTime()).toBeLessThanOrEqual(25 * 3_600_000);
      expect(pacificDay(midnight)).not.toBe(pacificDay(now));
      expect(pacificDay(new Date(midnight.getTime() - 1))).toBe(pacificDay(now));
    }),
  );
});
