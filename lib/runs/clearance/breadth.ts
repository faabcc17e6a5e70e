/** Refusals of one burst count once. Milliseconds. */
const shrinkAtMostEveryMs = 1000;
/** Rounds of answers without a refusal before one more request is tried at a time. */
const roundsBeforeGrowth = 4;

/**
 * How many requests are under way at once: halved when the server refuses for want of room (429, circuit breaker), and one more
 * again after some rounds of answers. Between 1 and `most`, where it begins.
 */
export class Breadth {
  private width: number;
  private answers = 0;
  private shrunkAt = Number.NEGATIVE_INFINITY;

  /** @param onChange hears of each new width */
  constructor(
    private readonly most: number,
    private readonly onChange: (width: number) => void = () => {},
    private readonly now: () => number = () => performance.now(),
  ) {
    this.width = most;
  }

  get current(): number {
    return this.width;
  }

  throttled(): void {
    this.answers = 0;
    const now = this.now();
    if (now - this.shrunkAt < shrinkAtMostEveryMs) return;
    this.shrunkAt = now;
    this.change(Math.max(1, Math.floor(this.width / 2)));
  }

  answered(): void {
    if (this.width >= this.most || ++this.answers < this.width * roundsBeforeGrowth) return;
    this.answers = 0;
    this.change(this.width + 1);
  }

  private change(width: number): void {
    if (width === this.width) return;
    this.width = width;
    this.onChange(width);
  }
}
