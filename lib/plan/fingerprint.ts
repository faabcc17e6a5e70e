import { hash } from "node:crypto";
import type { Metadata, MetadataValue } from "@/lib/stores/contract";
import { ownValue } from "./differences";
import type { Seen } from "./seen";
import { type TextRules, textOf } from "./text";
import { float32Bytes } from "./vector-digest";

/** Characters of a fingerprint: 24 of the metadata (144 bits of SHA-256), 8 of the text alone (48 bits), base64url. */
export const fingerprintLength = 32;
const metadataLength = 24;

export type PrintRules = TextRules & { vectors?: "source" | undefined };

/**
 * What a record looked like when it was reviewed: its metadata, and its vector where that is copied. Equal for equal JSON, whatever
 * the order of its keys; numbers by value. The second part tells whether the text (or the copied vector) moved, for words; the first
 * alone decides.
 * @param ignoredKeys keys whose values may change without the record counting as another
 */
export function fingerprint(seen: Seen, rules: PrintRules, ignoredKeys: readonly string[] = []): string {
  const whole = canonicalJson(seen.metadata, ignoredKeys) + vectorOf(seen, rules);
  return hash("sha256", whole, "base64url").slice(0, metadataLength) + textPrint(seen, rules);
}

/** Characters of the fingerprint of what a vector is made of. */
export const textPrintLength = fingerprintLength - metadataLength;

/** What a record's text (or its vector, where that is copied) looked like, whatever the rest of it. */
export function textPrint(seen: Seen, rules: PrintRules): string {
  const made = vectorOf(seen, rules) || embeddedFrom(seen.metadata, rules);
  return hash("sha256", made, "base64url").slice(0, textPrintLength);
}

function vectorOf({ values = [], sparseValues }: Seen, { vectors }: PrintRules): string {
  if (vectors !== "source") return "";
  return `${hash("sha256", float32Bytes(values), "base64url")}${JSON.stringify(sparseValues ?? null)}`;
}

/** What the vector is made of: the value under the key as it stands, or the text that a rule gives. */
function embeddedFrom(metadata: Metadata, rules: TextRules): string {
  if (rules.text === undefined) return JSON.stringify(ownValue(metadata, rules.textKey) ?? null);
  const text = textOf(metadata, rules);
  return JSON.stringify(text.usable ? text.text : null);
}

/** What moved between two fingerprints of the same record. */
export function movedBetween(reviewed: string, now: string): "nothing" | "text" | "metadata" {
  if (reviewed.slice(0, metadataLength) === now.slice(0, metadataLength)) return "nothing";
  return reviewed.slice(metadataLength) === now.slice(metadataLength) ? "metadata" : "text";
}

/** One JSON text for all that are equal: keys sorted by their code units, absent values left out. */
export function canonicalJson(metadata: Metadata, ignoredKeys: readonly string[] = []): string {
  const members = Object.keys(metadata)
    .filter((key) => ownValue(metadata, key) !== undefined && !ignoredKeys.includes(key))
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalValue(ownValue(metadata, key) ?? null)}`);
  return `{${members.join(",")}}`;
}

function canonicalValue(value: MetadataValue): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return Array.isArray(value) ? `[${value.map(canonicalValue).join(",")}]` : canonicalJson(value);
}
