import type { Hit } from "@/lib/stores/contract";
import { inFetches } from "@/lib/stores/query/exact-query";
import { ExactSearch } from "@/lib/stores/query/exact-search";
import type { GateInput, Question } from "./sides";

type Answered = { question: Question; source: readonly Hit[]; target: readonly string[] };

/**
 * What each answer's hits score by the source's own vectors: whether a hit that the target alone gave is as near as one that it took the place of. Reads
 * these records, and none where both sides gave the same.
 */
export async function sourceScale(
  { source: { store, shape }, settings, signal }: GateInput,
  answered: readonly Answered[],
): Promise<(answer: Answered) => (id: string) => number | undefined> {
  const scores = new Map<Answered, (id: string) => number | undefined>();
  const { dimension, metric, name } = shape;
  const unlike = answered.filter(({ source, target }) => othersOf(source, target).length > 0);
  for (const pair of new Set(unlike.map(({ question }) => question.pair))) {
    const own = unlike.flatMap((one) => {
      const values = one.question.vectors.source;
      return one.question.pair === pair && values !== null && values.length === dimension ? [{ one, values }] : [];
    });
    if (dimension === null || own.length === 0) continue;
    const search = new ExactSearch({ metric, dimension, k: settings.k, questions: own.map(({ values }) => values) });
    const wanted = new Set<string>();
    for (const [at, { one }] of own.entries()) {
      const ids = [...othersOf(one.source, one.target), ...one.source.slice(-1).map(({ id }) => id)];
      search.watch(at, ids);
      for (const id of ids) wanted.add(id);
      scores.set(one, (id) => search.scoreOf(at, id));
    }
    for (const part of inFetches([...wanted], store.can.limits)) {
      const { records } = await store.fetchRecords(
        { index: name, namespace: pair.source },
        part,
        signal ? { signal } : {},
      );
      for (const { id, values } of records) search.add(id, values);
    }
  }
  return (answer) => scores.get(answer) ?? (() => undefined);
}

function othersOf(source: readonly Hit[], target: readonly string[]): string[] {
  const known = new Set(source.map(({ id }) => id));
  return target.filter((id) => !known.has(id));
}
