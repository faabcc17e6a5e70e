import { compareBytes, sortedByBytes } from "../byte-order";
import type { VectorRecord } from "../contract";

/** The records of one namespace. Writes may wait unseen until they are settled, as in an eventually consistent store. */
export class Space {
  private readonly visible = new Map<string, VectorRecord>();
  private readonly waiting = new Map<string, VectorRecord>();
  private order: string[] | null = null;

  constructor(private readonly sorted: boolean) {}

  get size(): number {
    return this.visible.size;
  }

  write(record: VectorRecord, seen: boolean): void {
    if (!seen) {
      this.waiting.set(record.id, record);
      return;
    }
    if (!this.visible.has(record.id)) this.order = null;
    this.visible.set(record.id, record);
  }

  settle(ids: readonly string[] = [...this.waiting.keys()]): void {
    for (const id of ids) {
      const record = this.waiting.get(id);
      if (record) this.write(record, true);
      this.waiting.delete(id);
    }
  }

  remove(id: string): void {
    this.waiting.delete(id);
    if (this.visible.delete(id)) this.order = null;
  }

  get(id: string): VectorRecord | undefined {
    return this.visible.get(id);
  }

  /** Every written record, settled or not: what the store holds in truth. */
  all(): VectorRecord[] {
    return [...new Map([...this.visible, ...this.waiting]).values()];
  }

  /** IDs in byte order, or scattered by a fixed shuffle when this store's listing is unordered. */
  ids(): string[] {
    this.order ??= this.sorted
      ? sortedByBytes([...this.visible.keys()])
      : [...this.visible.keys()].sort((a, b) => scatter(a) - scatter(b) || compareBytes(a, b));
    return this.order;
  }
}

function scatter(id: string): number {
  let hash = 2166136261;
  for (let index = 0; index < id.length; index++) hash = Math.imul(hash ^ id.charCodeAt(index), 16777619);
  return hash >>> 0;
}

/** A record that shares nothing with the one it was made of. */
export function copy({ values, ...head }: VectorRecord): VectorRecord {
  return { ...structuredClone(head), values: values.slice() };
}
