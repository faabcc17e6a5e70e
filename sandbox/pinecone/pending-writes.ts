import type { Clock } from "../clock";
import type { StoredRecord } from "../storage/records";

type Hidden = { until: number; before: StoredRecord | null };
type Pending = { until: number; id: string };

/**
 * What readers don't see yet in one namespace. Writes are stored at once, because what was acknowledged must survive a
 * killed process; until they become visible, readers are shown what stood before. Memory is bounded by the writes of the delay.
 */
export class PendingWrites {
  readonly #hidden = new Map<string, Hidden>();
  #queue: Pending[] = [];
  #lags: { until: number; difference: number }[] = [];
  #sequence: { until: number; lsn: number }[] = [];
  #visibleLsn = 0;

  constructor(readonly clock: Clock) {}

  /** Remembers what stood before a write. A second write in the meantime keeps what readers see. */
  hide(id: string, before: StoredRecord | null, delayMs: number): void {
    this.#lift();
    const until = this.clock.now() + delayMs;
    const hidden = this.#hidden.get(id);
    this.#hidden.set(id, { until, before: hidden ? hidden.before : before });
    this.#queue.push({ until, id });
  }

  /** Shows at once what is stored. */
  reveal(id: string): void {
    this.#hidden.delete(id);
  }

  /** Remembers a write as a whole: when its sequence number is indexed and when statistics take notice. */
  note(lsn: number, difference: number, delayMs: number, statisticsMs: number): void {
    const now = this.clock.now();
    this.#sequence.push({ until: now + delayMs, lsn });
    if (difference !== 0) this.#lags.push({ until: now + statisticsMs, difference });
  }

  #lift(): void {
    const now = this.clock.now();
    let lifted = 0;
    for (const { until, id } of this.#queue) {
      if (until > now) break;
      lifted++;
      if ((this.#hidden.get(id)?.until ?? 0) <= now) this.#hidden.delete(id);
    }
    if (lifted > 0) this.#queue = this.#queue.slice(lifted);
  }

  /** `undefined`: nothing is hidden, what is stored is what is seen. */
  seen(id: string): StoredRecord | null | undefined {
    if (this.#hidden.size === 0) return undefined;
    this.#lift();
    return this.#hidden.get(id)?.before;
  }

  /** Deleted, but still seen: IDs in byte order. */
  ghosts(isStored: (id: string) => boolean): string[] {
    this.#lift();
    const ids: string[] = [];
    for (const [id, { before }] of this.#hidden) if (before !== null && !isStored(id)) ids.push(id);
    return ids.sort((left, right) => (left < right ? -1 : 1));
  }

  /** How much statistics are behind: add to the stored count. */
  lag(): number {
    const now = this.clock.now();
    this.#lags = this.#lags.filter(({ until }) => until > now);
    return this.#lags.reduce((sum, { difference }) => sum - difference, 0);
  }

  /** The last sequence number that readers see; `stored` when nothing is on its way. */
  indexedLsn(stored: number): number {
    const now = this.clock.now();
    while (this.#sequence[0] !== undefined && this.#sequence[0].until <= now) {
      this.#visibleLsn = this.#sequence.shift()?.lsn ?? this.#visibleLsn;
    }
    return this.#sequence.length === 0 ? stored : this.#visibleLsn;
  }

  /** Nothing is on its way: it may be forgotten. */
  get idle(): boolean {
    this.#lift();
    return this.#hidden.size === 0 && this.lag() === 0 && this.#sequence.length === 0;
  }
}
