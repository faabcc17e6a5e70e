import { Cron } from "croner";
import { isFiveFields } from "@/lib/shapes/schedules/cron";

/**
 * The next times that five fields of cron mean in a time zone, as texts of that zone's clocks; `null` for what doesn't parse or never
 * comes. The server decides by the same library.
 */
export function nextTimes(cron: string, timezone: string, now: Date, count = 3): string[] | null {
  if (!isFiveFields(cron)) return null;
  try {
    const times = new Cron(cron, { paused: true, timezone, mode: "5-part" }).nextRuns(count, now);
    const words = new Intl.DateTimeFormat("en-GB", {
      weekday: "short",
      day: "numeric",
      month: "short",
      hour: "2-digit",
      minute: "2-digit",
      timeZone: timezone,
    });
    return times.length === 0 ? null : times.map((time) => words.format(time));
  } catch {
    return null;
  }
}
