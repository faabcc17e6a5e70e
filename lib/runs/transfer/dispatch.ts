import { setTimeout as delay } from "node:timers/promises";
import type { Work } from "../compare/work";
import { Drained } from "../lifecycle/interruptions";

const beforeFirstWrite = 2;

/** Carries batches at the same time, as many as the process has slots for, and remembers what went wrong. */
export class Dispatch {
  private readonly failures: unknown[] = [];
  private readonly underWay = new Set<Promise<void>>();

  constructor(private readonly work: Work) {}

  /** Nothing new should be begun: the run was asked to stop, or something failed for good. */
  get stopped(): boolean {
    return this.failures.length > 0 || this.work.drain.aborted;
  }

  /** Until something was written, or nothing can be: so few batches that little is paid for at a door that stays shut. */
  private async opening(): Promise<void> {
    const { write } = this.work.doors;
    while (!write.tried && this.underWay.size >= beforeFirstWrite && !this.stopped)
      await Promise.race([write.open, ...this.underWay]);
  }

  /** Resolves once the batch has a slot, so that no more is read than can be transferred. */
  async send(transfer: () => Promise<void>): Promise<void> {
    const { slots, drain, held } = this.work;
    const { batchDelaySeconds } = held.settings;
    await this.opening();
    await slots.onSizeLessThan(1);
    const transferred = slots
      .add(async () => {
        if (this.stopped) return;
        this.work.doors.write.check();
        await transfer();
        if (batchDelaySeconds > 0) await delay(batchDelaySeconds * 1000, undefined, { signal: drain }).catch(() => {});
      })
      .catch((error: unknown) => {
        this.failures.push(error);
      })
      .finally(() => this.underWay.delete(transferred));
    this.underWay.add(transferred);
  }

  /** Waits for the batches under way. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay);
    if (this.failures.length > 0) return;
    await this.work.doors.embed.settle();
    await this.work.doors.write.settle();
  }

  /** Throws what stopped it, if anything did: a real failure says more than "asked to stop", which the others end with. */
  check(): void {
    if (this.failures.length === 0) return;
    throw this.failures.find((failure) => !(failure instanceof Drained)) ?? this.failures[0];
  }
}
