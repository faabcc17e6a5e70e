import type { Metadata, MetadataValue } from "../../contract";
import { literal, quoted } from "../tables/catalog";
import type { Layout } from "../tables/layout";

export type Read<T> = { value: T } | { wrong: string };

const mostPairs = 40;

/** The columns that are metadata keys as one text of JSON, as SQL: a function takes a hundred values at most. */
export function columnsText({ columns }: Layout): string {
  if (columns.length === 0) return "NULL::text";
  const parts: string[] = [];
  for (let start = 0; start < columns.length; start += mostPairs) {
    const pairs = columns
      .slice(start, start + mostPairs)
      .map(({ key, column }) => `${literal(key)}::text, ${quoted(column.name)}`);
    parts.push(`jsonb_build_object(${pairs.join(", ")})`);
  }
  return `(${parts.join(" || ")})::text`;
}

/**
 * A record's metadata out of its column of JSON and its other columns. What the column of the namespace holds is no part of it, nor is the key that
 * stands for it; a column without a value is a key that isn't there.
 */
export function readMetadata(layout: Layout, json: string | null, columns: string | null): Read<Metadata> {
  const entries: [string, MetadataValue][] = [];
  const taken = new Map<string, string>();
  const parts = [
    ["its metadata", json],
    ["its columns", columns],
  ] as const;
  for (const [name, text] of parts) {
    if (text === null) continue;
    const number = inexactNumber(text);
    if (number !== null) return { wrong: `${name} hold the number ${number}, which can't be kept exactly` };
    const parsed: unknown = JSON.parse(text);
    if (parsed === null) continue;
    if (typeof parsed !== "object" || Array.isArray(parsed)) return { wrong: `${name} are not an object` };
    for (const [key, value] of Object.entries(parsed)) {
      if (name === "its columns" && value === null) continue;
      if (layout.namespace && "key" in layout.namespace && key === layout.namespace.key) continue;
      const standing = taken.get(key);
      if (standing !== undefined) {
        if (standing === JSON.stringify(value)) continue;
        return { wrong: `"${key}" stands in its metadata and in a column, with two values` };
      }
      if (!isMetadataValue(value)) return { wrong: `metadata "${key}" holds a number that is too large` };
      taken.set(key, JSON.stringify(value));
      entries.push([key, value]);
    }
  }
  return { value: Object.fromEntries(entries) };
}

/** Whatever JSON says; a number that is too large for float64 comes out of parsing as infinity. */
const isMetadataValue = (value: unknown): value is MetadataValue => {
  if (typeof value === "number") return Number.isFinite(value);
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  return typeof value === "object" && Object.values(value).every(isMetadataValue);
};

/** A whole number beyond 2^53 that JSON.parse would round, or `null`. The server keeps every digit. */
function inexactNumber(text: string): string | null {
  if (!/\d{16}/.test(text)) return null;
  // Texts are passed over whole, so that their digits aren't taken for numbers.
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g)) {
    if (/^-?\d{16,}$/.test(token) && BigInt(token) !== BigInt(Number(token))) return token;
  }
  return null;
}
