import type { Cursor } from "../cursor";
import { malformed } from "./malformed";
import { nothing, readConstant } from "./read-constant";
import type { PickleValue } from "./values";

/** What a pickle may refer to again, by number. Given a cursor of its own, a text is known by where it stands, and read again when it is referred to. */
export class Memo {
  readonly #values = new Map<number, PickleValue>();
  readonly #texts: Cursor | null;
  /** By number: one more than where the text stands; 0: none. */
  #places = new Uint32Array(0);
  #size = 0;

  constructor(texts: Cursor | null) {
    this.#texts = texts;
  }

  get size(): number {
    return this.#size;
  }

  /** @param textAt where the value's operation begins, if it is a text that was just read */
  remember(number: number, value: PickleValue, textAt: number | null): void {
    const isKnown = this.#values.delete(number) || (this.#places[number] ?? 0) > 0;
    if (!isKnown) this.#size++;
    // Numbers that a file claims without having so many values would ask for any amount of memory.
    if (this.#texts !== null && textAt !== null && number <= 2 * this.#size + 1024) {
      this.#grow(number + 1);
      this.#places[number] = textAt + 1;
      return;
    }
    if (number < this.#places.length) this.#places[number] = 0;
    this.#values.set(number, value);
  }

  recall(number: number): PickleValue | undefined {
    const at = this.#places[number] ?? 0;
    if (this.#texts === null || at === 0) return this.#values.get(number);
    this.#texts.position = at - 1;
    const text = readConstant(this.#texts, this.#texts.uint8());
    return text === nothing ? undefined : text;
  }

  #grow(length: number): void {
    if (length <= this.#places.length) return;
    const places = new Uint32Array(Math.max(2 * this.#places.length, length, 1024));
    places.set(this.#places);
    this.#places = places;
  }
}

/** A number by which a value is referred to in protocol 0. */
export function numberIn(line: Buffer): number {
  const digits = line.toString("latin1").trim();
  if (!/^\d{1,15}$/.test(digits)) throw malformed("a reference isn't a number");
  return Number(digits);
}
