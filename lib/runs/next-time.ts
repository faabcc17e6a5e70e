import { Cron } from "croner";
import { OperatorError } from "@/lib/operator-error";

/**
 * When a schedule is due after `now`: five fields of cron, minutes first, in a time zone of the IANA database. Times that were
 * missed are not made up for one by one: the answer is always in the future.
 * @throws OperatorError `invalid-cron` for what doesn't parse or never comes
 */
export function nextTime(cron: string, timezone: string, now: Date): Date {
  let next: Date | null = null;
  try {
    next = new Cron(cron, { paused: true, timezone, mode: "5-part" }).nextRun(now);
  } catch {
    next = null;
  }
  if (next) return next;
  throw new OperatorError({
    kind: "usage",
    code: "invalid-cron",
    what: `${JSON.stringify(cron)} in the time zone ${JSON.stringify(timezone)} is no time that comes.`,
    notLost: "Nothing was changed.",
    next: "Give five fields of cron, such as `0 3 * * *` for every night at 3:00, and a time zone such as Europe/Berlin.",
  });
}
