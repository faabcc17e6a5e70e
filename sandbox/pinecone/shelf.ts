import type { Clock } from "../clock";
import type { Storage } from "../storage/open-storage";
import {
  createPlace,
  listPlaces,
  type NamedPlace,
  type PlaceRow,
  readPlace,
  removePlace,
  writePlace,
} from "../storage/places";
import {
  listIds,
  readHead,
  readRecord,
  recordKey,
  removeRecord,
  type StoredHead,
  type StoredRecord,
  writeRecord,
} from "../storage/records";
import { PendingWrites } from "./pending-writes";
import { Refusal } from "./problems";

export type Consistency = {
  /** Milliseconds until a write is seen by readers. */
  delayMs: number;
  /** Milliseconds until statistics count it. */
  statisticsMs: number;
};

/** One record's change: what to keep instead of `current`; `null` deletes, `undefined` leaves it alone. */
export type Change = { id: string; next(current: StoredRecord | null): StoredRecord | null | undefined };

export type Written = {
  lsn: number;
  changed: number;
  /** Bytes of what was overwritten: the service bills them. */
  replacedBytes: number;
};

const bytesOf = (record: StoredRecord | null) =>
  record === null ? 0 : record.fragment.length + (record.values?.length ?? 0);

/** Namespaces and their records as clients of the service see them: durable at once, visible after a delay. */
export class Shelf {
  readonly #pending = new Map<number, PendingWrites>();
  readonly #namespaces = new Map<string, number>();

  constructor(
    readonly storage: Storage,
    readonly clock: Clock,
    readonly consistency: Consistency,
    readonly namespaceLimit: number,
  ) {}

  #pendingIn(place: number): PendingWrites {
    const known = this.#pending.get(place);
    if (known) return known;
    if (this.#pending.size > 256)
      for (const [number, pending] of this.#pending) if (pending.idle) this.#pending.delete(number);
    const made = new PendingWrites(this.clock);
    this.#pending.set(place, made);
    return made;
  }

  /** Drops what is remembered of the storage, after it was emptied. */
  forget(): void {
    this.#pending.clear();
    this.#namespaces.clear();
  }

  place(index: string, namespace: string): NamedPlace | null {
    const row = readPlace(this.storage, index, namespace);
    return row === null ? null : { index, namespace, ...row };
  }

  places(index: string, options?: { after?: string; prefix?: string }): Generator<NamedPlace> {
    return listPlaces(this.storage, index, options);
  }

  /** Namespaces of the index; counted once, then kept. */
  namespaces(index: string): number {
    const known = this.#namespaces.get(index);
    if (known !== undefined) return known;
    let count = 0;
    for (const _ of this.places(index)) count++;
    this.#namespaces.set(index, count);
    return count;
  }

  /** Records as statistics count them. */
  count(place: NamedPlace): number {
    return place.count + (this.#pending.get(place.number)?.lag() ?? 0);
  }

  indexedLsn(place: NamedPlace): number {
    return this.#pending.get(place.number)?.indexedLsn(place.lsn) ?? place.lsn;
  }

  head(place: NamedPlace, id: string): StoredHead | null {
    const seen = this.#pending.get(place.number)?.seen(id);
    return seen === undefined ? readHead(this.storage, place.number, id) : seen;
  }

  record(place: NamedPlace, id: string): StoredRecord | null {
    const seen = this.#pending.get(place.number)?.seen(id);
    return seen === undefined ? readRecord(this.storage, place.number, id) : seen;
  }

  /** IDs that readers see, in byte order. */
  *ids(
    place: NamedPlace,
    options: { after?: string | undefined; prefix?: string | undefined } = {},
  ): Generator<string> {
    const pending = this.#pending.get(place.number);
    const { heads } = this.storage;
    const ghosts = (pending?.ghosts((id) => heads.doesExist(recordKey(place.number, id))) ?? []).filter(
      (id) => id > (options.after ?? "") && id.startsWith(options.prefix ?? ""),
    );
    for (const id of listIds(this.storage, place.number, options)) {
      for (let ghost = ghosts[0]; ghost !== undefined && ghost < id; ghost = ghosts[0]) {
        ghosts.shift();
        yield ghost;
      }
      if (pending?.seen(id) !== null) yield id;
    }
    yield* ghosts;
  }

  #room(index: string): void {
    if (this.namespaces(index) < this.namespaceLimit) return;
    throw new Refusal(
      "forbidden",
      `Request failed. You've reached the max namespaces allowed in index ${index} (${this.namespaceLimit}). To add more namespaces, delete unused ones or upgrade your plan.`,
    );
  }

  /** A transaction of which nothing stays when `work` throws; a plain one of LMDB's would keep what was put before. */
  async #atomically<T>(index: string, work: () => T): Promise<T> {
    try {
      return await this.storage.root.childTransaction(work);
    } catch (error) {
      this.#namespaces.delete(index);
      throw error;
    }
  }

  /** Creates an empty namespace. Refused when it exists already. */
  async create(index: string, namespace: string): Promise<void> {
    this.#room(index);
    await this.#atomically(index, () => {
      if (readPlace(this.storage, index, namespace) !== null) throw new Refusal("exists", "Namespace already exists");
      this.#createPlace(index, namespace);
    });
  }

  /** Inside a transaction only. Keeps the number of namespaces: counting them again would take longer with each. */
  #createPlace(index: string, namespace: string): PlaceRow {
    const known = this.#namespaces.get(index);
    if (known !== undefined) this.#namespaces.set(index, known + 1);
    return createPlace(this.storage, index, namespace);
  }

  /** Removes a namespace and its records; `false` when there was none. */
  async remove(index: string, namespace: string): Promise<boolean> {
    const removed = await this.#atomically(index, () => {
      const row = readPlace(this.storage, index, namespace);
      if (row === null) return false;
      for (const id of [...listIds(this.storage, row.number)]) removeRecord(this.storage, row.number, id);
      removePlace(this.storage, index, namespace);
      return true;
    });
    this.#namespaces.delete(index);
    return removed;
  }

  /**
   * Applies the changes in one transaction and resolves once they survive a killed process. The namespace is created when it is
   * missing. With `immediate` they are seen at once, as edits of the admin endpoint are.
   */
  async write(index: string, namespace: string, changes: readonly Change[], immediate = false): Promise<Written> {
    if (readPlace(this.storage, index, namespace) === null) this.#room(index);
    const { delayMs, statisticsMs } = immediate ? { delayMs: 0, statisticsMs: 0 } : this.consistency;
    return this.#atomically(index, () => {
      const row = readPlace(this.storage, index, namespace) ?? this.#createPlace(index, namespace);
      const pending = this.#pendingIn(row.number);
      let difference = 0;
      let changed = 0;
      let replacedBytes = 0;
      for (const { id, next } of changes) {
        const current = readRecord(this.storage, row.number, id);
        const wanted = next(current);
        if (wanted === undefined || (wanted === null && current === null)) continue;
        if (wanted === null) removeRecord(this.storage, row.number, id);
        else writeRecord(this.storage, row.number, id, wanted);
        changed++;
        difference += (wanted === null ? 0 : 1) - (current === null ? 0 : 1);
        replacedBytes += bytesOf(current);
        if (delayMs > 0) pending.hide(id, current, delayMs);
        else pending.reveal(id);
      }
      const lsn = row.lsn + 1;
      writePlace(this.storage, index, namespace, { number: row.number, count: row.count + difference, lsn });
      if (statisticsMs > 0 || delayMs > 0) pending.note(lsn, difference, delayMs, statisticsMs);
      return { lsn, changed, replacedBytes };
    });
  }
}
