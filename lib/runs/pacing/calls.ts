import { setTimeout as delay } from "node:timers/promises";
import { type FailureCode, isServiceFailure, retryable, type ServiceFailure } from "@/lib/failures";
import { Drained, WaitUntil } from "../lifecycle/interruptions";
import type { Wait } from "../lifecycle/wait-board";
import type { Allowance, Quotas } from "./quota";

/** First pause after a failed call; doubled by each further failure up to `longestPauseMs`, with up to half of it at random. */
const firstPauseMs = 200;
const longestPauseMs = 30_000;
/**
 * How often the run meets such an answer before it stops. One that can't be read may come from a proxy that is mended soon; a listing that
 * is out of order twice more will be so for good.
 */
const most: Partial<Record<FailureCode, number>> = { malformed: 10, disorder: 3 };
/** An index whose data plane isn't there yet is waited for this long. */
const longestUnreadyMs = 60_000;
/** A service that doesn't answer is waited for this long before the run stops (and can be resumed). */
const longestOutageMs = 24 * 3_600_000;
/** Waits shorter than this aren't worth a word on the page, unless the same call has failed before: then it is told for so long at least. */
const worthTellingMs = 1000;
const toldForMs = 3000;

export type Paced = { allowance: Allowance; units: number };

export type MakeOptions = {
  /** The first attempt was paced already, by {@link Calls.pace}. */
  paid?: boolean;
  /** Asked after each failure that may pass: whether to try again. Without it, that is always done. */
  goOn?: (failure: ServiceFailure, attempt: number) => Promise<boolean>;
};

export type CallsOptions = {
  quotas: Quotas;
  /** Stop taking up new work: cuts waits, not requests. */
  drain: AbortSignal;
  /** Cut requests too. */
  abort: AbortSignal;
  /** Called when a wait begins (`until` in ms since 1970) and with `null` when work goes on. */
  onWait: (wait: Wait | null) => void;
  /** `pauseMs` until the next attempt; `null`: it goes on in parts. */
  onTrouble: (failure: ServiceFailure, attempt: number, pauseMs: number | null) => void;
};

/** Makes calls that keep to the quotas and outlast whatever passes by itself. */
export class Calls {
  constructor(private readonly options: CallsOptions) {}

  /**
   * Makes the call, again and again while it fails in a way that may pass.
   * @throws ServiceFailure when trying again is of no use, WaitUntil when an allowance is used up for long, Drained when asked to stop
   */
  async make<T>(
    paced: readonly Paced[],
    call: (signal: AbortSignal) => Promise<T>,
    { paid = false, goOn }: MakeOptions = {},
  ): Promise<T> {
    const began = Date.now();
    const met = new Map<FailureCode, number>();
    let after: string | undefined;
    for (let attempt = 1; ; attempt++) {
      if (!paid || attempt > 1) await this.pace(paced, after);
      try {
        return await call(this.options.abort);
      } catch (error) {
        if (!isServiceFailure(error)) throw error;
        if (this.options.abort.aborted) throw new Drained();
        const times = (met.get(error.code) ?? 0) + 1;
        met.set(error.code, times);
        if (times >= (most[error.code] ?? Number.POSITIVE_INFINITY)) throw error;
        const longestMs = error.code === "not-ready" ? longestUnreadyMs : longestOutageMs;
        if (!retryable[error.code] || Date.now() - began > longestMs) throw error;
        if (goOn && !(await goOn(error, attempt))) throw error;
        if (error.code === "exhausted") {
          const words = `${error.service}'s ${error.quota ?? "allowance"}`;
          throw new WaitUntil(error.until ?? new Date(Date.now() + 3_600_000), words);
        }
        after = error.code === "throttled" ? undefined : `${troubleWords(error)}, attempt ${attempt + 1}`;
        await this.recover(error, attempt, paced);
      }
    }
  }

  /** Notes a failure after which the call isn't made again as it was, but in parts. */
  noteSplit(failure: ServiceFailure, attempt: number): void {
    this.options.onTrouble(failure, attempt, null);
  }

  /**
   * Waits until the quotas allow it, and takes from them.
   * @param after what a call waits for that has failed before: the service, not the allowance that its next attempt takes its turn in
   * @throws Drained, WaitUntil
   */
  async pace(paced: readonly Paced[], after?: string): Promise<void> {
    if (this.options.drain.aborted) throw new Drained();
    let told = false;
    await Promise.all(
      paced.map(({ allowance, units }) =>
        this.options.quotas.take(allowance, units, this.options.drain, (ms, words) => {
          if (ms < worthTellingMs) return;
          told = true;
          const until = Date.now() + ms;
          this.options.onWait(after === undefined ? { words, until } : { words: after, until, trouble: true });
        }),
      ),
    );
    if (told) this.options.onWait(null);
  }

  private async recover(failure: ServiceFailure, attempt: number, paced: readonly Paced[]): Promise<void> {
    const pauseMs = pauseAfter(attempt, failure.retryAfterMs);
    this.options.onTrouble(failure, attempt, pauseMs);
    const first = paced[0];
    if (failure.code === "throttled" && first) {
      // The whole allowance is blocked, not just this call: the next round of pacing waits for it.
      const of =
        paced.find((candidate) => failure.quota !== undefined && candidate.allowance.words.endsWith(failure.quota)) ??
        first;
      await this.options.quotas.refused(
        of.allowance,
        pauseMs,
        failure.quota ? `${failure.service}'s ${failure.quota}` : of.allowance.words,
      );
      return;
    }
    if (pauseMs >= worthTellingMs || attempt > 1) {
      this.options.onWait({
        words: `${troubleWords(failure)}, attempt ${attempt + 1}`,
        until: Date.now() + (attempt > 1 ? Math.max(pauseMs, toldForMs) : pauseMs),
        trouble: true,
      });
    }
    await delay(pauseMs, undefined, { signal: this.options.drain }).catch(() => {
      throw new Drained();
    });
    this.options.onWait(null);
  }
}

/** `Gemini (HTTP 503: The model is overloaded.)` */
function troubleWords({ service, status, message }: ServiceFailure): string {
  const told = status === undefined || message.includes(String(status)) ? message : `HTTP ${status}: ${message}`;
  return `${service} (${told})`;
}

/** Milliseconds before the next attempt: what the service asked for, else exponential with jitter. */
export function pauseAfter(
  attempt: number,
  retryAfterMs: number | undefined,
  random: () => number = Math.random,
): number {
  const ceiling = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempt - 1, 20));
  const own = ceiling / 2 + (ceiling / 2) * random();
  return retryAfterMs === undefined ? own : Math.max(retryAfterMs, 1) + own / 10;
}
