import { keptOf } from "@/lib/plan/differences";
import { isDigestOf } from "@/lib/plan/kept-numbers";
import { sameVectors, vectorFault } from "@/lib/plan/seen";
import { sameMetadata } from "@/lib/plan/target-metadata";
import type { RunSettings } from "@/lib/shapes/runs/run";
import type { Metadata } from "@/lib/stores/contract";
import { lastWritten } from "../compare/last-written";
import { readListed, readTargetRecords } from "../compare/read-heads";
import type { Work } from "../compare/work";

export type Mismatch = {
  id: string;
  reason: "differs" | "vector-invalid" | "vector-differs" | "source-changed";
  detail: string;
};

/** What comparing records told: each is a mismatch, has the vector that was written, is open, or is in doubt. */
export type Compared = {
  mismatches: Mismatch[];
  /** Records whose vector is the one that was written, as far as the target keeps its numbers. */
  asSent: number;
  /** Records that are equal otherwise, and of which it isn't known which vector was written. */
  open: string[];
  /** Records whose vector isn't the one that was written: another record's, rewritten since, or rounded by the store. */
  doubtful: string[];
};

export const nothingCompared = (): Compared => ({ mismatches: [], asSent: 0, open: [], doubtful: [] });

/**
 * Compares records that stand in both: metadata without the keys that the target owns, and a vector that can be searched with and is
 * the one that was written, as far as that is known.
 */
export async function compareRecords(work: Work, ids: readonly string[]): Promise<Compared> {
  const compared = nothingCompared();
  const size = Math.min(work.held.settings.queryBatchSize, work.parts.target.can.limits.fetchIds);
  for (let start = 0; start < ids.length; start += size)
    addCompared(compared, await compareBatch(work, ids.slice(start, start + size)));
  return compared;
}

export function addCompared(sum: Compared, more: Compared): void {
  sum.mismatches.push(...more.mismatches);
  sum.asSent += more.asSent;
  sum.open.push(...more.open);
  sum.doubtful.push(...more.doubtful);
}

async function compareBatch(work: Work, ids: readonly string[]): Promise<Compared> {
  const { settings } = work.held;
  const [source, written, sent] = await Promise.all([
    readListed(work, ids),
    readTargetRecords(work, ids),
    lastWritten(work, ids),
  ]);
  const compared = nothingCompared();
  const { mismatches } = compared;
  for (const [id, detail] of written.unreadable) mismatches.push({ id, reason: "differs", detail });
  for (const id of written.missing)
    mismatches.push({ id, reason: "differs", detail: "The target listed it and gave no record of that ID." });
  for (const record of written.records.values()) {
    const { id } = record;
    const invalid = vectorFault(record.values, settings.embedder.dimension);
    if (invalid) mismatches.push({ id, reason: "vector-invalid", detail: invalid });
    const original = source.records.get(id);
    // What the source doesn't give was not compared: that must not pass for equal.
    if (!original) mismatches.push({ id, ...withoutOriginal(source.unreadable.get(id)) });
    const differing = original
      ? differingKeys(keptOf(original.metadata, settings), keptOf(record.metadata, settings), settings.targetOwnedKeys)
      : [];
    if (differing.length > 0) {
      const detail = `Metadata differs in ${differing.join(", ")}: edited in the source after it was copied, or changed in the target.`;
      mismatches.push({ id, reason: "differs", detail });
    }
    if (invalid || !original || differing.length > 0) continue;
    if (settings.vectors === "source") {
      if (sameVectors(original, record, settings.target.keeps)) compared.asSent++;
      else
        mismatches.push({
          id,
          reason: "vector-differs",
          detail: `The vector isn't the source's, ${asKept(settings)}.`,
        });
      continue;
    }
    const digest = sent.get(id)?.digest ?? null;
    if (digest === null) compared.open.push(id);
    else if (isDigestOf(digest, record.values, settings.target.keeps)) compared.asSent++;
    else compared.doubtful.push(id);
  }
  return compared;
}

/** How far a vector that is read can be held against the one that was written. */
export function asKept({ target: { keeps } }: Pick<RunSettings, "target">): string {
  if (keeps === "half") return "as the target keeps it, in 16-bit numbers";
  return keeps === "direction" ? "by its direction, which is what the target keeps" : "bit for bit";
}

function withoutOriginal(unreadable: string | undefined): Omit<Mismatch, "id"> {
  if (unreadable !== undefined)
    return { reason: "differs", detail: `It can't be compared. In the source: ${unreadable}` };
  const detail =
    "It can't be compared: the source gives no record of it, asked twice; it may have been deleted meanwhile.";
  return { reason: "source-changed", detail };
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
