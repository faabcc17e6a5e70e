import { seeded } from "./random";

/** A mean over questions, with bounds each of which the true mean passes in one case of twenty. */
export type Interval = { mean: number; low: number; high: number; n: number; method: "bootstrap" | "t" };

/** Below it, resampling knows too little of how values are spread: its bounds are too narrow. */
export const leastForBootstrap = 50;
export const resamples = 2000;

export const meanOf = (values: readonly number[]): number =>
  values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * The mean with one-sided 95 % bounds. From 50 values on by the percentile bootstrap over questions (Efron and Tibshirani, "An Introduction to the
 * Bootstrap", 1993, chapter 13), never over hits, which depend on one another; below by Student's t. `null` without values.
 */
export function intervalOf(values: readonly number[], seed = 1, times = resamples): Interval | null {
  const n = values.length;
  if (n === 0) return null;
  const mean = meanOf(values);
  if (n < leastForBootstrap) {
    const half = n === 1 ? Number.POSITIVE_INFINITY : (tBound(n - 1) * deviationOf(values)) / Math.sqrt(n);
    return { mean, low: mean - half, high: mean + half, n, method: "t" };
  }
  const random = seeded(seed);
  const sample = Float64Array.from(values);
  const means = new Float64Array(times);
  for (let time = 0; time < times; time++) {
    let sum = 0;
    for (let draw = 0; draw < n; draw++) sum += sample[Math.floor(random() * n)] ?? 0;
    means[time] = sum / n;
  }
  means.sort();
  return {
    mean,
    low: means[Math.floor(0.05 * times)] ?? mean,
    high: means[Math.ceil(0.95 * times) - 1] ?? mean,
    n,
    method: "bootstrap",
  };
}

export function deviationOf(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

/** What 95 % of Student's t lie below, by the expansion of Cornish and Fisher around 1.645 (Abramowitz and Stegun, 26.7.5); within 1 % from 3 degrees on. */
export function tBound(degrees: number): number {
  const z = 1.6448536269514722;
  const exact: Record<number, number> = { 1: 6.314, 2: 2.92 };
  const known = exact[degrees];
  if (known !== undefined) return known;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / degrees + second / degrees ** 2 + third / degrees ** 3;
}

/** Where an interval stands to what is asked: all of it above, all of it below, or on both sides. */
export function stands({ low, high }: Interval, threshold: number): "above" | "below" | "astride" {
  if (low >= threshold) return "above";
  return high < threshold ? "below" : "astride";
}

/** How many questions would settle it, about: as many as bring the bound to the threshold. `null` where no number does. */
export function questionsToSettle(values: readonly number[], threshold: number): number | null {
  const distance = Math.abs(meanOf(values) - threshold);
  if (distance < 1e-3) return null;
  return Math.ceil(((1.645 * deviationOf(values)) / distance) ** 2);
}

/** Values at these shares of the sorted ones, between two by their distance. */
export function quantiles(values: readonly number[], shares: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return shares.map((share) => {
    const place = share * (sorted.length - 1);
    const [below, above] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
    return below + (above - below) * (place - Math.floor(place));
  });
}
