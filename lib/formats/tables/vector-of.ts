import type { Json } from "../contract";
import { floatsOfBase64 } from "./float-bytes";
import { fromJson } from "./from-json";

const isNumber = /^[-+]?(?:\d+(?:\.\d*)?(?:e[-+]?\d+)?|\.\d+(?:e[-+]?\d+)?|nan|inf(?:inity)?)$/i;

/**
 * A vector as tables hold it: a list, its JSON text, or the numbers alone, between brackets or not, apart by commas or spaces, as numpy and
 * pgvector print them; base64 of its bytes.
 * @returns `null` where the field is empty, `undefined` where it holds something that is no vector
 */
export function vectorOf(value: Json): Float32Array | null | undefined {
  if (value === null || value === "") return null;
  if (Array.isArray(value)) return ofList(value);
  if (typeof value !== "string") return undefined;
  const inner = withinBrackets(value).replace(/[,;]$/, "");
  if (inner === "") return null;
  // Two commas with nothing between them: a number is missing.
  if (/[,;]\s*[,;]/.test(inner)) return undefined;
  const values = ofList(inner.split(/[\s,;]+/));
  if (values !== undefined) return values;
  const decoded = floatsOfBase64(value.trim());
  return decoded === null ? undefined : Float32Array.from(decoded);
}

/** A bracket without its other one stays, and is no number: the text breaks off, maybe in the midst of its last number. */
function withinBrackets(text: string): string {
  const trimmed = text.trim();
  const bare = (/^(?:np\.)?array\((.*?)(?:,\s*dtype=[\w.]+)?\)$/s.exec(trimmed)?.[1] ?? trimmed).trim();
  const closed = ["[]", "()", "{}"].some(([open = "", close = ""]) => bare.startsWith(open) && bare.endsWith(close));
  return closed ? bare.slice(1, -1).trim() : bare;
}

function ofList(items: readonly Json[]): Float32Array | null | undefined {
  if (items.length === 0) return null;
  const values = new Float32Array(items.length);
  for (const [at, item] of items.entries()) {
    if (typeof item === "number") values[at] = item;
    else if (typeof item === "string" && isNumber.test(item)) values[at] = numberOf(item);
    else return undefined;
  }
  return values;
}

/** As Python and PostgreSQL write them, too: `nan`, `inf`. */
function numberOf(text: string): number {
  if (/nan/i.test(text)) return Number.NaN;
  if (/inf/i.test(text)) return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text);
}

/** Columns of text often hold JSON: `{"source": "a.pdf"}`. */
export function parsedText(value: Json): Json {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return fromJson(JSON.parse(value));
  } catch {
    return value;
  }
}
