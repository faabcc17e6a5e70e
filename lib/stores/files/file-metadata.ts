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
    const read = toJson(given, rules);
    if ("wrong" in read) return { wrong: `metadata ${JSON.stringify(key)} ${read.wrong}` };
    entries.push([key, read.value]);
  }
  if (text === null) return { metadata: Object.fromEntries(entries) };
  const own = entries.find(([key]) => key === rules.textKey)?.[1];
  if (own !== undefined && own !== text)
    return {
      wrong: `it has a text and, beside it, metadata of its own under the key ${JSON.stringify(rules.textKey)}: choose another key for texts in the connection`,
    };
  return { metadata: Object.fromEntries([...entries.filter(([key]) => key !== rules.textKey), [rules.textKey, text]]) };
}

type Read = { value: MetadataValue } | { wrong: string };

/** A value of a file as JSON has it; what no JSON can say is wrong. */
function toJson(given: Json, rules: HeadRules): Read {
  if (typeof given === "bigint")
    return rules.largeIntegersAsText
      ? { value: String(given) }
      : { wrong: `is the integer ${given}, which no number of JSON holds` };
  if (typeof given === "number" && !Number.isFinite(given))
    return { wrong: `is ${given}, which JSON has no number for` };
  if (Array.isArray(given)) return listOf(given, rules);
  if (!(given instanceof Map)) return { value: given };
  const values = listOf([...given.values()], rules);
  if ("wrong" in values) return values;
  return { value: Object.fromEntries([...given.keys()].map((key, place) => [key, values.value[place] ?? null])) };
}

function listOf(items: readonly Json[], rules: HeadRules): { value: MetadataValue[] } | { wrong: string } {
  const value: MetadataValue[] = [];
  for (const item of items) {
    const read = toJson(item, rules);
    if ("wrong" in read) return read;
    value.push(read.value);
  }
  return { value };
}
