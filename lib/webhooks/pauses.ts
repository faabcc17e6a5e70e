const seconds = 1000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

/** From one attempt to the next: a receiver that is restarted misses nothing, one that is gone for a night neither. */
const pauses = [
  5 * seconds,
  30 * seconds,
  2 * minutes,
  10 * minutes,
  30 * minutes,
  hours,
  2 * hours,
  4 * hours,
  8 * hours,
] as const;

const units = [
  { ms: hours, name: "h" },
  { ms: minutes, name: "min" },
  { ms: seconds, name: "s" },
];

/** `5 s, 30 s, 2 min, ...`: for documents. */
export function pausesInWords(): string {
  return pauses
    .map((pause) => {
      const unit = units.find(({ ms }) => pause >= ms);
      return unit ? `${(pause / unit.ms).toString()} ${unit.name}` : `${pause} ms`;
    })
    .join(", ");
}

/** Attempts in all: the last one comes about 16 hours after the first. */
export const mostAttempts = pauses.length + 1;

/**
 * Milliseconds to wait after the given number of attempts, or `null` when it was the last one. Up to a tenth longer than planned, so
 * that what failed together isn't tried again together.
 */
export function pauseAfter(attempts: number, random: () => number = Math.random): number | null {
  const pause = pauses[Math.max(0, attempts - 1)];
  return pause === undefined ? null : Math.round(pause * (1 + random() / 10));
}
