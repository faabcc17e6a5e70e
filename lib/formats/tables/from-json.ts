import type { Json } from "../contract";

/** What `JSON.parse` answers, with objects as maps. Integers beyond 2^53 have lost digits by then; see {@link losesDigits}. */
export function fromJson(value: unknown): Json {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return value;
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value === "object") return new Map(Object.entries(value).map(([key, item]) => [key, fromJson(item)]));
  return null;
}

/** Whether a text of JSON holds an integer that a double can't: 16 digits or more. */
export function losesDigits(text: string): boolean {
  for (const [digits] of text.matchAll(/(?<![\d."eE+-])-?\d{16,}(?![\d.eE])/g)) {
    if (!Number.isSafeInteger(Number(digits))) return true;
  }
  return false;
}
