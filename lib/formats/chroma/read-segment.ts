import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { FileReader } from "../file-reader";
import { FormatError } from "../format-error";
import { dictsOfFile } from "../pickle/read-pickle-file";
import { PickleObject, type PickleValue } from "../pickle/values";
import { LabelIndex } from "./label-index";

const headerBytes = 100;
/** Dicts of the names that are as long as the collection. */
const passedOn = new Set(["id_to_label", "label_to_id", "id_to_seq_id"]);
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
  readonly #layout: Layout;
  readonly #names: string;
  readonly #elements: FileReader;
  readonly #norms: FileReader | null;

  private constructor(layout: Layout, names: string, files: { elements: FileReader; norms: FileReader | null }) {
    this.#layout = layout;
    this.dimension = layout.dimension;
    this.#names = names;
    this.#elements = files.elements;
    this.#norms = files.norms;
  }

  /**
   * `null` when nothing was synced yet: the files are preallocated then and hold nothing.
   * @param normalised whether vectors were stored at length 1, with their own lengths beside (metric cosine)
   * @throws FormatError
   */
  static async open(folder: string, normalised: boolean): Promise<ChromaSegment | null> {
    const pickle = path.join(folder, "index_metadata.pickle");
    if (!(await exists(pickle))) return null;
    const elements = await FileReader.open(path.join(folder, "data_level0.bin"), "Chroma's data_level0.bin");
    try {
      const layout = layoutIn(await readFile(path.join(folder, "header.bin")), elements.size);
      const norms = normalised ? await FileReader.open(path.join(folder, "length.bin"), "Chroma's length.bin") : null;
      return new ChromaSegment(layout, pickle, { elements, norms });
    } catch (error) {
      await elements.close();
      throw error;
    }
  }

  /**
   * IDs with the number of their element and the length of its vector, some thousand at a time, deleted ones left out. Names are read as they come, so
   * that memory holds eight bytes a record. Returns the last entry of the queue that these files know.
   * @throws FormatError `malformed` for names that contradict each other
   */
  async *elements(): AsyncGenerator<({ id: string } & ElementPlace)[], bigint | null, void> {
    const labels = await this.#labels();
    const norms = await this.#norms?.at(0, this.#layout.elements * 4);
    const placesOf = (items: readonly PickleValue[]) => {
      const places: ({ id: string } & ElementPlace)[] = [];
      for (let at = 0; at < items.length; at += 2) {
        const [id, label] = [items[at], items[at + 1]];
        const element = typeof id === "string" && typeof label === "number" ? labels.take(label) : null;
        if (typeof id === "string" && element !== null)
          places.push({ id, element, norm: norms?.readFloatLE(element * 4) ?? null });
      }
      return places;
    };
    const dicts = dictsOfFile(this.#names, passedOn);
    try {
      for (;;) {
        const next = await dicts.next();
        if (next.done) {
          const { rest, syncedThrough } = namesIn(next.value);
          yield placesOf([...rest].flat());
          return syncedThrough;
        }
        if (next.value.dict === "id_to_label") yield placesOf(next.value.items);
      }
    } finally {
      await dicts.return(null);
    }
  }

  /** Which label's vector is which element. */
  async #labels(): Promise<LabelIndex> {
    const { elements, elementBytes, labelAt } = this.#layout;
    const labels = new LabelIndex(elements);
    const atOnce = Math.max(1, Math.floor(blockBytes / elementBytes));
    const block = Buffer.allocUnsafeSlow(Math.min(atOnce, elements) * elementBytes);
    for (let start = 0; start < elements; start += atOnce) {
      const taken = Math.min(atOnce, elements - start);
      await this.#elements.into(block.subarray(0, taken * elementBytes), start * elementBytes);
      for (let index = 0; index < taken; index++) {
        const from = index * elementBytes;
        const isDeleted = (block.readUInt8(from + 2) & 1) === 1;
        if (!isDeleted) labels.set(Number(block.readBigUInt64LE(from + labelAt)), start + index);
      }
    }
    return labels;
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

/**
 * What is left once names were passed on: an object up to 0.6, a plain dict since 1.0. `rest`: which ID is which label, where that was written otherwise
 * than as a dict of its own.
 */
function namesIn(value: PickleValue) {
  const names = value instanceof PickleObject ? value.attributes : value;
  const rest = names instanceof Map ? names.get("id_to_label") : null;
  if (!(names instanceof Map) || !(rest instanceof Map))
    throw new FormatError("malformed", "Chroma's index_metadata.pickle doesn't say which vector is whose.");
  const through = names.get("max_seq_id");
  return { rest, syncedThrough: typeof through === "number" || typeof through === "bigint" ? BigInt(through) : null };
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
