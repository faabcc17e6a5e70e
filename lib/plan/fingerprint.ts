import { hash } from "node:crypto";
import type { Metadata } from "@/lib/stores/contract";
import { ownValue } from "./differences";

/** Characters of a fingerprint: 24 of the metadata (144 bits of SHA-256), 8 of the text alone (48 bits), base64url. */
export const fingerprintLength = 32;
const metadataLength = 24;

/**
 * What a record's metadata looked like when it was reviewed. Equal for equal JSON, whatever the order of its keys; numbers by value.
 * The second part tells whether the text moved, for words; the first alone decides.
 * @param ignoredKeys keys whose values may change without the record counting as another
 */
export function fingerprint(metadata: Metadata, textKey: string, ignoredKeys: readonly string[] = []): string {
  const whole = hash("sha256", canonicalJson(metadata, ignoredKeys), "base64url").slice(0, metadataLength);
  return whole + textPrint(metadata, textKey);
}

/** Characters of a text's own fingerprint. */
export const textPrintLength = fingerprintLength - metadataLength;

/** What a record's text looked like, whatever the rest of its metadata. */
export function textPrint(metadata: Metadata, textKey: string): string {
  const text = hash("sha256", JSON.stringify(ownValue(metadata, textKey) ?? null), "base64url");
  return text.slice(0, textPrintLength);
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
    .map((key) => `${JSON.stringify(key)}:${JSON.stringify(ownValue(metadata, key))}`);
  return `{${members.join(",")}}`;
}
