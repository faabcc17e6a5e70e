import { setTimeout as delay } from "node:timers/promises";
import { Drained } from "../lifecycle/interruptions";

/** Requests are cut to this share of a second's documents, so that a limit is kept evenly and a new one is felt soon. */
const portionSeconds = 0.25;

const portionOf = (limit: number) => Math.max(1, Math.floor(limit * portionSeconds));

export type Clock = {
  /** Milliseconds since whenever. */
  now(): number;
  /** Ends early, without an error, when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
};

const realClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => {}),
};

/**
 * Keeps to a limit of documents a second that may change at any moment, also while somebody waits. By the generic cell rate algorithm
 * without bursts: in any stretch of time at most `limit` documents a second and one portion are let through. For one caller at a time.
 */
export class Pace {
  private freeAt = Number.NEGATIVE_INFINITY;
  private waiting: AbortController | null = null;

  /** @param limit documents a second; `null`: none */
  constructor(
    private limit: number | null,
    private readonly clock: Clock = realClock,
  ) {}

  /** The limit from now on. Nobody waits longer for it than a portion takes. */
  set(limit: number | null): void {
    if (limit === this.limit) return;
    this.limit = limit;
    const now = this.clock.now();
    if (limit !== null) this.freeAt = Math.min(this.freeAt, now + (portionOf(limit) / limit) * 1000);
    this.waiting?.abort();
  }

  /**
   * Waits until something may be sent; answers how many of so many documents that is. `onWait` hears of each wait, in milliseconds.
   * @throws Drained
   */
  async take(documents: number, drain: AbortSignal, onWait: (ms: number) => void = () => {}): Promise<number> {
    for (;;) {
      if (drain.aborted) throw new Drained();
      const { limit } = this;
      if (limit === null) return documents;
      const now = this.clock.now();
      if (this.freeAt <= now) {
        const granted = Math.min(documents, portionOf(limit));
        this.freeAt = now + (granted / limit) * 1000;
        return granted;
      }
      onWait(this.freeAt - now);
      await this.wait(this.freeAt - now, drain);
    }
  }

  private async wait(ms: number, drain: AbortSignal): Promise<void> {
    const waiting = new AbortController();
    const stop = () => waiting.abort();
    this.waiting = waiting;
    drain.addEventListener("abort", stop, { once: true });
    try {
      await this.clock.sleep(ms, waiting.signal);
    } finally {
      drain.removeEventListener("abort", stop);
      this.waiting = null;
    }
  }
}
