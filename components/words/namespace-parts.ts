import type { Comparison, Count } from "@/lib/shapes/namespaces/namespaces";
import type { Parts } from "./plan";

/** A bar of what is known: its parts, and what is in no colour, since nothing of it was compared. */
export type KnownParts = { parts: Parts; remaining: number; rest: string };

/** What the shorter side holds, where nobody compared the records. */
export const bothByCounts = "in both by counts, not compared";
/** What was found on both sides by ID, where nobody looked for edits. */
export const bothById = "in both by ID, edits not compared";
/** Any of these, over several namespaces. */
export const bothUncompared = "in both by counts or ID, not compared";
/** What was equal once, where counts prove that records moved since. */
export const bothBefore = "in both at the last comparison, changed since";

/**
 * Parts of a namespace of which only the two counts are known. Counts can't tell which records differ:
 * what the shorter side holds is taken to be in both.
 */
export function partsOfCounts(source: number, target: number) {
  const both = Math.min(source, target);
  return { create: source - both, update: 0, unchanged: both, orphan: target - both, problem: 0 } satisfies Parts;
}

type Known = { source: Count | null; target: Count | null; comparison?: Comparison | null | undefined };

/** A namespace by its last comparison, else by its counts: only what was compared and found equal is called done. */
export function knownParts({ source, target, comparison }: Known): KnownParts {
  if (!comparison || comparison.changedSince) {
    const { unchanged, ...counts } = partsOfCounts(source?.value ?? 0, target?.value ?? 0);
    return { parts: counts, remaining: unchanged, rest: bothByCounts };
  }
  const { create, update, problem, orphan } = comparison;
  const same = Math.max(0, (source?.value ?? 0) - create - update - problem);
  return standingParts({ ...comparison, orphan, unchanged: same });
}

type Standing = Pick<Comparison, "create" | "update" | "orphan" | "problem" | "compared" | "changedSince">;

/** A namespace as the last look left it. */
export function standingParts(standing: Standing & { unchanged: number }): KnownParts {
  const { create, update, orphan, problem, unchanged, compared, changedSince } = standing;
  const parts = { create, update, orphan, problem };
  if (changedSince) return { parts, remaining: unchanged, rest: bothBefore };
  if (!compared) return { parts, remaining: unchanged, rest: bothById };
  return { parts: { ...parts, unchanged }, remaining: 0, rest: bothByCounts };
}
