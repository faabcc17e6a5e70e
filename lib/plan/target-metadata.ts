import type { Metadata } from "@/lib/stores/contract";
import { sameValue } from "./differences";

export const clearanceKey = "clearance_level";

/**
 * Metadata of a record as it is written: all of the source's, then the keys that the target owns as they are in the target now,
 * and the configured clearance level, if any, where the target has none. The source's own values of target-owned keys are not written.
 * @param target the target record's metadata, `null` for a new record
 */
export function targetMetadata(
  source: Metadata,
  target: Metadata | null,
  settings: { clearanceLevel: number | null; targetOwnedKeys: readonly string[] },
): Metadata {
  const merged: Metadata = { ...source };
  for (const key of settings.targetOwnedKeys) {
    if (target === null) continue;
    delete merged[key];
    const own = target[key];
    if (Object.hasOwn(target, key) && own !== undefined) merged[key] = own;
  }
  const kept = target !== null && Object.hasOwn(target, clearanceKey);
  if (!kept && settings.clearanceLevel !== null) merged[clearanceKey] = settings.clearanceLevel;
  return merged;
}

/** Equal as JSON values: numbers by value, strings exactly, lists in order, keys in any order. */
export function sameMetadata(a: Metadata, b: Metadata): boolean {
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => {
    if (!Object.hasOwn(b, key)) return false;
    const [left, right] = [a[key], b[key]];
    return left !== undefined && right !== undefined && sameValue(left, right);
  });
}
