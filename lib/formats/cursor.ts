import { FormatError } from "./format-error";

/**
 * Reads a buffer from front to back. Whatever a file claims of its lengths is held against what is there before anything is allocated.
 * All numbers are little-endian.
 */
export class Cursor {
  readonly bytes: Buffer;
  position: number;
  readonly #what: string;

  /** @param what how the file is called in words: `The pickle` */
  constructor(bytes: Buffer, what: string, position = 0) {
    this.bytes = bytes;
    this.#what = what;
    this.position = position;
  }

  get left(): number {
    return this.bytes.length - this.position;
  }

  /** The next `length` bytes, not copied. @throws FormatError `truncated` */
  take(length: number): Buffer {
    const from = this.#advance(length);
    return this.bytes.subarray(from, from + length);
  }

  skip(length: number): void {
    this.#advance(length);
  }

  uint8(): number {
    return this.bytes.readUInt8(this.#advance(1));
  }

  uint16(): number {
    return this.bytes.readUInt16LE(this.#advance(2));
  }

  int32(): number {
    return this.bytes.readInt32LE(this.#advance(4));
  }

  uint32(): number {
    return this.bytes.readUInt32LE(this.#advance(4));
  }

  float64(): number {
    return this.bytes.readDoubleLE(this.#advance(8));
  }

  /** An unsigned number of 8 bytes that counts something in this file. @throws FormatError `malformed` beyond 2^53 */
  count64(): number {
    const value = this.bytes.readBigUInt64LE(this.#advance(8));
    if (value > BigInt(Number.MAX_SAFE_INTEGER))
      throw new FormatError("malformed", `${this.#what} claims ${value} of something, more than any file holds.`);
    return Number(value);
  }

  /** The bytes up to the next line feed, which is passed. @throws FormatError `truncated` */
  line(): Buffer {
    const end = this.bytes.indexOf(10, this.position);
    if (end < 0) this.#advance(this.left + 1);
    const line = this.bytes.subarray(this.position, end);
    this.position = end + 1;
    return line;
  }

  #advance(length: number): number {
    if (length > this.left)
      throw new FormatError(
        "truncated",
        `${this.#what} is cut off: at byte ${this.position.toLocaleString("en-US")} it announces ${length.toLocaleString("en-US")} more bytes and has ${this.left.toLocaleString("en-US")}.`,
      );
    const from = this.position;
    this.position += length;
    return from;
  }
}
