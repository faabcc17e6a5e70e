import { type FileHandle, open } from "node:fs/promises";
import { FormatError } from "./format-error";

/**
 * Reads pieces of a file of any size. Whatever is asked for is held against the file's size first, so that a claim of the file's own
 * never allocates more than the file has. All numbers are little-endian.
 */
export class FileReader {
  readonly size: number;
  readonly #file: FileHandle;
  readonly #what: string;
  position = 0;

  private constructor(file: FileHandle, size: number, what: string) {
    this.#file = file;
    this.size = size;
    this.#what = what;
  }

  /** @param what how the file is called in words: `The FAISS index` */
  static async open(path: string, what: string): Promise<FileReader> {
    const file = await open(path, "r");
    try {
      return new FileReader(file, (await file.stat()).size, what);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Bytes `[from, from + length)` in a buffer of their own. @throws FormatError `truncated` */
  async at(from: number, length: number): Promise<Buffer> {
    this.#hold(from, length);
    const bytes = Buffer.allocUnsafeSlow(length);
    await this.#fill(bytes, from);
    return bytes;
  }

  /** The same into bytes that are there. @throws FormatError `truncated` */
  into(bytes: Uint8Array, from: number): Promise<void> {
    this.#hold(from, bytes.length);
    return this.#fill(bytes, from);
  }

  #hold(from: number, length: number): void {
    if (from + length > this.size)
      throw new FormatError(
        "truncated",
        `${this.#what} is cut off: it announces ${(from + length).toLocaleString("en-US")} bytes and has ${this.size.toLocaleString("en-US")}.`,
      );
  }

  async #fill(bytes: Uint8Array, from: number): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const { bytesRead } = await this.#file.read(bytes, done, bytes.length - done, from + done);
      if (bytesRead === 0) throw new FormatError("truncated", `${this.#what} became shorter while it was read.`);
      done += bytesRead;
    }
  }

  async take(length: number): Promise<Buffer> {
    const bytes = await this.at(this.position, length);
    this.position += length;
    return bytes;
  }

  /** @throws FormatError `truncated` */
  skip(length: number): void {
    if (!Number.isSafeInteger(length) || this.position + length > this.size)
      throw new FormatError(
        "truncated",
        `${this.#what} is cut off: at byte ${this.position.toLocaleString("en-US")} it announces ${length.toLocaleString("en-US")} more and has ${(this.size - this.position).toLocaleString("en-US")}.`,
      );
    this.position += length;
  }

  async int32(): Promise<number> {
    return (await this.take(4)).readInt32LE(0);
  }

  /** A count of 8 bytes. @throws FormatError `malformed` beyond 2^53 */
  async count64(): Promise<number> {
    const value = (await this.take(8)).readBigUInt64LE(0);
    if (value > BigInt(Number.MAX_SAFE_INTEGER))
      throw new FormatError("malformed", `${this.#what} claims ${value} of something, more than any file holds.`);
    return Number(value);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** The bytes as little-endian float32: a view where the alignment allows it. `number[bytes.length / 4]` */
export function asFloats(bytes: Buffer): Float32Array {
  if (bytes.byteOffset % 4 === 0) return new Float32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 4));
  const copy = new Uint8Array(bytes);
  return new Float32Array(copy.buffer, 0, Math.floor(copy.length / 4));
}
