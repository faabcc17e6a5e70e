import { expect, it } from "vitest";
import { nextTimes } from "./next-times";

const now = new Date("2026-10-23T12:00:00Z");

it("tells the next times by the clocks of the zone, also when they are changed", () => {
  // Where commas stand differs from one version of Unicode's words to the next.
  const words = nextTimes("0 3 * * *", "Europe/Berlin", now)?.map((text) => text.replaceAll(",", ""));
  expect(words).toEqual(["Sat 24 Oct 03:00", "Sun 25 Oct 03:00", "Mon 26 Oct 03:00"]);
});

it("tells nothing of what doesn't parse, never comes, or has no zone", () => {
  for (const [cron, zone] of [
    ["nightly", "UTC"],
    ["* * * * * *", "UTC"],
    ["0 0 30 2 *", "UTC"],
    ["0 3 * * *", "Mars/Olympus"],
    ["0 3 * * *", ""],
  ] as const)
    expect(nextTimes(cron, zone, now), cron).toBeNull();
});
