import type { Clock } from "../clock";
import { Window } from "../http/window";
import type { Exceeded } from "./problems";

/** What a project may use; `null` is no limit. Each text counts as a request, however many a call holds. */
export type GeminiQuotas = {
  requestsPerMinute: number | null;
  tokensPerMinute: number | null;
  requestsPerDay: number | null;
};

/** Tier 1, the first that is paid for. */
export const tierOne: GeminiQuotas = { requestsPerMinute: 3000, tokensPerMinute: 1_000_000, requestsPerDay: null };
/** Requests a minute up to which a project is taken for one of the free tier. */
const freeRequests = 100;

const minute = 60_000;
const pacificDay = new Intl.DateTimeFormat("en-CA", { timeZone: "America/Los_Angeles", dateStyle: "short" });

/** The quotas on sliding windows of 60 s, and one per day that is renewed at midnight Pacific time. */
export class Quota {
  #requests: Window | null;
  #tokens: Window | null;
  #day = "";
  #today = 0;

  constructor(
    readonly clock: Clock,
    readonly quotas: GeminiQuotas,
  ) {
    this.#requests = quotas.requestsPerMinute === null ? null : new Window(quotas.requestsPerMinute, minute);
    this.#tokens = quotas.tokensPerMinute === null ? null : new Window(quotas.tokensPerMinute, minute);
  }

  get tier(): "free" | "paid" {
    return (this.quotas.requestsPerMinute ?? Number.POSITIVE_INFINITY) <= freeRequests ? "free" : "paid";
  }

  /** Takes room for a call, or says which quota it would exceed; then it takes none. */
  take(model: string, texts: number, tokens: number): Exceeded | null {
    const now = this.clock.now();
    const day = pacificDay.format(now);
    if (day !== this.#day) {
      this.#day = day;
      this.#today = 0;
    }
    const { requestsPerDay } = this.quotas;
    if (requestsPerDay !== null && this.#today + texts > requestsPerDay) {
      return { quota: "requests-per-day", limit: requestsPerDay, model, retryAfterSeconds: 37 };
    }
    const waits = [
      { quota: "requests-per-minute", window: this.#requests, amount: texts },
      { quota: "tokens-per-minute", window: this.#tokens, amount: tokens },
    ] as const;
    for (const { quota, window, amount } of waits) {
      const ms = window?.waitFor(amount, now) ?? 0;
      if (window && ms > 0) return { quota, limit: window.limit, model, retryAfterSeconds: Math.ceil(ms / 10) / 100 };
    }
    this.#requests?.take(texts, now);
    this.#tokens?.take(tokens, now);
    this.#today += texts;
    return null;
  }

  used() {
    const now = this.clock.now();
    return {
      requestsInMinute: this.#requests?.used(now) ?? null,
      tokensInMinute: this.#tokens?.used(now) ?? null,
      requestsToday: this.#today,
    };
  }

  reset(): void {
    this.#requests = this.#requests && new Window(this.#requests.limit, minute);
    this.#tokens = this.#tokens && new Window(this.#tokens.limit, minute);
    this.#today = 0;
  }
}
