/** A sliding window: at most `limit` in any `spanMs`. What was refused takes no room. */
export class Window {
  readonly #taken: { at: number; amount: number }[] = [];
  #first = 0;
  #sum = 0;

  constructor(
    readonly limit: number,
    readonly spanMs: number,
  ) {}

  #slide(now: number): void {
    while (this.#first < this.#taken.length) {
      const oldest = this.#taken[this.#first];
      if (oldest === undefined || oldest.at > now - this.spanMs) break;
      this.#sum -= oldest.amount;
      this.#first++;
    }
    if (this.#first > 1024 && this.#first * 2 > this.#taken.length) {
      this.#taken.splice(0, this.#first);
      this.#first = 0;
    }
  }

  /** Milliseconds until `amount` fits; 0 when it does now. An amount above the limit waits a whole span. */
  waitFor(amount: number, now: number): number {
    this.#slide(now);
    let excess = this.#sum + amount - this.limit;
    if (excess <= 0) return 0;
    for (let at = this.#first; at < this.#taken.length; at++) {
      const oldest = this.#taken[at];
      if (oldest === undefined) break;
      excess -= oldest.amount;
      if (excess <= 0) return Math.max(1, oldest.at + this.spanMs - now);
    }
    return this.spanMs;
  }

  take(amount: number, now: number): void {
    this.#taken.push({ at: now, amount });
    this.#sum += amount;
  }

  /** Taken in the span that ends now. */
  used(now: number): number {
    this.#slide(now);
    return this.#sum;
  }
}
