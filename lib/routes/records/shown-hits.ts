import type { Hit, Metadata, VectorQuery } from "@/lib/stores/contract";
import { mostHits } from "@/lib/stores/query/exact-query";

/**
 * Hits as a route shows its records: `show` answers what becomes of each, without those that the route doesn't write. Where some fall out, more
 * are asked for, so that there are `k` as long as the source has as many.
 */
export async function shownHits(
  k: number,
  ask: (k: number) => Promise<Hit[]>,
  show: (hits: Hit[]) => Hit[] | Promise<Hit[]>,
): Promise<Hit[]> {
  for (let asked = k; ; asked = Math.min(mostHits, asked * 2)) {
    const hits = await ask(asked);
    const shown = await show(hits);
    if (shown.length >= k || hits.length < asked || asked >= mostHits) return shown.slice(0, k);
  }
}

/** The same where only metadata is changed: whether that can be done is seen by it, so it is asked for. */
export function hitsWith(
  question: VectorQuery,
  ask: (question: VectorQuery) => Promise<Hit[]>,
  change: (metadata: Metadata) => { metadata: Metadata } | { wrong: string },
): Promise<Hit[]> {
  return shownHits(
    question.k,
    (k) => ask({ ...question, k, metadata: true }),
    (hits) =>
      hits.flatMap(({ metadata: held, ...hit }) => {
        const changed = change(held ?? {});
        if ("wrong" in changed) return [];
        return [question.metadata ? { ...hit, metadata: changed.metadata } : hit];
      }),
  );
}
