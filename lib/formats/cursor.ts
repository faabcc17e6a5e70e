import { readSync } from "node:fs";
import { FormatError } from "./format-error";

/** Bytes of a file that are held at a time. */
const windowBytes = 256 * 1024;

type Piece = { bytes: Buffer; from: number };
/** Reads `length` bytes from `from` on, fewer only at the end. */
type ReadAt = (from: number, length: number) => Buffer;

/**
 * Reads a buffer, or a file a piece at a time, from front to back. Whatever a file claims of its lengths is held against what is there before anything
 * is allocated. All numbers are little-endian.
 */
export class Cursor {
  readonly #size: number;
  readonly #what: string;
  readonly #read: ReadAt | null;
  #held: Piece;
  position = 0;

  private constructor(size: number, what: string, held: Piece, read: ReadAt | null) {
    this.#size = size;
    this.#what = what;
    this.#held = held;
    this.#read = read;
  }

  /** @param what how the file is called in words: `The pickle` */
  static ofBytes(bytes: Buffer, what: string): Cursor {
    return new Cursor(bytes.length, what, { bytes, from: 0 }, null);
  }

  /** Pieces that were taken stay as they are: each is read into a buffer of its own. */
  static ofFile(file: number, size: number, what: string): Cursor {
    const read: ReadAt = (from, length) => {
      const bytes = Buffer.allocUnsafeSlow(length);
      let done = 0;
      for (let got = -1; done < length && got !== 0; done += got)
        got = readSync(file, bytes, done, length - done, from + done);
      return bytes.subarray(0, done);
    };
    return new Cursor(size, what, { bytes: Buffer.alloc(0), from: 0 }, read);
  }

  get left(): number {
    return this.#size - this.position;
  }

  /** The next `length` bytes, not copied. @throws FormatError `truncated` */
  take(length: number): Buffer {
    const from = this.#advance(length);
    return this.#held.bytes.subarray(from, from + length);
  }

  skip(length: number): void {
    if (length > this.left) this.#cutOff(length);
    this.position += length;
  }

  uint8(): number {
    const at = this.#advance(1);
    return this.#held.bytes.readUInt8(at);
  }

  uint16(): number {
    const at = this.#advance(2);
    return this.#held.bytes.readUInt16LE(at);
  }

  int32(): number {
    const at = this.#advance(4);
    return this.#held.bytes.readInt32LE(at);
  }

  uint32(): number {
    const at = this.#advance(4);
    return this.#held.bytes.readUInt32LE(at);
  }

  float64(): number {
    const at = this.#advance(8);
    return this.#held.bytes.readDoubleLE(at);
  }

  /** An unsigned number of 8 bytes that counts something in this file. @throws FormatError `malformed` beyond 2^53 */
  count64(): number {
    const at = this.#advance(8);
    const value = this.#held.bytes.readBigUInt64LE(at);
    if (value > BigInt(Number.MAX_SAFE_INTEGER))
      throw new FormatError("malformed", `${this.#what} claims ${value} of something, more than any file holds.`);
    return Number(value);
  }

  /** The bytes up to the next line feed, which is passed. @throws FormatError `truncated` */
  line(): Buffer {
    for (let length = 1; ; length = Math.min(Math.max(2 * length, windowBytes), this.left)) {
      if (length > this.left) this.#cutOff(length);
      const from = this.#hold(length);
      const end = this.#held.bytes.indexOf(10, from);
      if (end >= 0) {
        const line = this.#held.bytes.subarray(from, end);
        this.position += line.length + 1;
        return line;
      }
      if (length === this.left) this.#cutOff(length + 1);
    }
  }

  #advance(length: number): number {
    if (length > this.left) this.#cutOff(length);
    const from = this.#hold(length);
    this.position += length;
    return from;
  }

  /** Where in the piece that is held the next `length` bytes begin; they are there. */
  #hold(length: number): number {
    const { bytes, from } = this.#held;
    const at = this.position - from;
    if (at >= 0 && at + length <= bytes.length) return at;
    if (this.#read === null) return at;
    const wanted = Math.min(this.left, Math.max(length, windowBytes));
    this.#held = { bytes: this.#read(this.position, wanted), from: this.position };
    if (this.#held.bytes.length < wanted)
      throw new FormatError("truncated", `${this.#what} became shorter while it was read.`);
    return 0;
  }

  #cutOff(length: number): never {
    throw new FormatError(
      "truncated",
      `${this.#what} is cut off: at byte ${this.position.toLocaleString("en-US")} it announces ${length.toLocaleString("en-US")} more bytes and has ${this.left.toLocaleString("en-US")}.`,
    );
  }
}
