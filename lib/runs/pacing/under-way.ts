import { Drained } from "../lifecycle/interruptions";

/** What is done side by side, and what went wrong with it: the first failure stops what would be begun after it. */
export class UnderWay {
  private readonly failures: unknown[] = [];

  constructor(private readonly drain: AbortSignal) {}

  /** Nothing new should be begun: the run was asked to stop, or something failed for good. */
  get stopped(): boolean {
    return this.failed || this.drain.aborted;
  }

  get failed(): boolean {
    return this.failures.length > 0;
  }

  /** Keeps work among others until it ends, and what it fails with. */
  keep(among: Set<Promise<void>>, work: Promise<void>): void {
    const kept = work
      .catch((error: unknown) => {
        this.failures.push(error);
      })
      .finally(() => among.delete(kept));
    among.add(kept);
  }

  /** Throws what stopped it, if anything did: a real failure says more than "asked to stop", which the others end with. */
  check(): void {
    if (this.failed) throw this.failures.find((failure) => !(failure instanceof Drained)) ?? this.failures[0];
  }
}
