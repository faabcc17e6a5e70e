import { Cron } from "croner";
import { OperatorError } from "@/lib/operator-error";
import { isFiveFields } from "@/lib/shapes/schedules/cron";

/** Searching for a time that never comes takes as long as searching through centuries: each expression is tried once a process. */
const neverComes = new Set<string>();
const mostRemembered = 1000;

/**
 * When a schedule is due after `now`: five fields of cron, minutes first, in a time zone of the IANA database. Times that were
 * missed are not made up for one by one: the answer is always in the future.
 * @throws OperatorError `invalid-cron` for what isn't five fields (a date, a nickname), doesn't parse or never comes
 */
export function nextTime(cron: string, timezone: string, now: Date): Date {
  const next = comes(cron, timezone, now);
  if (next) return next;
  throw new OperatorError({
    kind: "usage",
    code: "invalid-cron",
    what: `${JSON.stringify(cron)} in the time zone ${JSON.stringify(timezone)} ${whyNot(cron, timezone)}.`,
    notLost: "Nothing was changed.",
    next: "Give five fields of cron (minute, hour, day of the month, month, day of the week), such as `0 3 * * *` for every night at 3:00, and a time zone such as Europe/Berlin.",
  });
}

function comes(cron: string, timezone: string, now: Date): Date | null {
  const key = `${timezone} ${cron}`;
  if (!isFiveFields(cron) || neverComes.has(key)) return null;
  let next: Date | null = null;
  try {
    next = new Cron(cron, { paused: true, timezone, mode: "5-part" }).nextRun(now);
  } catch {
    next = null;
  }
  if (next === null) {
    if (neverComes.size >= mostRemembered) neverComes.clear();
    neverComes.add(key);
  }
  return next;
}

function whyNot(cron: string, timezone: string): string {
  if (!isFiveFields(cron)) return "isn't five fields of cron";
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone });
  } catch {
    return "can't be kept to: there is no such time zone";
  }
  try {
    new Cron(cron, { paused: true, mode: "5-part" });
  } catch {
    return "isn't five fields of cron";
  }
  return "never comes";
}
