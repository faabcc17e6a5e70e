import type { Json } from "../contract";
import { FormatError } from "../format-error";

/** Lists and objects in one another; whatever goes through them one by one would run out of stack at some thousands. */
const deepest = 500;

/**
 * What `JSON.parse` answers, with objects as maps. Integers beyond 2^53 have lost digits by then; see {@link losesDigits}.
 * @throws FormatError `malformed` for what is nested too deeply
 */
export function fromJson(value: unknown): Json {
  return convert(value, 0);
}

function convert(value: unknown, depth: number): Json {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return value;
  if (depth > deepest) throw new FormatError("malformed", `It holds values that are nested more than ${deepest} deep.`);
  if (Array.isArray(value)) return value.map((item) => convert(item, depth + 1));
  if (typeof value === "object")
    return new Map(Object.entries(value).map(([key, item]) => [key, convert(item, depth + 1)]));
  return null;
}

/** Whether a text of JSON holds an integer that a double can't: 16 digits or more. */
export function losesDigits(text: string): boolean {
  for (const [digits] of text.matchAll(/(?<![\d."eE+-])-?\d{16,}(?![\d.eE])/g)) {
    if (!Number.isSafeInteger(Number(digits))) return true;
  }
  return false;
}
