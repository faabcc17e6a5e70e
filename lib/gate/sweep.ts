import { isServiceFailure } from "@/lib/failures";
import type { GateSweep } from "@/lib/shapes/cut-over/gate-sweep";
import type { QueryPlan } from "@/lib/stores/contract";
import { recall } from "./agreement";
import { meanOf, quantiles } from "./interval";
import { type Exact, scoresOf } from "./scan";
import type { GateInput, Question } from "./sides";
import { spread } from "./spread";

/** Questions by which a setting is tried: spread over the sample, without a filter. */
export const sweptQuestions = 50;
/** Values that a store names, and what it stands at. */
export const sweptValues = 7;
/** What an operator wants of an index. */
const wanted = 0.95;

type SideName = "source" | "target";
/** Hits of each question at each value, before it is known what is nearest. */
export type Swept = {
  setting: string;
  now: number;
  unused?: true;
  rows: { value: number; ids: Map<number, string[]>; ms: number[] }[];
};

/**
 * Asks the side some questions with each value of the setting by which its index is searched. `null`: it has none.
 * @param plan by which index the side answers, where it tells
 */
export async function askSweep(
  { settings, signal, ...input }: GateInput,
  name: SideName,
  questions: readonly Question[],
  plan: QueryPlan | null,
): Promise<Swept | null> {
  const { store, shape } = input[name];
  const { query } = store;
  const options = signal ? { signal } : {};
  const effort = await store.searchEffort?.(shape.name, options);
  if (!effort || !query) return null;
  // Every row is read whatever the value: a table of them would say that all are alike.
  if (plan?.index === null) return { setting: effort.setting, now: effort.now, unused: true, rows: [] };
  const able = questions
    .map((question, at) => ({ question, at }))
    .filter(({ question }) => !question.filtered && question.vectors[name] !== null);
  const asked = spread(able, sweptQuestions);
  if (asked.length === 0) return null;
  const values = [...new Set([...effort.tries, effort.now])];
  const rows: Swept["rows"] = [];
  for (const value of values.sort((a, b) => a - b)) {
    const row: Swept["rows"][number] = { value, ids: new Map(), ms: [] };
    for (const { question, at } of asked) {
      const vector = question.vectors[name];
      if (vector === null) continue;
      const place = { index: shape.name, namespace: question.pair[name] };
      const k = settings.k + (question.record === null ? 0 : 1);
      const began = performance.now();
      const hits = await query.call(store, place, { values: vector, k, effort: value }, options);
      row.ms.push(performance.now() - began);
      row.ids.set(at, hits.flatMap(({ id }) => (id === question.record ? [] : [id])).slice(0, settings.k));
    }
    rows.push(row);
  }
  return { setting: effort.setting, now: effort.now, rows };
}

/** The same of a side that fails: its settings stay untried, and the verdict doesn't rest on them. */
export const trySweep: typeof askSweep = async (...given) =>
  askSweep(...given).catch((error: unknown) => {
    if (isServiceFailure(error) && error.code !== "aborted") return null;
    throw error;
  });

/** What each value finds of what is nearest, and which is the first that finds enough. */
export function measureSweep(swept: Swept | null, exact: readonly (Exact | null)[]): GateSweep | null {
  if (swept === null) return null;
  const rows = swept.rows.flatMap(({ value, ids, ms }) => {
    const recalls = [...ids].flatMap(([at, hits]) => {
      const found = exact[at];
      const share = found ? recall(hits, found.search.nearest(found.at), scoresOf(found)) : null;
      return share === null ? [] : [share];
    });
    const [p50 = 0, p95 = 0] = quantiles(ms, [0.5, 0.95]);
    return recalls.length === 0 ? [] : [{ value, recall: meanOf(recalls), n: recalls.length, p50, p95 }];
  });
  const { setting, now, unused } = swept;
  return {
    setting,
    now,
    wanted,
    ...(unused && { unused }),
    reaches: rows.find((row) => row.recall >= wanted)?.value ?? null,
    rows,
  };
}
