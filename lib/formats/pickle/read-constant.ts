import type { Cursor } from "../cursor";
import { FormatError } from "../format-error";
import { malformed } from "./malformed";
import { narrow } from "./numpy";
import type { PickleValue } from "./values";

/** Digits of a decimal integer that is still read: beyond, converting it takes longer than reading the file. */
const longestDecimal = 20_000;

/** An operation that puts nothing down: the protocol's version, the length of a frame. */
export const nothing = Symbol("nothing");

/**
 * The number, text or bytes that an operation puts down; `undefined` when it is an operation of another kind.
 * @throws FormatError
 */
export function readConstant(cursor: Cursor, operation: number): PickleValue | typeof nothing | undefined {
  switch (operation) {
    case 0x80: {
      const protocol = cursor.uint8();
      if (protocol > 5) throw new FormatError("foreign", `The pickle is of protocol ${protocol}; 0 to 5 are read.`);
      return nothing;
    }
    case 0x95: {
      const length = cursor.count64();
      if (length > cursor.left) cursor.skip(length);
      return nothing;
    }
    case 0x4e:
      return null;
    case 0x88:
      return true;
    case 0x89:
      return false;
    case 0x49: {
      const digits = cursor.line().toString("latin1").trim();
      return digits === "01" ? true : digits === "00" ? false : decimal(digits);
    }
    case 0x4c:
      return decimal(cursor.line().toString("latin1").trim().replace(/L$/, ""));
    case 0x4a:
      return cursor.int32();
    case 0x4b:
      return cursor.uint8();
    case 0x4d:
      return cursor.uint16();
    case 0x8a:
      return littleInteger(cursor.take(cursor.uint8()));
    case 0x8b:
      return littleInteger(cursor.take(unsigned(cursor.int32())));
    case 0x46:
      return float(cursor.line().toString("latin1").trim());
    case 0x47:
      return cursor.take(8).readDoubleBE(0);
    case 0x56:
      return rawUnicode(cursor.line().toString("latin1"));
    case 0x58:
      return utf8(cursor.take(cursor.uint32()));
    case 0x8c:
      return utf8(cursor.take(cursor.uint8()));
    case 0x8d:
      return utf8(cursor.take(cursor.count64()));
    case 0x53:
      return quoted(cursor.line().toString("latin1").trim());
    case 0x54:
      return cursor.take(unsigned(cursor.int32())).toString("latin1");
    case 0x55:
      return cursor.take(cursor.uint8()).toString("latin1");
    case 0x42:
      return cursor.take(cursor.uint32());
    case 0x43:
      return cursor.take(cursor.uint8());
    case 0x8e:
    case 0x96:
      return cursor.take(cursor.count64());
  }
  return undefined;
}

function decimal(digits: string): PickleValue {
  if (digits.length > longestDecimal)
    throw new FormatError("too-large", `The pickle holds a number of ${digits.length.toLocaleString("en-US")} digits.`);
  if (!/^[+-]?\d+$/.test(digits)) throw malformed("a number isn't one");
  return narrow(BigInt(digits));
}

function unsigned(value: number): number {
  if (value < 0) throw malformed("a length is negative");
  return value;
}

/** Two's complement, little-endian, any length. */
function littleInteger(bytes: Buffer): PickleValue {
  if (bytes.length === 0) return 0;
  const unsignedValue = BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
  return narrow(BigInt.asIntN(bytes.length * 8, unsignedValue));
}

function float(text: string): number {
  const named: Record<string, number> = {
    inf: Number.POSITIVE_INFINITY,
    "-inf": Number.NEGATIVE_INFINITY,
    nan: Number.NaN,
    "-nan": Number.NaN,
  };
  const value = named[text] ?? Number(text);
  if (text === "" || (Number.isNaN(value) && !(text in named))) throw malformed("a number isn't one");
  return value;
}

/** UTF-8 as Python writes it: half of a surrogate pair may stand alone, a byte order mark is a character. */
function utf8(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  if (!text.includes("�")) return text;
  let exact = "";
  for (let at = 0; at < bytes.length; ) {
    const isSurrogate =
      bytes[at] === 0xed && ((bytes[at + 1] ?? 0) & 0xe0) === 0xa0 && ((bytes[at + 2] ?? 0) & 0xc0) === 0x80;
    if (isSurrogate) {
      exact += String.fromCharCode(0xd000 | (((bytes[at + 1] ?? 0) & 0x3f) << 6) | ((bytes[at + 2] ?? 0) & 0x3f));
      at += 3;
      continue;
    }
    let end = at + 1;
    while (end < bytes.length && bytes[end] !== 0xed) end++;
    exact += bytes.toString("utf8", at, end);
    at = end;
  }
  return exact;
}

/** Latin-1 with `\uXXXX` and `\UXXXXXXXX` for the rest: texts of protocol 0. */
function rawUnicode(text: string): string {
  return text.replace(
    /\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g,
    (_, short: string | undefined, long: string | undefined) =>
      String.fromCodePoint(Math.min(0x10ffff, Number.parseInt(short ?? long ?? "0", 16))),
  );
}

const escapes: Record<string, string> = { n: "\n", r: "\r", t: "\t", "\\": "\\", "'": "'", '"': '"' };

/** A text as `repr` of Python 2 prints it. */
function quoted(text: string): string {
  const quote = text[0];
  if (text.length < 2 || (quote !== "'" && quote !== '"') || text.at(-1) !== quote)
    throw malformed("a text has no quotes");
  return text
    .slice(1, -1)
    .replace(/\\(?:x([0-9a-fA-F]{2})|(.))/g, (whole, hex: string | undefined, letter: string | undefined) =>
      hex === undefined ? (escapes[letter ?? ""] ?? whole) : String.fromCharCode(Number.parseInt(hex, 16)),
    );
}
