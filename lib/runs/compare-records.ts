import { sameMetadata } from "@/lib/plan/target-metadata";
import type { Metadata } from "@/lib/stores/contract";
import { readHeads } from "./read-heads";
import type { Work } from "./work";

export type Mismatch = { id: string; reason: "differs" | "vector-invalid" | "source-changed"; detail: string };

/** Compares records that stand in both: metadata without the keys that the target owns, and a vector that can be searched with. */
export async function compareRecords(work: Work, ids: readonly string[]): Promise<Mismatch[]> {
  const mismatches: Mismatch[] = [];
  const size = Math.min(work.held.settings.queryBatchSize, work.parts.target.can.limits.fetchIds);
  for (let start = 0; start < ids.length; start += size) {
    mismatches.push(...(await compareBatch(work, ids.slice(start, start + size))));
  }
  return mismatches;
}

async function compareBatch(work: Work, ids: readonly string[]): Promise<Mismatch[]> {
  const { target } = work.parts;
  const { settings } = work.held;
  const [source, written] = await Promise.all([
    readHeads(work, "source", ids),
    work.calls.make([{ allowance: work.allowances.fetch("target"), units: 1 }], (signal) =>
      target.fetchRecords(work.places.target, ids, { signal }),
    ),
  ]);
  const mismatches: Mismatch[] = written.unreadable.map(({ id, detail }) => ({ id, reason: "differs", detail }));
  for (const record of written.records) {
    const invalid = vectorFault(record.values, settings.embedder.dimension);
    if (invalid) mismatches.push({ id: record.id, reason: "vector-invalid", detail: invalid });
    const original = source.records.get(record.id);
    if (!original) continue;
    const differing = differingKeys(original.metadata, record.metadata, settings.targetOwnedKeys);
    if (differing.length > 0) {
      const detail = `Metadata differs in ${differing.join(", ")}: edited in the source after it was copied, or changed in the target.`;
      mismatches.push({ id: record.id, reason: "differs", detail });
    }
  }
  return mismatches;
}

/** Why a vector can't be searched with, or `null`. */
export function vectorFault(values: readonly number[], dimension: number): string | null {
  if (values.length !== dimension) return `The vector has ${values.length} dimensions, not ${dimension}.`;
  if (!values.every(Number.isFinite)) return "The vector holds values that aren't finite.";
  if (values.every((value) => value === 0)) return "The vector is all zeros.";
  return null;
}

function differingKeys(source: Metadata, target: Metadata, owned: readonly string[]): string[] {
  const without = (metadata: Metadata) =>
    Object.fromEntries(Object.entries(metadata).filter(([key]) => !owned.includes(key)));
  const [left, right] = [without(source), without(target)];
  if (sameMetadata(left, right)) return [];
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].filter((key) => !sameMetadata(pick(left, key), pick(right, key))).sort();
}

function pick(metadata: Metadata, key: string): Metadata {
  const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
  return value === undefined ? {} : { [key]: value };
}
