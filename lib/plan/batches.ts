type Most = { count: number; size: number };

/** Collects items into batches of at most `most.count` items and `most.size` units (bytes, tokens), in order. */
export class Packer<T> {
  private batch: T[] = [];
  private size = 0;

  constructor(
    private readonly most: Most,
    private readonly sizeOf: (item: T) => number,
  ) {}

  /**
   * Takes an item; answers the batch that it didn't fit into any more, or `null`. An item larger than `most.size` alone
   * gets a batch of its own: whether it can be sent is for the receiver to say.
   */
  add(item: T): T[] | null {
    const size = this.sizeOf(item);
    const fits = this.batch.length < this.most.count && this.size + size <= this.most.size;
    const full = fits ? null : this.take();
    this.batch.push(item);
    this.size += size;
    return full;
  }

  /** What has been collected so far, or `null`; begins again. */
  take(): T[] | null {
    if (this.batch.length === 0) return null;
    const batch = this.batch;
    this.batch = [];
    this.size = 0;
    return batch;
  }
}

/** Cuts a list into batches as {@link Packer} does. */
export function packBatches<T>(items: readonly T[], most: Most, sizeOf: (item: T) => number): T[][] {
  const packer = new Packer<T>(most, sizeOf);
  const batches: T[][] = [];
  for (const item of items) {
    const full = packer.add(item);
    if (full) batches.push(full);
  }
  const rest = packer.take();
  if (rest) batches.push(rest);
  return batches;
}
