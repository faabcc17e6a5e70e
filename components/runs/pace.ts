import type { Sample } from "@/lib/shapes/run";

export type Pace = {
  /** Seconds since 1970. */
  at: readonly number[];
  /** Records a second over the five seconds up to that moment. */
  written: readonly number[];
  peak: number;
  mean: number;
};

/** Batches come by the hundred: a shorter window shows batches, not the pace. Milliseconds. */
const window = 5000;

/**
 * Records written a second, from samples that count from the run's start. A pair of samples at the same moment, and counts that
 * went down (a chunk taken back), give no rate.
 */
export function paceOf(samples: readonly Sample[]): Pace {
  const at: number[] = [];
  const written: number[] = [];
  const recent: Sample[] = [];
  for (const sample of samples) {
    const now = Date.parse(sample.at);
    const last = recent.at(-1);
    if (last && now <= Date.parse(last.at)) continue;
    while (recent[1] && now - Date.parse(recent[0]?.at ?? "") > window) recent.shift();
    const [from] = recent;
    if (from) {
      const seconds = (now - Date.parse(from.at)) / 1000;
      at.push(now / 1000);
      written.push(Math.max(0, sample.written - from.written) / seconds);
    }
    recent.push(sample);
  }
  const [first, last] = [samples[0], recent.at(-1)];
  const span = first && last ? (Date.parse(last.at) - Date.parse(first.at)) / 1000 : 0;
  const done = first && last ? last.written - first.written : 0;
  return { at, written, peak: Math.max(0, ...written), mean: span > 0 ? Math.max(0, done) / span : 0 };
}
