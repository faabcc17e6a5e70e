/** An answer that is longer, or holds more, than the operation can need. */
export class AnswerTooLarge extends Error {}

/** Deeper than any answer of a service that is documented. */
const deepest = 64;

/**
 * Reads an answer's body and counts its bytes, unpacked, as they come: beyond `most` the transfer is ended, so that a body without end,
 * or one that was packed small, takes no more memory than that.
 * @throws AnswerTooLarge
 */
export async function readBounded(response: Response, most: number): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); reader && part?.value; part = await reader.read()) {
    bytes += part.value.byteLength;
    if (bytes > most) {
      await reader.cancel();
      throw answerBeyond(most);
    }
    chunks.push(part.value);
  }
  return Buffer.concat(chunks, bytes);
}

/** @param most in bytes */
export const answerBeyond = (most: number) => new AnswerTooLarge(`an answer of more than ${mebibytes(most)} MiB`);

const mebibytes = (bytes: number) => (bytes / 1024 / 1024).toLocaleString("en-US");

const quote = 0x22;
const backslash = 0x5c;
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Looks through JSON before it is parsed: lists in lists without end, or millions of empty ones, take a hundred times the memory of their text.
 * Lists of plain numbers, which are most bytes of an answer with vectors, are passed over at once.
 * @throws AnswerTooLarge
 */
export function boundContainers(json: Uint8Array, most: number): void {
  const others = [quote, openList, openObject, closeObject].map((byte) => new NextByte(json, byte));
  let depth = 0;
  let count = 0;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (byte === quote) at = endOfString(json, at);
    else if (byte === openList || byte === openObject) {
      depth++;
      count++;
      if (depth > deepest) throw new AnswerTooLarge(`an answer nested more than ${deepest} deep`);
      if (count > most)
        throw new AnswerTooLarge(`an answer of more than ${most.toLocaleString("en-US")} lists and objects`);
      if (byte === openList && beginsNumber(json[at + 1])) {
        const end = json.indexOf(closeList, at + 1);
        if (end > 0 && others.every((other) => other.after(at) > end)) at = end - 1;
      }
    } else if (byte === closeList || byte === closeObject) depth--;
  }
}

/** A digit, a sign, or the white space before one. */
const beginsNumber = (byte = 0) => (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x20 || byte === 0x0a;

/** Where a byte stands next, looked for once for all positions before it. */
class NextByte {
  private found = -1;

  constructor(
    private readonly json: Uint8Array,
    private readonly byte: number,
  ) {}

  after(at: number): number {
    if (this.found <= at) {
      const found = this.json.indexOf(this.byte, at + 1);
      this.found = found === -1 ? this.json.length : found;
    }
    return this.found;
  }
}

/** Where the string that begins here ends: at its closing quote, or at the end of all. */
function endOfString(json: Uint8Array, start: number): number {
  for (let at = json.indexOf(quote, start + 1); at !== -1; at = json.indexOf(quote, at + 1)) {
    let slashes = 0;
    while (json[at - 1 - slashes] === backslash) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return json.length;
}
