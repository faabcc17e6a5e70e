/** A hit with its score, the higher the nearer. */
export type Scored = { id: string; score: number };

/** Scores that differ by less are equal: 32-bit floats summed in another order. */
export const tie = 1e-5;

/** Equal as far as 32-bit floats tell, whatever their size. */
export const atLeast = (score: number, bound: number): boolean => score >= bound - tie * Math.max(1, Math.abs(bound));

/**
 * The share of hits that an index found of those that are nearest by exact comparison. Among equals at the end any will do: a hit counts that is as near
 * as the last of the nearest (as VecShift counts). `null` where nothing was to be found.
 * @param scoreOf a hit's exact score; `undefined`: there is no such record
 */
export function recall(
  hits: readonly string[],
  nearest: readonly Scored[],
  scoreOf: (id: string) => number | undefined,
): number | null {
  const last = nearest.at(-1);
  if (last === undefined) return null;
  const found = new Set(hits).size === 0 ? [] : [...new Set(hits)].slice(0, nearest.length);
  const right = found.filter((id) => {
    const score = scoreOf(id);
    return score !== undefined && atLeast(score, last.score);
  });
  return right.length / nearest.length;
}

/**
 * The share of hits that two lists have in common, of the longer one: a side that gives fewer rows loses by it. A hit of one list that is as near as the
 * last one of the other takes its place, as among texts that are alike.
 * @param scoreOf a hit's exact score on the scale of `old`; `undefined` where it isn't known
 */
export function overlap(
  old: readonly Scored[],
  now: readonly string[],
  scoreOf: (id: string) => number | undefined = () => undefined,
): number {
  const longer = Math.max(old.length, now.length);
  if (longer === 0) return 1;
  const last = old.at(-1);
  const ids = new Set(old.map(({ id }) => id));
  const same = now.filter((id) => {
    if (ids.has(id)) return true;
    const score = scoreOf(id);
    return last !== undefined && score !== undefined && atLeast(score, last.score);
  });
  return Math.min(same.length, longer) / longer;
}

/**
 * Rank-biased overlap, extrapolated (Webber, Moffat and Zobel, "A Similarity Measure for Indefinite Rankings", 2010, equation 30): what is near the top
 * counts most; at p = 0.9 the first ten ranks have 86 % of the weight.
 */
export function rankBiasedOverlap(a: readonly string[], b: readonly string[], p = 0.9): number {
  const depth = Math.max(a.length, b.length);
  if (depth === 0) return 1;
  const [left, right] = [new Set<string>(), new Set<string>()];
  let shared = 0;
  let sum = 0;
  for (let at = 0; at < depth; at++) {
    const [x, y] = [a[at], b[at]];
    if (x !== undefined && x === y) shared++;
    else {
      if (x !== undefined && right.has(x)) shared++;
      if (y !== undefined && left.has(y)) shared++;
    }
    if (x !== undefined) left.add(x);
    if (y !== undefined) right.add(y);
    sum += (shared / (at + 1)) * p ** (at + 1);
  }
  return (shared / depth) * p ** depth + ((1 - p) / p) * sum;
}

/** How well a list has what was expected of it. */
export type Retrieval = { recall1: number; recallK: number; reciprocalRank: number; ndcg: number };
export const retrievalKeys = ["recall1", "recallK", "reciprocalRank", "ndcg"] as const;

/**
 * Recall at 1 and at k, the reciprocal rank, and nDCG with gains of 1 (Järvelin and Kekäläinen, "Cumulated Gain-based Evaluation of IR Techniques",
 * 2002). Recall at 1 is whether the first hit is an expected one.
 */
export function retrieval(hits: readonly string[], expected: ReadonlySet<string>, k: number): Retrieval {
  const top = hits.slice(0, k);
  const first = top.findIndex((id) => expected.has(id));
  const gain = (at: number) => 1 / Math.log2(at + 2);
  const found = top.reduce((sum, id, at) => sum + (expected.has(id) ? gain(at) : 0), 0);
  let most = 0;
  for (let at = 0; at < Math.min(expected.size, k); at++) most += gain(at);
  const right = top.filter((id) => expected.has(id)).length;
  return {
    recall1: first === 0 ? 1 : 0,
    recallK: expected.size === 0 ? 0 : right / Math.min(expected.size, k),
    reciprocalRank: first === -1 ? 0 : 1 / (first + 1),
    ndcg: most === 0 ? 0 : found / most,
  };
}
