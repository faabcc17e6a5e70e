import { bitsIn } from "./bits-in-byte";

/** Positions 0 to `size` - 1 of which some are marked, as base64; `""` stands for all of them. */
export function encodeBitmap(marked: Iterable<number>, size: number): string {
  return Bitmap.of(marked, size).encode();
}

/** Which of the positions 0 to `size` - 1 are marked. Never changed; operations answer a new one. */
export class Bitmap {
  /** Eight positions a byte, the lowest bit first; `null` when all are marked. */
  private readonly bytes: Uint8Array | null;
  /** How many are marked. */
  readonly count: number;

  private constructor(
    bytes: Uint8Array | null,
    readonly size: number,
  ) {
    this.bytes = bytes;
    let count = 0;
    if (bytes) for (const byte of bytes) count += bitsIn[byte] ?? 0;
    this.count = bytes ? count : size;
  }

  static all(size: number): Bitmap {
    return new Bitmap(null, size);
  }

  static of(marked: Iterable<number>, size: number): Bitmap {
    const bytes = new Uint8Array(Math.ceil(size / 8));
    for (const position of marked) bytes[position >> 3] = (bytes[position >> 3] ?? 0) | (1 << (position & 7));
    return new Bitmap(bytes, size);
  }

  /**
   * The opposite of {@link Bitmap.encode}.
   * @param count how many are marked: the size, where all of them are
   */
  static decode(encoded: string, count: number): Bitmap {
    if (encoded === "") return Bitmap.all(count);
    const bytes = Uint8Array.from(Buffer.from(encoded, "base64"));
    return new Bitmap(bytes, bytes.length * 8);
  }

  encode(): string {
    if (this.count === this.size) return "";
    return Buffer.from(this.filled()).toString("base64");
  }

  has(position: number): boolean {
    return this.bytes === null
      ? position < this.size
      : ((this.bytes[position >> 3] ?? 0) & (1 << (position & 7))) !== 0;
  }

  /** What is marked in both. */
  and(other: Bitmap): Bitmap {
    if (other.bytes === null) return this;
    if (this.bytes === null) return other;
    const bytes = other.bytes;
    return new Bitmap(
      this.bytes.map((byte, at) => byte & (bytes[at] ?? 0)),
      this.size,
    );
  }

  /** What is marked in either. */
  or(other: Bitmap): Bitmap {
    if (this.bytes === null || other.bytes === null) return Bitmap.all(this.size);
    const bytes = other.bytes;
    return new Bitmap(
      this.bytes.map((byte, at) => byte | (bytes[at] ?? 0)),
      this.size,
    );
  }

  /** What is marked here and not in the other. */
  without(other: Bitmap): Bitmap {
    const bytes = other.filled();
    return new Bitmap(
      this.filled().map((byte, at) => byte & ~(bytes[at] ?? 0)),
      this.size,
    );
  }

  /** The marked positions in order, from the one with `skip` marked before it, `limit` at most. */
  positions(skip = 0, limit = Number.POSITIVE_INFINITY): number[] {
    const found: number[] = [];
    if (this.bytes === null) {
      for (let at = skip; at < this.size && found.length < limit; at++) found.push(at);
      return found;
    }
    let passed = 0;
    for (const [index, byte] of this.bytes.entries()) {
      const bits = bitsIn[byte] ?? 0;
      if (passed + bits <= skip) {
        passed += bits;
        continue;
      }
      for (let bit = 0; bit < 8; bit++) {
        if ((byte & (1 << bit)) === 0) continue;
        if (passed++ < skip) continue;
        if (found.length >= limit) return found;
        found.push(index * 8 + bit);
      }
    }
    return found;
  }

  private filled(): Uint8Array {
    if (this.bytes) return this.bytes;
    const bytes = new Uint8Array(Math.ceil(this.size / 8)).fill(255);
    const last = this.size & 7;
    if (last > 0) bytes[bytes.length - 1] = (1 << last) - 1;
    return bytes;
  }
}
