import type { Sample } from "@/lib/shapes/run";

export type Pace = {
  /** Seconds since 1970. */
  at: readonly number[];
  /** Records a second up to that moment, since the one before. */
  written: readonly number[];
  unchanged: readonly number[];
  peak: number;
  mean: number;
};

/**
 * Records a second between samples that count from the run's start. A pair of samples at the same moment, and counts that
 * went down (a chunk taken back), give no rate.
 */
export function paceOf(samples: readonly Sample[]): Pace {
  const at: number[] = [];
  const written: number[] = [];
  const unchanged: number[] = [];
  let before: Sample | undefined;
  for (const sample of samples) {
    const seconds = before ? (Date.parse(sample.at) - Date.parse(before.at)) / 1000 : 0;
    if (before && seconds > 0) {
      at.push(Date.parse(sample.at) / 1000);
      written.push(Math.max(0, sample.written - before.written) / seconds);
      unchanged.push(Math.max(0, sample.unchanged - before.unchanged) / seconds);
    }
    if (!before || seconds > 0) before = sample;
  }
  const [first, last] = [samples[0], before];
  const span = first && last ? (Date.parse(last.at) - Date.parse(first.at)) / 1000 : 0;
  const done = first && last ? last.written + last.unchanged - first.written - first.unchanged : 0;
  const peak = at.reduce((most, _, index) => Math.max(most, (written[index] ?? 0) + (unchanged[index] ?? 0)), 0);
  return { at, written, unchanged, peak, mean: span > 0 ? Math.max(0, done) / span : 0 };
}
