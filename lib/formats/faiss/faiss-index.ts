import { asFloats, FileReader } from "../file-reader";
import { FormatError } from "../format-error";
import { type FaissLayout, parseIndex } from "./parse-index";

/** Bytes read from the file at a time. */
const blockBytes = 4 * 1024 * 1024;

/** `row`: the vector's place in the order in which it was added, which texts and metadata beside the index go by. `id`: that of an ID map, else the row. `at`: the byte where it begins. */
export type FaissVector = { row: number; id: bigint; values: Float32Array; at: number };

/** A FAISS index file that keeps its vectors exactly: its shape, and its vectors one block at a time. Close it. */
export class FaissIndex {
  readonly layout: FaissLayout;
  readonly #reader: FileReader;

  private constructor(reader: FileReader, layout: FaissLayout) {
    this.#reader = reader;
    this.layout = layout;
  }

  /** @throws FormatError */
  static async open(path: string): Promise<FaissIndex> {
    const reader = await FileReader.open(path, "The FAISS index");
    try {
      const layout = await parseIndex(reader);
      return new FaissIndex(reader, layout);
    } catch (error) {
      await reader.close();
      throw error;
    }
  }

  /** All vectors as they stand in the file: by row, or list by list. Memory: one block. */
  async *vectors(): AsyncGenerator<FaissVector> {
    const { storage, count } = this.layout;
    const lists = storage.kind === "flat" ? [{ count, vectorsAt: storage.vectorsAt, rowsAt: null }] : storage.lists;
    for (const list of lists) yield* this.#list(list);
  }

  /** The vector that begins at a byte, as {@link vectors} told it. */
  async vectorAt(at: number): Promise<Float32Array> {
    return asFloats(await this.#reader.at(at, this.layout.dimension * 4));
  }

  async *#list(list: { count: number; vectorsAt: number; rowsAt: number | null }): AsyncGenerator<FaissVector> {
    const { dimension, count, idsAt } = this.layout;
    const bytesEach = dimension * 4;
    const atOnce = Math.max(1, Math.floor(blockBytes / bytesEach));
    for (let start = 0; start < list.count; start += atOnce) {
      const taken = Math.min(atOnce, list.count - start);
      const floats = asFloats(await this.#reader.at(list.vectorsAt + start * bytesEach, taken * bytesEach));
      const rows = list.rowsAt === null ? null : await this.#reader.at(list.rowsAt + start * 8, taken * 8);
      const ids = idsAt === null || rows !== null ? null : await this.#reader.at(idsAt + start * 8, taken * 8);
      for (let index = 0; index < taken; index++) {
        const row = rows === null ? start + index : Number(rows.readBigInt64LE(index * 8));
        if (!Number.isSafeInteger(row) || row < 0)
          throw new FormatError("malformed", `The FAISS index numbers a vector ${row}.`);
        const values = floats.subarray(index * dimension, (index + 1) * dimension);
        const at = list.vectorsAt + (start + index) * bytesEach;
        yield { row, id: ids ? ids.readBigInt64LE(index * 8) : await this.#idOf(row, count), values, at };
      }
    }
  }

  async #idOf(row: number, count: number): Promise<bigint> {
    const { idsAt } = this.layout;
    if (idsAt === null || row >= count) return BigInt(row);
    return (await this.#reader.at(idsAt + row * 8, 8)).readBigInt64LE(0);
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}
