import { setTimeout as pause } from "node:timers/promises";
import { isServiceFailure, retryable } from "@/lib/failures";
import type { Hit, QueryPlan } from "@/lib/stores/contract";
import { overlap } from "./agreement";
import type { GateInput, GateSide, Question } from "./sides";
import { spread } from "./spread";

/** `null`: the side failed, or has no vector for the question. */
export type Answers = { hits: (Hit[] | null)[]; ms: number[]; failed: number; unsteady: number; askedTwice: number };
type SideName = "source" | "target";

export const warmUp = 3;
export const repeated = 20;
const attempts = 3;
/** A side that failed so often in a row is down: the others needn't be waited for. */
const mostInARow = 8;

/** Asks both sides every question in turn, so that what slows the machine slows both, and some of them twice. */
export async function askAll(input: GateInput, questions: readonly Question[]): Promise<Record<SideName, Answers>> {
  const answers: Record<SideName, Answers> = { source: none(), target: none() };
  const inARow = { source: 0, target: 0 };
  const sides = ["source", "target"] as const;
  for (const one of spread(questions, warmUp)) for (const side of sides) await ask(input, side, one).catch(ended);
  for (const [at, one] of questions.entries()) {
    for (const side of at % 2 === 0 ? sides : sides.toReversed()) {
      const into = answers[side];
      if (one.vectors[side] === null) {
        into.hits.push(null);
        continue;
      }
      const answered = inARow[side] >= mostInARow ? null : await ask(input, side, one).catch(ended);
      inARow[side] = answered ? 0 : inARow[side] + 1;
      into.hits.push(answered?.hits ?? null);
      if (answered) into.ms.push(answered.ms);
      else into.failed++;
    }
  }
  for (const [at, one] of spread([...questions.entries()], repeated)) {
    for (const side of sides) {
      const first = answers[side].hits[at];
      if (!first || inARow[side] >= mostInARow) continue;
      const again = await ask(input, side, one).catch(ended);
      if (!again) continue;
      answers[side].askedTwice++;
      const scores = new Map(again.hits.map(({ id, score }) => [id, score]));
      const same = overlap(
        first,
        again.hits.map(({ id }) => id),
        (id) => scores.get(id),
      );
      if (same < 1) answers[side].unsteady++;
    }
  }
  return answers;
}

const none = (): Answers => ({ hits: [], ms: [], failed: 0, unsteady: 0, askedTwice: 0 });

/** A failure of a service is an answer that is missing; anything else is our own. */
function ended(error: unknown): null {
  if (isServiceFailure(error) && error.code !== "aborted") return null;
  throw error;
}

async function ask(
  { settings, signal, ...input }: GateInput,
  name: SideName,
  { pair, vectors, filter, record }: Question,
): Promise<{ hits: Hit[]; ms: number } | null> {
  const side: GateSide = input[name];
  const values = vectors[name];
  if (values === null || side.store.query === undefined) return null;
  const place = { index: side.shape.name, namespace: pair[name] };
  const k = settings.k + (record === null ? 0 : 1);
  const options = signal ? { signal } : {};
  for (let attempt = 1; ; attempt++) {
    try {
      const began = performance.now();
      const hits = await side.store.query(place, { values, k, ...(filter && { filter }) }, options);
      const ms = performance.now() - began;
      return { hits: hits.filter(({ id }) => id !== record).slice(0, settings.k), ms };
    } catch (error) {
      if (!isServiceFailure(error) || !retryable[error.code] || attempt === attempts) throw error;
      await pause(Math.min(error.retryAfterMs ?? 100 * 2 ** attempt, 2000), undefined, options);
    }
  }
}

/** Which index the side answers by, where its store tells: in the namespace of most questions, as a small one may well be read row by row. */
export async function explain(
  { store, shape }: GateSide,
  name: SideName,
  questions: readonly Question[],
  k: number,
): Promise<QueryPlan | null> {
  const able = questions.filter(({ vectors, filtered }) => vectors[name] !== null && !filtered);
  const counts = new Map<string, number>();
  for (const { namespace } of able) counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
  const [one] = able.toSorted((a, b) => (counts.get(b.namespace) ?? 0) - (counts.get(a.namespace) ?? 0));
  const values = one?.vectors[name];
  if (!one || !values || !store.explainQuery) return null;
  return store.explainQuery({ index: shape.name, namespace: one.pair[name] }, { values, k }).catch(ended);
}
