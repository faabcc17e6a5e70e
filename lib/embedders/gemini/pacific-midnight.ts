const pacific = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/Los_Angeles",
  hourCycle: "h23",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
  minute: "numeric",
  second: "numeric",
});

/** The wall clock of California at an instant, as if it were UTC: for arithmetic, not for showing. */
function wallClock(instant: number): number {
  const part = Object.fromEntries(pacific.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((instant % 1000) + 1000) % 1000);
}

/**
 * The next midnight in America/Los_Angeles, when Gemini's daily quotas are renewed (docs: "Rate limits": "Requests per day (RPD) quotas reset at midnight Pacific
 * time"). Clocks there change at 2 in the morning, so midnight comes exactly once a day.
 */
export function nextPacificMidnight(now: Date): Date {
  const wall = wallClock(now.getTime());
  const midnight = Math.floor(wall / 86_400_000) * 86_400_000 + 86_400_000;
  const offsetAt = (instant: number) => wallClock(instant) - instant;
  // The offset now may not be the one at midnight: correct by the offset there.
  const guess = midnight - offsetAt(now.getTime());
  return new Date(midnight - offsetAt(guess));
}
