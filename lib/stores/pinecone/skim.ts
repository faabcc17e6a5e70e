/**
 * Empties the dense vectors in a fetch's answer before it is parsed: at 1,536 to 3,072 numbers a record they are over 95 % of the bytes, and
 * planning needs none of them. Only `vectors.<id>.values` is emptied; metadata, sparse values and everything else stay as they are, whatever they contain.
 *
 * What stands between the brackets is passed over unread, so a fault among the numbers goes unnoticed: whoever needs the numbers mustn't skim.
 * Works on bytes: UTF-8 never uses those of ASCII inside other characters. What doesn't look like such an answer comes back unchanged, for
 * `JSON.parse` to check.
 */
export function skim(json: Buffer, of: Skimmed = { records: "vectors", field: "values" }): Buffer {
  const skimmer = new Skimmer(json, of);
  try {
    skimmer.answer();
  } catch (error) {
    if (error === irregular) return json;
    throw error;
  }
  return skimmer.rest();
}

/** The answer's key whose value holds the records by ID, and the field of each that is emptied. */
export type Skimmed = { records: string; field: string };

const irregular = Symbol("not the JSON of a fetch");

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const isSpace = (byte: number) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

class Skimmer {
  private at = 0;
  private kept = 0;
  private readonly pieces: Buffer[] = [];

  constructor(
    private readonly json: Buffer,
    private readonly of: Skimmed,
  ) {}

  /** What is kept of the answer. */
  rest(): Buffer {
    if (this.pieces.length === 0) return this.json;
    this.pieces.push(this.json.subarray(this.kept));
    return Buffer.concat(this.pieces);
  }

  answer(): void {
    this.members((key) => {
      if (key === this.of.records && this.peek() === openBrace) this.members(() => this.record());
      else this.value();
    });
  }

  private record(): void {
    if (this.peek() !== openBrace) {
      this.value();
      return;
    }
    this.members((field) => {
      if (field === this.of.field && this.peek() === openBracket) this.numbers();
      else this.value();
    });
  }

  /** Goes through the members of an object; `each` stands before the value and goes behind it. */
  private members(each: (key: string) => void): void {
    this.expect(openBrace);
    if (this.peek() === closeBrace) {
      this.at++;
      return;
    }
    for (;;) {
      this.peek();
      const key = this.key();
      this.expect(colon);
      this.peek();
      each(key);
      if (this.peek() === closeBrace) break;
      this.expect(comma);
    }
    this.at++;
  }

  /** Cuts out what stands between the brackets, as far as it is plain: numbers hold neither quotes nor brackets. */
  private numbers(): void {
    const start = this.at + 1;
    const end = this.json.indexOf(closeBracket, start);
    if (end < 0) throw irregular;
    const inside = this.json.subarray(start, end);
    if (inside.includes(quote) || inside.includes(openBracket) || inside.includes(openBrace)) {
      this.value();
      return;
    }
    if (end > start) {
      this.pieces.push(this.json.subarray(this.kept, start));
      this.kept = end;
    }
    this.at = end + 1;
  }

  private key(): string {
    const start = this.at;
    this.text();
    const key = this.json.toString("utf8", start + 1, this.at - 1);
    if (!key.includes("\\")) return key;
    try {
      return String(JSON.parse(this.json.toString("utf8", start, this.at)));
    } catch {
      throw irregular;
    }
  }

  private text(): void {
    if (this.json[this.at] !== quote) throw irregular;
    for (let at = this.at + 1; at < this.json.length; at++) {
      const byte = this.json[at];
      if (byte === backslash) at++;
      else if (byte === quote) {
        this.at = at + 1;
        return;
      }
    }
    throw irregular;
  }

  private value(): void {
    let depth = 0;
    do {
      const byte = this.peek();
      if (byte === quote) this.text();
      else if (byte === openBrace || byte === openBracket) {
        depth++;
        this.at++;
      } else if (byte === closeBrace || byte === closeBracket) {
        depth--;
        this.at++;
      } else if (byte === comma || byte === colon) {
        if (depth === 0) throw irregular;
        this.at++;
      } else this.word();
      if (depth < 0) throw irregular;
    } while (depth > 0);
  }

  /** A number, `true`, `false` or `null`. */
  private word(): void {
    const start = this.at;
    for (; this.at < this.json.length; this.at++) {
      const byte = this.json[this.at] ?? 0;
      if (byte === comma || byte === closeBrace || byte === closeBracket || byte === colon || isSpace(byte)) break;
      if (byte === quote || byte === openBrace || byte === openBracket) throw irregular;
    }
    if (this.at === start) throw irregular;
  }

  /** The next byte that isn't white space, without going behind it. */
  private peek(): number {
    for (; this.at < this.json.length; this.at++) {
      const byte = this.json[this.at] ?? 0;
      if (!isSpace(byte)) return byte;
    }
    throw irregular;
  }

  private expect(byte: number): void {
    if (this.peek() !== byte) throw irregular;
    this.at++;
  }
}
