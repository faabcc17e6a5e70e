import type { Json } from "@/lib/formats/contract";
import type { Metadata, MetadataValue } from "../contract";

export type FileMetadata = { metadata: Metadata } | { wrong: string };

export type HeadRules = {
  /** Under which metadata key a record's text appears. */
  textKey: string;
  largeIntegersAsText: boolean;
};

/**
 * A file's metadata with the record's text among it, as the rest of Portage knows metadata. What that can't hold makes the record unreadable:
 * nothing is rounded, cut or left out silently. `null` says that there is nothing, and is left out.
 */
export function withText(metadata: ReadonlyMap<string, Json>, text: string | null, rules: HeadRules): FileMetadata {
  const entries: [string, MetadataValue][] = [];
  for (const [key, given] of metadata) {
    if (given === null) continue;
    const value = typeof given === "bigint" && rules.largeIntegersAsText ? String(given) : given;
    if (!isValue(value)) return { wrong: `metadata ${JSON.stringify(key)} ${whyNot(value)}` };
    entries.push([key, value]);
  }
  if (text === null) return { metadata: Object.fromEntries(entries) };
  const own = entries.find(([key]) => key === rules.textKey)?.[1];
  if (own !== undefined && own !== text)
    return {
      wrong: `it has a text and, beside it, metadata of its own under the key ${JSON.stringify(rules.textKey)}: choose another key for texts in the connection`,
    };
  return { metadata: Object.fromEntries([...entries.filter(([key]) => key !== rules.textKey), [rules.textKey, text]]) };
}

function isValue(value: Json): value is MetadataValue {
  if (typeof value === "number") return Number.isFinite(value);
  if (Array.isArray(value)) return value.every((item) => typeof item === "string");
  return typeof value === "string" || typeof value === "boolean";
}

function whyNot(value: Json): string {
  if (typeof value === "bigint") return `is the integer ${value}, which no number of JSON holds`;
  if (typeof value === "number") return `is ${value}, which JSON has no number for`;
  return "is neither a text, a number, true or false, nor a list of texts";
}
