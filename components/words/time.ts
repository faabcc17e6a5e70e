import { durationWords } from "./figures";

const stamp = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
});
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const shortClock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const dayAndHour = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});
const dayAndSecond = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

/** Date and time in the reader's zone. */
export function absoluteWords(at: string): string {
  return stamp.format(new Date(at));
}

/** The hour alone, for what happened today: a log line. */
export function clockWords(at: string): string {
  return clock.format(new Date(at));
}

/** Hours and minutes, for when counts were read. */
export function hourWords(at: string): string {
  return shortClock.format(new Date(at));
}

/** The ends of an axis of time: day, month, hour and minute; seconds too where the ends differ by nothing else, one label where by less. */
export function spanWords(from: string, to: string): [from: string, to: string] {
  for (const precision of [dayAndHour, dayAndSecond]) {
    const ends = [precision.format(new Date(from)), precision.format(new Date(to))] as const;
    if (ends[0] !== ends[1]) return [...ends];
  }
  return [dayAndSecond.format(new Date(from)), ""];
}

const daySeconds = 86_400;
const dayAlone = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

/** What an axis of time shows: a single moment stands in the middle of its day, since the chart would go on for a thousand of them. */
export function daysOf(moments: ArrayLike<number>, whole: [from: number, to: number]): [from: number, to: number] {
  const only = moments.length === 1 ? moments[0] : undefined;
  return only === undefined ? whole : [only - daySeconds / 2, only + daySeconds / 2];
}

/** Labels of an axis of time, in seconds since 1970: the day, and the hour where they are less than a day apart. */
export function axisWords(seconds: readonly number[]): string[] {
  const [first = 0, second = first + daySeconds] = seconds;
  const precision = second - first < daySeconds ? dayAndHour : dayAlone;
  return seconds.map((each) => precision.format(new Date(each * 1000)));
}

/** `just now`, `18 s ago`, `4 min ago`, `3 h ago`, `2 d ago`, then the date. */
export function relativeWords(at: string, now: number): string {
  const seconds = Math.round((now - new Date(at).getTime()) / 1000);
  if (seconds < -5) return `in ${durationWords(-seconds).split(" ").slice(0, 2).join(" ")}`;
  if (seconds < 5) return "just now";
  if (seconds >= 7 * 86_400) return day.format(new Date(at));
  return `${durationWords(seconds).split(" ").slice(0, 2).join(" ")} ago`;
}

/** Seconds from `from` to `to`, or to `now` while it lasts. */
export function secondsBetween(from: string, to: string | null, now: number): number {
  return Math.max(0, ((to === null ? now : new Date(to).getTime()) - new Date(from).getTime()) / 1000);
}
