import { setTimeout as delay } from "node:timers/promises";
import type { Work } from "../compare/work";
import { UnderWay } from "../pacing/under-way";

const beforeFirstWrite = 2;

/** Transfers batches at the same time, as many as the process has slots for, and remembers what went wrong. */
export class Dispatch {
  private readonly batches = new Set<Promise<void>>();
  private readonly underWay: UnderWay;

  constructor(private readonly work: Work) {
    this.underWay = new UnderWay(work.drain);
  }

  /** Nothing new should be begun. */
  get stopped(): boolean {
    return this.underWay.stopped;
  }

  /** Until something was written, or nothing can be: so few batches that little is paid for at a door that stays shut. */
  private async opening(): Promise<void> {
    const { write } = this.work.doors;
    while (!write.tried && this.batches.size >= beforeFirstWrite && !this.stopped)
      await Promise.race([write.open, ...this.batches]);
  }

  /** Resolves once the batch has a slot, so that no more is read than can be transferred. */
  async send(transfer: () => Promise<void>): Promise<void> {
    const { slots, drain, held } = this.work;
    const { batchDelaySeconds } = held.settings;
    await this.opening();
    await slots.onSizeLessThan(1);
    this.underWay.keep(
      this.batches,
      slots.add(async () => {
        if (this.stopped) return;
        this.work.doors.write.check();
        await transfer();
        if (batchDelaySeconds > 0) await delay(batchDelaySeconds * 1000, undefined, { signal: drain }).catch(() => {});
      }),
    );
  }

  /** Waits for the batches under way. */
  async settled(): Promise<void> {
    await Promise.all(this.batches);
    if (this.underWay.failed) return;
    await this.work.doors.embed.settle();
    await this.work.doors.write.settle();
  }

  /** Throws what stopped it, if anything did. */
  check(): void {
    this.underWay.check();
  }
}
