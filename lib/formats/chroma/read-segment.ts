import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { FileReader } from "../file-reader";
import { FormatError } from "../format-error";
import { readPickleFile } from "../pickle/read-pickle-file";
import { PickleObject, type PickleValue } from "../pickle/values";

const headerBytes = 100;
/** Bytes of elements read at a time while labels are looked for. */
const blockBytes = 4 * 1024 * 1024;

/** Where a vector stands, and how long it is where that is kept apart. */
export type ElementPlace = { element: number; norm: number | null };

type Layout = { elements: number; elementBytes: number; labelAt: number; vectorAt: number; dimension: number };

/**
 * The vectors that Chroma has synced to files: hnswlib's own, plus a pickle that says which label is which ID.
 * Layout of `header.bin` after hnswlib's `saveIndex` as Chroma persists it, version 1.
 */
export class ChromaSegment {
  readonly dimension: number;
  /** The last entry of the queue that these files know. */
  readonly syncedThrough: bigint | null;
  readonly #layout: Layout;
  readonly #elements: FileReader;
  readonly #norms: FileReader | null;
  #labels: Map<PickleValue, PickleValue>;

  private constructor(
    layout: Layout,
    files: { elements: FileReader; norms: FileReader | null },
    names: { labels: Map<PickleValue, PickleValue>; syncedThrough: bigint | null },
  ) {
    this.#layout = layout;
    this.dimension = layout.dimension;
    this.#elements = files.elements;
    this.#norms = files.norms;
    this.#labels = names.labels;
    this.syncedThrough = names.syncedThrough;
  }

  /**
   * `null` when nothing was synced yet: the files are preallocated then and hold nothing.
   * @param normalised whether vectors were stored at length 1, with their own lengths beside (metric cosine)
   * @throws FormatError
   */
  static async open(folder: string, normalised: boolean): Promise<ChromaSegment | null> {
    const pickle = path.join(folder, "index_metadata.pickle");
    if (!(await exists(pickle))) return null;
    const names = namesIn(await readPickleFile(pickle));
    const elements = await FileReader.open(path.join(folder, "data_level0.bin"), "Chroma's data_level0.bin");
    try {
      const layout = layoutIn(await readFile(path.join(folder, "header.bin")), elements.size);
      const norms = normalised ? await FileReader.open(path.join(folder, "length.bin"), "Chroma's length.bin") : null;
      return new ChromaSegment(layout, { elements, norms }, names);
    } catch (error) {
      await elements.close();
      throw error;
    }
  }

  /** IDs with the number of their element and the length of its vector, deleted ones left out. Afterwards the names are forgotten: call once. */
  async *elements(): AsyncGenerator<{ id: string } & ElementPlace> {
    const { elements, elementBytes, labelAt } = this.#layout;
    const ids = new Map<PickleValue, string>();
    for (const [id, label] of this.#labels) if (typeof id === "string") ids.set(label, id);
    this.#labels = new Map();
    const atOnce = Math.max(1, Math.floor(blockBytes / elementBytes));
    for (let start = 0; start < elements; start += atOnce) {
      const taken = Math.min(atOnce, elements - start);
      const bytes = await this.#elements.at(start * elementBytes, taken * elementBytes);
      const norms = await this.#norms?.at(start * 4, taken * 4);
      for (let index = 0; index < taken; index++) {
        const from = index * elementBytes;
        const isDeleted = (bytes.readUInt8(from + 2) & 1) === 1;
        const id = ids.get(Number(bytes.readBigUInt64LE(from + labelAt)));
        if (!isDeleted && id !== undefined)
          yield { id, element: start + index, norm: norms?.readFloatLE(index * 4) ?? null };
      }
    }
  }

  /** Vectors at their own lengths, as views of one buffer. Each `number[dimension]` */
  async vectors(places: readonly ElementPlace[]): Promise<Float32Array[]> {
    const { elementBytes, vectorAt, dimension } = this.#layout;
    const all = new Float32Array(places.length * dimension);
    const bytes = Buffer.from(all.buffer);
    const length = dimension * 4;
    await Promise.all(
      places.map(({ element }, at) =>
        this.#elements.into(bytes.subarray(at * length, (at + 1) * length), element * elementBytes + vectorAt),
      ),
    );
    return places.map(({ norm }, at) => {
      const values = all.subarray(at * dimension, (at + 1) * dimension);
      // Rounded to 32 bits by being put there. A norm that no database holds is one that isn't a number.
      if (this.#norms !== null)
        for (let axis = 0; axis < dimension; axis++) values[axis] = (values[axis] ?? 0) * (norm ?? Number.NaN);
      return values;
    });
  }

  async close(): Promise<void> {
    await this.#elements.close();
    await this.#norms?.close();
  }
}

function layoutIn(header: Buffer, fileBytes: number): Layout {
  if (header.length < headerBytes) throw new FormatError("truncated", "Chroma's header.bin is cut off.");
  const version = header.readInt32LE(0);
  if (version !== 1)
    throw new FormatError("foreign", `Chroma's vectors are of file version ${version}; version 1 is read.`);
  const number = (at: number) => Number(header.readBigUInt64LE(at));
  const [elements, elementBytes, labelAt, vectorAt] = [number(20), number(28), number(36), number(44)];
  const dimension = (labelAt - vectorAt) / 4;
  if (
    !Number.isSafeInteger(dimension) ||
    dimension < 1 ||
    labelAt + 8 > elementBytes ||
    elements * elementBytes > fileBytes
  )
    throw new FormatError(
      "malformed",
      `Chroma's header.bin announces ${elements} vectors of dimension ${dimension}, which its files don't hold.`,
    );
  return { elements, elementBytes, labelAt, vectorAt, dimension };
}

/** Which label is which ID: an object up to 0.6, a plain dict since 1.0. */
function namesIn(value: PickleValue) {
  const names = value instanceof PickleObject ? value.attributes : value;
  const labels = names instanceof Map ? names.get("id_to_label") : null;
  if (!(names instanceof Map) || !(labels instanceof Map))
    throw new FormatError("malformed", "Chroma's index_metadata.pickle doesn't say which vector is whose.");
  const through = names.get("max_seq_id");
  return { labels, syncedThrough: typeof through === "number" || typeof through === "bigint" ? BigInt(through) : null };
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
