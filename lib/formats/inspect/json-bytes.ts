import type { Json } from "../contract";

/** Bytes of the value as JSON in UTF-8, without making it. */
export function jsonBytes(value: Json): number {
  if (typeof value === "bigint") return String(value).length;
  if (Array.isArray(value))
    return 1 + value.reduce<number>((sum, item) => sum + jsonBytes(item) + 1, value.length === 0 ? 1 : 0);
  if (value instanceof Map) {
    let bytes = value.size === 0 ? 2 : 1;
    for (const [key, item] of value) bytes += textBytes(key) + 1 + jsonBytes(item) + 1;
    return bytes;
  }
  return typeof value === "string" ? textBytes(value) : Buffer.byteLength(JSON.stringify(value));
}

const textBytes = (text: string) => Buffer.byteLength(JSON.stringify(text));
