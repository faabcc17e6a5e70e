import type { Json } from "@/lib/formats/contract";
import type { Metadata, MetadataValue } from "../contract";

export type FileMetadata = { metadata: Metadata } | { wrong: string };

export type HeadRules = {
  /** Under which metadata key a record's text appears. */
  textKey: string;
  largeIntegersAsText: boolean;
};

/**
 * A file's metadata with the record's text among it, as the rest of Portage knows metadata. What JSON can't say makes the record unreadable:
 * nothing is rounded, cut or left out silently.
 */
export function withText(metadata: ReadonlyMap<string, Json>, text: string | null, rules: HeadRules): FileMetadata {
  const entries: [string, MetadataValue][] = [];
  for (const [key, given] of metadata) {
    const value = asValue(given, rules);
    if ("wrong" in value) return { wrong: `metadata ${JSON.stringify(key)} ${value.wrong}` };
    entries.push([key, value.value]);
  }
  if (text === null) return { metadata: Object.fromEntries(entries) };
  const own = entries.find(([key]) => key === rules.textKey)?.[1] ?? null;
  if (own !== null && own !== text)
    return {
      wrong: `it has a text and, beside it, metadata of its own under the key ${JSON.stringify(rules.textKey)}: choose another key for texts in the connection`,
    };
  return { metadata: Object.fromEntries([...entries.filter(([key]) => key !== rules.textKey), [rules.textKey, text]]) };
}

function asValue(given: Json, rules: HeadRules): { value: MetadataValue } | { wrong: string } {
  if (typeof given === "bigint")
    return rules.largeIntegersAsText
      ? { value: String(given) }
      : { wrong: `holds the integer ${given}, which no number of JSON holds` };
  if (typeof given === "number" && !Number.isFinite(given))
    return { wrong: `holds ${given}, which JSON has no number for` };
  if (Array.isArray(given)) {
    const values: MetadataValue[] = [];
    for (const item of given) {
      const value = asValue(item, rules);
      if ("wrong" in value) return value;
      values.push(value.value);
    }
    return { value: values };
  }
  if (!(given instanceof Map)) return { value: given };
  const entries: [string, MetadataValue][] = [];
  for (const [key, item] of given) {
    const value = asValue(item, rules);
    if ("wrong" in value) return value;
    entries.push([key, value.value]);
  }
  return { value: Object.fromEntries(entries) };
}
