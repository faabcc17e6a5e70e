import { FormatError } from "../../format-error";

/**
 * Levels of a column as runs of equal ones, in Parquet's RLE encoding: a count, shifted left by one, as a varint, and the level in one
 * byte. Lists of a thousand values are a few runs each, so that levels cost nothing.
 */
export class RunLengths {
  readonly #bytes: number[] = [];
  #level = -1;
  #count = 0;

  push(level: number, count: number): void {
    if (count === 0) return;
    if (level !== this.#level) {
      this.#flush();
      this.#level = level;
    }
    this.#count += count;
  }

  bytes(): Uint8Array {
    this.#flush();
    return Uint8Array.from(this.#bytes);
  }

  #flush(): void {
    if (this.#count === 0) return;
    for (let rest = this.#count * 2; ; rest = Math.floor(rest / 128)) {
      this.#bytes.push(rest < 128 ? rest : (rest % 128) | 128);
      if (rest < 128) break;
    }
    this.#bytes.push(this.#level);
    this.#count = 0;
  }
}

export type Run = { level: number; count: number };

/** The runs again. Packed levels, which other writers make of short lists, are refused. @throws FormatError */
export function* runsIn(bytes: Uint8Array): Generator<Run> {
  let at = 0;
  const next = () => {
    const byte = bytes[at++];
    if (byte === undefined) throw new FormatError("malformed", "The levels of a column end in mid-run.");
    return byte;
  };
  while (at < bytes.length) {
    let header = 0;
    let weight = 1;
    for (let byte = 128; byte >= 128; weight *= 128) {
      byte = next();
      header += (byte & 127) * weight;
    }
    if (header % 2 === 1 || !Number.isSafeInteger(header))
      throw new FormatError("refused", "The file's lists weren't written by Portage.");
    yield { level: next(), count: header / 2 };
  }
}
