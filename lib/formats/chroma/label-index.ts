import { FormatError } from "../format-error";

/** A label further from the first one than so many times the elements isn't one of a row of labels. */
const mostSpread = 4;
const spare = 1024;

/**
 * Which label's vector is which element, each for one ID. hnswlib counts labels up, so that they are a row with gaps, and four bytes each; others are held
 * in a map.
 */
export class LabelIndex {
  /** One more than the element; 0: none, or taken. */
  readonly #row: Uint32Array;
  readonly #others = new Map<number, number>();

  constructor(elements: number) {
    this.#row = new Uint32Array(mostSpread * elements + spare);
  }

  set(label: number, element: number): void {
    if (label < this.#row.length) this.#row[label] = element + 1;
    else this.#others.set(label, element + 1);
  }

  /** `null`: no vector has this label. @throws FormatError `malformed` where an ID had it already */
  take(label: number): number | null {
    const known = (label < this.#row.length ? this.#row[label] : this.#others.get(label)) ?? 0;
    if (known === 0) return null;
    if (known === taken)
      throw new FormatError("malformed", "Chroma's index_metadata.pickle gives one vector to two IDs.");
    if (label < this.#row.length) this.#row[label] = taken;
    else this.#others.set(label, taken);
    return known - 1;
  }
}

const taken = 2 ** 32 - 1;
