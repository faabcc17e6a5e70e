/** Numbers from 0 to 1 that a seed alone decides (mulberry32, Tommy Ettinger): what is sampled can be sampled again. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Keeps `size` of however many items come by, each with the same chance (Vitter's algorithm R). */
export class Reservoir<T> {
  readonly kept: T[] = [];
  #seen = 0;

  constructor(
    private readonly size: number,
    private readonly random: () => number,
  ) {}

  offer(item: T): void {
    this.#seen++;
    if (this.kept.length < this.size) {
      this.kept.push(item);
      return;
    }
    const at = Math.floor(this.random() * this.#seen);
    if (at < this.size) this.kept[at] = item;
  }
}
