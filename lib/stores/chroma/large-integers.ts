import type { Json } from "@/lib/formats/contract";
import { fromJson } from "@/lib/formats/tables/from-json";

const mark = "\u0000portage-integer:";
/** A text, which is passed, or an integer of sixteen digits and more outside of texts. */
const token = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;
const largeInteger = /\d{16}/;

/** Parses JSON of which no integer loses digits: those beyond 2^53 come as texts that {@link exactJson} knows. */
export function parseExactly(text: string): unknown {
  if (!largeInteger.test(text)) return JSON.parse(text);
  return JSON.parse(
    text.replace(token, (found) =>
      found.startsWith('"') || Number.isSafeInteger(Number(found)) ? found : JSON.stringify(mark + found),
    ),
  );
}

/** What {@link parseExactly} answered, integers beyond 2^53 as they are. */
export function exactJson(value: unknown): Json {
  return restored(fromJson(value));
}

function restored(value: Json): Json {
  if (typeof value === "string") return value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value;
  if (Array.isArray(value)) return value.map(restored);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, restored(item)]));
  return value;
}
