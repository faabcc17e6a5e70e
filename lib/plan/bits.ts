import { bitsIn } from "./bits-in-byte";

/** Bytes of which one sum is kept, to find a place among the marked. */
const stride = 2048;

/**
 * Which of a plan's changes of one kind are meant, a bit each in the order of lists, the highest bit of a byte first as in PostgreSQL's
 * bit strings: ten million are 1.25 MB, and two such sets are intersected in a millisecond.
 */
export class Bits {
  #sums: Uint32Array | null = null;

  private constructor(
    readonly size: number,
    readonly bytes: Uint8Array,
  ) {}

  static none(size: number): Bits {
    return new Bits(size, new Uint8Array(Math.ceil(size / 8)));
  }

  /** All from `from` up to, not including, `end`. */
  static range(size: number, from: number, end: number): Bits {
    const bits = Bits.none(size);
    bits.markRange(from, end);
    return bits;
  }

  mark(at: number): void {
    this.bytes[at >> 3] = (this.bytes[at >> 3] ?? 0) | (128 >> (at & 7));
    this.#sums = null;
  }

  markRange(from: number, end: number): void {
    const [first, last] = [Math.min(end, Math.ceil(from / 8) * 8), Math.max(from, Math.floor(end / 8) * 8)];
    for (let at = from; at < first; at++) this.mark(at);
    if (last > first) this.bytes.fill(255, first >> 3, last >> 3);
    for (let at = Math.max(first, last); at < end; at++) this.mark(at);
    this.#sums = null;
  }

  /** Marks as the bytes of a part say, which begins at a multiple of eight. What lies beyond the size is left out. */
  put(from: number, part: Uint8Array): void {
    const room = this.bytes.length - (from >> 3);
    if (room <= 0) return;
    this.bytes.set(part.subarray(0, room), from >> 3);
    const over = this.size & 7;
    const last = this.bytes.length - 1;
    if (over > 0) this.bytes[last] = (this.bytes[last] ?? 0) & (0xff00 >> over);
    this.#sums = null;
  }

  has(at: number): boolean {
    return ((this.bytes[at >> 3] ?? 0) & (128 >> (at & 7))) !== 0;
  }

  /** What is marked in both. */
  and(other: Bits): Bits {
    return this.#with(other, (one, two) => one & two);
  }

  /** What is marked here and not in the other. */
  without(other: Bits): Bits {
    return this.#with(other, (one, two) => one & ~two);
  }

  #with(other: Bits, join: (one: number, two: number) => number): Bits {
    const bytes = new Uint8Array(this.bytes.length);
    for (let at = 0; at < bytes.length; at++) bytes[at] = join(this.bytes[at] ?? 0, other.bytes[at] ?? 0);
    return new Bits(this.size, bytes);
  }

  /** How many are marked. */
  get count(): number {
    return this.rank(this.size);
  }

  /** How many are marked before this place. */
  rank(at: number): number {
    const place = Math.max(0, Math.min(at, this.size));
    const byte = place >> 3;
    const sums = this.#summed();
    let rank = sums[Math.floor(byte / stride)] ?? 0;
    for (let one = Math.floor(byte / stride) * stride; one < byte; one++) rank += bitsIn[this.bytes[one] ?? 0] ?? 0;
    const rest = (this.bytes[byte] ?? 0) & (0xff00 >> (place & 7));
    return rank + (bitsIn[rest & 255] ?? 0);
  }

  /** The places that are marked in order, from the one with `skip` marked before it, `limit` at most. */
  places(skip = 0, limit = Number.POSITIVE_INFINITY): number[] {
    const found: number[] = [];
    const sums = this.#summed();
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((sums[middle] ?? 0) <= skip) low = middle;
      else high = middle - 1;
    }
    let passed = sums[low] ?? 0;
    for (let index = low * stride; index < this.bytes.length && found.length < limit; index++) {
      const byte = this.bytes[index] ?? 0;
      const bits = bitsIn[byte] ?? 0;
      if (bits === 0 || passed + bits <= skip) {
        passed += bits;
        continue;
      }
      for (let bit = 0; bit < 8 && found.length < limit; bit++)
        if ((byte & (128 >> bit)) !== 0 && passed++ >= skip) found.push(index * 8 + bit);
    }
    return found;
  }

  /** The marked places from `from` up to, not including, `end`. */
  placesIn(from: number, end: number): number[] {
    const before = this.rank(from);
    return this.places(before, this.rank(end) - before);
  }

  /** How many are marked before each stride. */
  #summed(): Uint32Array {
    if (this.#sums) return this.#sums;
    const sums = new Uint32Array(Math.floor(this.bytes.length / stride) + 1);
    let sum = 0;
    for (let at = 0; at < this.bytes.length; at++) {
      if (at % stride === 0) sums[at / stride] = sum;
      sum += bitsIn[this.bytes[at] ?? 0] ?? 0;
    }
    if (this.bytes.length % stride === 0) sums[this.bytes.length / stride] = sum;
    this.#sums = sums;
    return sums;
  }
}
