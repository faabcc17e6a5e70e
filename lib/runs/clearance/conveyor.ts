import { Drained } from "../lifecycle/interruptions";
import { UnderWay } from "../pacing/under-way";
import type { Breadth } from "./breadth";

/** Batches whose outcomes are being written down while the next are sent: bounds memory when the database is slow. */
const notedAtOnce = 16;

/** Requests under way and outcomes being written down, both bounded. Remembers what went wrong. */
export class Conveyor {
  private readonly sending = new Set<Promise<void>>();
  private readonly noting = new Set<Promise<void>>();
  private readonly underWay: UnderWay;

  constructor(
    private readonly breadth: Pick<Breadth, "current">,
    private readonly drain: AbortSignal,
  ) {
    this.underWay = new UnderWay(drain);
  }

  /** Nothing new should be begun. */
  get stopped(): boolean {
    return this.underWay.stopped;
  }

  /** Resolves once the batch is on its way, so that no more is read than can be transferred. */
  async send(transfer: () => Promise<void>): Promise<void> {
    while (!this.stopped && this.sending.size >= this.breadth.current) await Promise.race(this.sending);
    while (!this.stopped && this.noting.size >= notedAtOnce) await Promise.race(this.noting);
    if (!this.stopped) this.underWay.keep(this.sending, transfer());
  }

  /** Outcomes on their way to the database: the room of their request is free for the next. */
  note(written: Promise<void>): void {
    this.underWay.keep(this.noting, written);
  }

  /** Waits for all that is under way. */
  async settled(): Promise<void> {
    while (this.sending.size + this.noting.size > 0) await Promise.all([...this.sending, ...this.noting]);
  }

  /** Throws what stopped it, if anything did. */
  check(): void {
    this.underWay.check();
    if (this.drain.aborted) throw new Drained();
  }
}
