import { compareBytes } from "@/lib/stores/byte-order";
import type { Metadata, MetadataValue } from "@/lib/stores/contract";

/** `+` only in the source, `-` only in the target, `~` in both with different values. */
export const signs = ["+", "-", "~"] as const;
export type Sign = (typeof signs)[number];
export type Difference = {
  sign: Sign;
  key: string;
  source?: MetadataValue;
  target?: MetadataValue;
  /** It is the mark of the model that made the target's vector. */
  model?: boolean;
  /** It is the vector itself, of a record whose vector is copied. */
  vector?: boolean;
};

/**
 * The keys in which two records' metadata differ, in byte order, with both values. Numbers are compared by value, strings code
 * unit by code unit (composed and decomposed letters differ), lists in order; what JSON can't tell apart is no difference.
 * @param ownedKeys keys that belong to the target: passed over
 */
export function compareMetadata(source: Metadata, target: Metadata, ownedKeys: readonly string[]): Difference[] {
  const owned = new Set(ownedKeys);
  const differences: Difference[] = [];
  for (const key of Object.keys(source)) {
    const left = ownValue(source, key);
    if (owned.has(key) || left === undefined) continue;
    const right = ownValue(target, key);
    if (right === undefined) differences.push({ sign: "+", key, source: left });
    else if (!sameValue(left, right)) differences.push({ sign: "~", key, source: left, target: right });
  }
  for (const key of Object.keys(target)) {
    const right = ownValue(target, key);
    if (owned.has(key) || right === undefined || ownValue(source, key) !== undefined) continue;
    differences.push({ sign: "-", key, target: right });
  }
  return differences.length > 1 ? differences.sort((a, b) => compareBytes(a.key, b.key)) : differences;
}

/** What a target keeps of metadata: all of it, or the keys that it has a place for. */
export function keptOf(metadata: Metadata, { targetKeeps }: { targetKeeps?: readonly string[] | undefined }): Metadata {
  if (targetKeeps === undefined) return metadata;
  const kept = new Set(targetKeeps);
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => kept.has(key)));
}

/** Equal as JSON values: objects whatever the order of their keys. */
export function sameValue(a: MetadataValue, b: MetadataValue): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, position) => sameValue(item, b[position] ?? null));
  }
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => {
    const [left, right] = [ownValue(a, key), ownValue(b, key)];
    return left !== undefined && right !== undefined && sameValue(left, right);
  });
}

/** A key's own value: `constructor` and `__proto__` are keys like any other. */
export function ownValue(metadata: Metadata, key: string): MetadataValue | undefined {
  return Object.hasOwn(metadata, key) ? metadata[key] : undefined;
}
