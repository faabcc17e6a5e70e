import { isServiceFailure } from "@/lib/failures";
import { textOf } from "@/lib/plan/text";
import type { GateQuestion, GateResult } from "@/lib/shapes/cut-over/gate";
import type { VectorRecord } from "@/lib/stores/contract";
import { inFetches } from "@/lib/stores/query/exact-query";
import { askAll, explain } from "./ask";
import { type Basis, decideVerdict } from "./decide-verdict";
import { drawMap } from "./map/draw-map";
import { MapSample } from "./map/sample";
import { type Measured, measure } from "./measure";
import { patient } from "./patient";
import { makeQuestions, missingModels, type Questions } from "./questions";
import { nothingRead, scan } from "./scan";
import type { GateInput, Question } from "./sides";
import { spread } from "./spread";
import { measureSweep, trySweep } from "./sweep";

/** Texts that are embedded again to see whether the target's vectors are the route's model's. */
export const remadeTexts = 20;
/** Longer ones may have been cut before they were embedded. */
const longestRemade = 4000;
/** The same model makes the same vector but for its last digits. */
const sameModel = 0.99;

export type GateOutcome = { result: GateResult; questions: GateQuestion[] };

/**
 * Asks both sides the same questions and checks the answers in three layers: the data, each index against exact search, and both together. Reads only.
 * A side that fails ends it as INCONCLUSIVE; what was measured until then is told.
 */
export async function runGate(given: GateInput): Promise<GateOutcome> {
  const input = { ...given, source: patient(given.source), target: patient(given.target) };
  // Where texts are to be asked and can't be, the verdict is known: nothing is read.
  const noModels = missingModels(input);
  const found: Found = { made: { questions: [], sampled: [], unasked: 0 }, measured: null, data: nothingRead(input) };
  let broken: string | null = null;
  try {
    if (noModels.length === 0) await askAndRead(input, found);
  } catch (error) {
    if (!isServiceFailure(error) || error.code === "aborted") throw error;
    broken = `${error.service} failed (${error.message}).`;
  }
  const { made, measured, data } = found;
  const asked = measured?.per.overlap.length ?? 0;
  const basis: Basis = {
    ...{ data, measured, asked, noModels, unasked: made.unasked, broken },
    normalised: areNormalised(made.questions),
  };
  const verdict = decideVerdict(input, basis);
  return {
    result: { ...verdict, questionsFrom: input.settings.queries, asked, data, ...shown(input, measured) },
    questions: made.questions.map(({ namespace, record, text, expected, filtered }) => ({
      ...{ namespace, record, text, expected, filtered },
    })),
  };
}

/** What is known so far: a side that fails leaves what was found before. */
type Found = { made: Questions; measured: Measured | null; data: GateResult["data"] };

async function askAndRead(input: GateInput, found: Found): Promise<void> {
  found.made = await makeQuestions(input);
  const { questions, sampled } = found.made;
  const answers = await askAll(input, questions);
  const { k } = input.settings;
  const plans = {
    source: await explain(input.source, "source", questions, k),
    target: await explain(input.target, "target", questions, k),
  };
  const swept = {
    source: await trySweep(input, "source", questions, plans.source),
    target: await trySweep(input, "target", questions, plans.target),
  };
  const map = new MapSample(input, questions);
  const scanned = await scan(input, questions, answers, { swept, map });
  found.data = { ...scanned.data, remade: await remake(input, questions, sampled) };
  const measured = {
    ...measure(input, questions, answers, scanned, plans),
    map: drawMap(input, map, questions, answers),
  };
  measured.source.sweep = measureSweep(swept.source, scanned.exact.source);
  measured.target.sweep = measureSweep(swept.target, scanned.exact.target);
  found.measured = measured;
}

function shown(input: GateInput, measured: Measured | null): Omit<Measured, "per" | "nothingFound"> {
  if (measured !== null) {
    const { per: _, nothingFound: _n, ...rest } = measured;
    return rest;
  }
  const side = ({ store, shape }: GateInput["source"]) => ({
    ...{ service: store.service, collection: shape.name, metric: shape.metric, recall: null, latency: null },
    ...{ failed: 0, unsteady: 0, askedTwice: 0, uses: null, scores: null },
  });
  return {
    source: side(input.source),
    target: side(input.target),
    overlap: {
      judged: input.copied,
      mean: null,
      rankBiased: null,
      sameFirst: null,
      belowFloor: 0,
      fewerRows: 0,
      each: [],
    },
    ...{ known: null, strata: [], lost: [], latencies: { source: [], target: [] } },
  };
}

function areNormalised(questions: readonly Question[]): boolean {
  return questions.every(({ vectors }) => {
    const values = vectors.source ?? [];
    return Math.abs(values.reduce((sum, value) => sum + value * value, 0) - 1) < 1e-3;
  });
}

/** Embeds some of the target's texts again: whether its vectors are those of the route's model is read from no name. */
async function remake(
  { copied, target, text, namespaces, signal }: GateInput,
  questions: readonly Question[],
  sampled: readonly VectorRecord[],
): Promise<GateResult["data"]["remade"]> {
  const { embedder, store, shape } = target;
  if (copied || embedder === null) return null;
  const options = signal ? { signal } : {};
  // Some of them have no text, or one that is too long.
  const of = new Set(spread(sampled, remadeTexts * 2).map(({ id }) => id));
  const usable: { namespace: string; id: string; text: string; values: number[] }[] = [];
  for (const pair of namespaces) {
    const ids = questions
      .filter((one) => one.pair === pair)
      .flatMap(({ record, expected }) => record ?? expected[0] ?? []);
    for (const part of inFetches(
      [...new Set(ids)].filter((id) => of.has(id)),
      store.can.limits,
    ))
      for (const { id, metadata, values } of (
        await store.fetchRecords({ index: shape.name, namespace: pair.target }, part, options)
      ).records) {
        const found = textOf(metadata, text);
        if (found.usable && found.text.length <= longestRemade && values.length > 0)
          usable.push({ namespace: pair.target, id, text: found.text, values });
      }
  }
  const pairs = spread(usable, remadeTexts);
  const different: NonNullable<GateResult["data"]["remade"]>["different"] = { count: 0, sample: [] };
  for (let start = 0; start < pairs.length; start += embedder.limits.textsPerCall) {
    const part = pairs.slice(start, start + embedder.limits.textsPerCall);
    const made = await embedder.embed(
      part.map((one) => one.text),
      options,
    );
    for (const [at, one] of part.entries()) {
      const vector = made[at];
      if (!vector?.ok) continue;
      const alike = cosine(vector.values, one.values);
      if (alike >= sameModel) continue;
      different.count++;
      different.sample.push({
        namespace: one.namespace,
        id: one.id,
        detail: `Its cosine to the vector of its text is ${alike.toFixed(3)}.`,
      });
    }
  }
  return { of: pairs.length, different };
}

function cosine(a: readonly number[], b: readonly number[]): number {
  const sum = (left: readonly number[], right: readonly number[]) =>
    left.reduce((total, value, at) => total + value * (right[at] ?? 0), 0);
  return sum(a, b) / Math.sqrt(sum(a, a) * sum(b, b) || 1);
}
