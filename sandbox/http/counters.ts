import { z } from "zod";

const tallySchema = z.object({
  /** Requests that arrived, whatever came of them. */
  calls: z.number(),
  /** Answered with 2xx. */
  answered: z.number(),
  /** Answered with 429, by a quota or a fault. */
  throttled: z.number(),
  /** Answered with another error. */
  refused: z.number(),
  /** Spoilt by a fault in any way. */
  faulted: z.number(),
  /** Records (or texts) that took effect or were sent. */
  records: z.number(),
  bytesIn: z.number(),
  bytesOut: z.number(),
});

export type Tally = z.infer<typeof tallySchema>;

/** Calls by scope (an index, `control`, `models`) and route. */
export const tallies = z.record(z.string(), z.record(z.string(), tallySchema));
export type Tallies = z.infer<typeof tallies>;

const nothing: Tally = {
  calls: 0,
  answered: 0,
  throttled: 0,
  refused: 0,
  faulted: 0,
  records: 0,
  bytesIn: 0,
  bytesOut: 0,
};

/** Counts what a stand-in is asked for. Kept across restarts by whoever owns it: `changed` says that there is something to keep. */
export class Counters {
  #tallies: Tallies;
  changed = false;

  constructor(kept: Tallies = {}) {
    this.#tallies = kept;
  }

  add(scope: string, route: string, amounts: Partial<Tally>): void {
    const routes = this.#tallies[scope] ?? {};
    const tally = routes[route] ?? { ...nothing };
    this.#tallies[scope] = routes;
    routes[route] = tally;
    tally.calls += amounts.calls ?? 0;
    tally.answered += amounts.answered ?? 0;
    tally.throttled += amounts.throttled ?? 0;
    tally.refused += amounts.refused ?? 0;
    tally.faulted += amounts.faulted ?? 0;
    tally.records += amounts.records ?? 0;
    tally.bytesIn += amounts.bytesIn ?? 0;
    tally.bytesOut += amounts.bytesOut ?? 0;
    this.changed = true;
  }

  all(): Tallies {
    return this.#tallies;
  }

  reset(): void {
    this.#tallies = {};
    this.changed = true;
  }
}
