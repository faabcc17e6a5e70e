/**
 * Reciprocal rank fusion (Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods", SIGIR 2009):
 * a hit gets 1 / (60 + rank) of each list that has it. Ranks need no common scale, which scores of vectors and of words haven't.
 */
export const rankConstant = 60;

/** A hit of the fused list, and its rank in each list that has it, from 1. */
export type Fused = { id: string; score: number; ranks: (number | null)[] };

/** @param lists IDs, best first */
export function fuse(lists: readonly (readonly string[])[], k: number): Fused[] {
  const fused = new Map<string, Fused>();
  for (const [list, ids] of lists.entries()) {
    for (const [at, id] of [...new Set(ids)].entries()) {
      const known = fused.get(id) ?? { id, score: 0, ranks: lists.map(() => null) };
      known.score += 1 / (rankConstant + at + 1);
      known.ranks[list] = at + 1;
      fused.set(id, known);
    }
  }
  return [...fused.values()].sort((a, b) => b.score - a.score).slice(0, k);
}
