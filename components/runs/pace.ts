import type { RunEvent, Sample } from "@/lib/shapes/runs/run";

export type Pace = {
  /** Seconds since 1970. */
  at: readonly number[];
  /** Records a second over the five seconds up to that moment; `null` where nothing ran: a pause, an outage. */
  written: readonly (number | null)[];
  peak: number;
};

/** Batches come by the hundred: a shorter window shows batches, not the pace. Milliseconds. */
const window = 5000;
/** Samples come each second, of old runs 600 times in their age: nothing ran where so many of them in a row are missing. */
const missing = 5;
/** So many where another worker came meanwhile: it may have taken the place of one that was stopped. */
const missingOfAnother = 2;
const samplesPerAge = 600;
/** Milliseconds between two samples. */
const often = 1000;

/** Steps of the rate's axis: whole numbers, so that no label comes twice. */
export const rateSteps = [1, 2, 5]
  .flatMap((digit) => Array.from({ length: 7 }, (_, power) => digit * 10 ** power))
  .sort((a, b) => a - b);

/** So many steps at most fit the height of the chart. */
const stepsShown = 3;

/** Where the rate's axis ends: at a step of its own that no value is beyond, so that its last label is never below the peak. */
export function axisEnd(peak: number): number {
  const most = Math.max(5, peak);
  const step = rateSteps.find((one) => most / one <= stepsShown) ?? most;
  return Math.ceil(most / step) * step;
}

/** When nothing ran right before, or may not have. */
export type Breaks = {
  /** When the run went on after a pause: however short that was, nothing ran before. */
  resumed?: readonly string[];
  /** When a worker joined, or took over from one that was lost. */
  joined?: readonly string[];
};

/** The breaks that a run's timeline tells of. */
export function breaksOf(timeline: readonly Pick<RunEvent, "code" | "at">[]): Breaks {
  const at = (...codes: string[]) => timeline.filter(({ code }) => codes.includes(code)).map((event) => event.at);
  return { resumed: at("resumed"), joined: at("worker-joined", "taken-over") };
}

/**
 * Records written a second, from samples that count from the run's start. A pair of samples at the same moment, and counts that
 * went down (a chunk taken back), give no rate; none is drawn across a time in which nothing ran, or nobody looked.
 */
export function paceOf(samples: readonly Sample[], { resumed = [], joined = [] }: Breaks = {}): Pace {
  const [resumedAt, joinedAt] = [resumed, joined].map((times) => times.map((at) => Date.parse(at)));
  const at: number[] = [];
  const written: (number | null)[] = [];
  let recent: Sample[] = [];
  let peak = 0;
  const began = Date.parse(samples[0]?.at ?? "");
  for (const sample of samples) {
    const now = Date.parse(sample.at);
    const last = recent.at(-1);
    if (last) {
      const passed = now - Date.parse(last.at);
      if (passed <= 0) continue;
      const within = (moment: number) => moment > now - passed && moment <= now;
      const usual = Math.max(often, (now - began) / samplesPerAge);
      const most = (joinedAt?.some(within) ? missingOfAnother : missing) * usual;
      if (resumedAt?.some(within) || passed > most) {
        at.push((Date.parse(last.at) + 1) / 1000);
        written.push(null);
        recent = [sample];
        continue;
      }
    }
    while (recent[1] && now - Date.parse(recent[0]?.at ?? "") > window) recent.shift();
    const [from] = recent;
    if (from) {
      const rate = Math.max(0, sample.written - from.written) / ((now - Date.parse(from.at)) / 1000);
      at.push(now / 1000);
      written.push(rate);
      peak = Math.max(peak, rate);
    }
    recent.push(sample);
  }
  return { at, written, peak };
}

/** Places of values that have no neighbour, of which a line shows nothing: a run's last sample after a pause. */
export const aloneAt = (values: readonly (number | null | undefined)[]): number[] =>
  values.flatMap((value, at) =>
    typeof value === "number" && values[at - 1] == null && values[at + 1] == null ? [at] : [],
  );
