import type { GateIndex, GateInterval, GateLost, GateResult } from "@/lib/shapes/cut-over/gate";
import type { QueryPlan } from "@/lib/stores/contract";
import { overlap, rankBiasedOverlap, recall, retrieval, type retrievalKeys } from "./agreement";
import type { Answers } from "./ask";
import { type Interval, intervalOf, meanOf, quantiles, stands } from "./interval";
import { type Scanned, scoresOf } from "./scan";
import type { GateInput, GateSide, Question } from "./sides";

/** Below this overlap a question counts as lost. */
export const floor = 0.5;
/** Questions that a stratum must have before anything is said of it. */
export const leastOfStratum = 30;
const lostShown = 50;
const scoreShares = [0.05, 0.25, 0.5, 0.75, 0.95];

/** What was measured, before the verdict. `per` holds values by question, for how many more would settle it. */
export type Measured = Pick<
  GateResult,
  "source" | "target" | "overlap" | "known" | "strata" | "lost" | "latencies" | "map"
> & {
  /** Questions to which neither side had an answer: they say nothing. */
  nothingFound: number;
  per: { overlap: number[]; recall: number[]; known: Record<(typeof retrievalKeys)[number], number[]> };
};

/** An interval as JSON holds it: no infinities. */
export function shownInterval(interval: Interval | null): GateInterval | null {
  if (interval === null) return null;
  const finite = (value: number) => (Number.isFinite(value) ? value : null);
  return { ...interval, low: finite(interval.low), high: finite(interval.high) };
}

export function measure(
  input: GateInput,
  questions: readonly Question[],
  answers: { source: Answers; target: Answers },
  { exact }: Scanned,
  plans: { source: QueryPlan | null; target: QueryPlan | null },
): Measured {
  const { seed, k } = input.settings;
  const interval = (values: readonly number[]) => intervalOf(values, seed);
  const recalls = { source: recallsOf("source"), target: recallsOf("target") };
  function recallsOf(side: "source" | "target"): number[] {
    return questions.flatMap((_, at) => {
      const [hits, found] = [answers[side].hits[at], exact[side][at]];
      if (!hits || !found) return [];
      const value = recall(
        hits.map(({ id }) => id),
        found.search.nearest(found.at),
        scoresOf(found),
      );
      return value === null ? [] : [value];
    });
  }
  const pairs = questions.flatMap((question, at) => {
    const [source, target] = [answers.source.hits[at], answers.target.hits[at]];
    // Where neither side finds anything, as under a filter that nothing meets, they agree about nothing.
    if (!source || !target || source.length + target.length === 0) return [];
    const ids = { source: source.map(({ id }) => id), target: target.map(({ id }) => id) };
    const onSource = exact.source[at];
    // On one scale, so that one of several equals may stand for another.
    const scale = input.copied ? scoresOf(onSource) : () => undefined;
    const old = source.map(({ id, score }) => ({ id, score: scale(id) ?? score }));
    return [
      {
        question,
        at,
        ids,
        overlap: overlap(old, ids.target, scale),
        rankBiased: rankBiasedOverlap(ids.source, ids.target),
        sameFirst: sameFirst(old[0], ids.target[0], scale),
        fewer: target.length < source.length,
      },
    ];
  });
  const overlaps = pairs.map((pair) => pair.overlap);
  const withExpected = pairs.filter(({ question }) => question.expected.length > 0);
  const found = withExpected.map(({ question, ids }) => {
    const expected = new Set(question.expected);
    return { source: retrieval(ids.source, expected, k), target: retrieval(ids.target, expected, k) };
  });
  const differences = (key: (typeof retrievalKeys)[number]) =>
    found.map(({ source, target }) => target[key] - source[key]);
  const paired = (key: (typeof retrievalKeys)[number]) => ({
    source: meanOf(found.map(({ source }) => source[key])),
    target: meanOf(found.map(({ target }) => target[key])),
    difference: shownInterval(interval(differences(key))) ?? {
      mean: 0,
      low: null,
      high: null,
      n: 0,
      method: "t" as const,
    },
  });
  return {
    source: indexOf(input.source, answers.source, interval(recalls.source), plans.source),
    target: indexOf(input.target, answers.target, interval(recalls.target), plans.target),
    overlap: {
      judged: input.copied,
      mean: shownInterval(interval(overlaps)),
      rankBiased: shownInterval(interval(pairs.map(({ rankBiased }) => rankBiased))),
      sameFirst: shownInterval(interval(pairs.map((pair) => (pair.sameFirst ? 1 : 0)))),
      belowFloor: overlaps.length === 0 ? 0 : overlaps.filter((value) => value < floor).length / overlaps.length,
      fewerRows: pairs.filter(({ fewer }) => fewer).length,
      each: overlaps,
    },
    known:
      found.length === 0
        ? null
        : {
            ...{ recall1: paired("recall1"), recallK: paired("recallK"), reciprocalRank: paired("reciprocalRank") },
            ndcg: paired("ndcg"),
            won: found.filter(({ source, target }) => target.reciprocalRank > source.reciprocalRank).length,
            lost: found.filter(({ source, target }) => target.reciprocalRank < source.reciprocalRank).length,
          },
    strata: stratify(pairs, input.settings, interval),
    lost: lostOf(pairs, input.copied),
    latencies: { source: answers.source.ms, target: answers.target.ms },
    nothingFound: questions.filter(
      (_, at) => answers.source.hits[at]?.length === 0 && answers.target.hits[at]?.length === 0,
    ).length,
    per: {
      overlap: overlaps,
      recall: recalls.target,
      known: {
        ...{ recall1: differences("recall1"), recallK: differences("recallK"), ndcg: differences("ndcg") },
        reciprocalRank: differences("reciprocalRank"),
      },
    },
  };
}

type Pair = { question: Question; at: number; ids: { source: string[]; target: string[] }; overlap: number };

function sameFirst(
  old: { id: string; score: number } | undefined,
  now: string | undefined,
  scale: (id: string) => number | undefined,
): boolean {
  if (old === undefined || now === undefined) return old === undefined && now === undefined;
  const score = scale(now);
  return old.id === now || (score !== undefined && overlap([old], [now], scale) === 1);
}

function indexOf(
  { store, shape }: GateSide,
  { hits, ms, failed, unsteady, askedTwice }: Answers,
  found: Interval | null,
  plan: QueryPlan | null,
): GateIndex {
  const answered = hits.flatMap((one) => (one && one.length > 0 ? [one.map(({ score }) => score)] : []));
  const [p50 = 0, p95 = 0] = quantiles(ms, [0.5, 0.95]);
  return {
    ...{ service: store.service, collection: shape.name, metric: shape.metric, failed, unsteady, askedTwice },
    recall: shownInterval(found),
    latency: ms.length === 0 ? null : { p50, p95 },
    uses: plan && {
      index: plan.index,
      building: plan.indexes.filter(({ valid }) => !valid).map(({ name }) => name),
      ...(plan.configured && { configured: plan.configured }),
    },
    scores:
      answered.length === 0
        ? null
        : {
            first: quantiles(
              answered.flatMap(([first]) => (first === undefined ? [] : [first])),
              scoreShares,
            ),
            all: quantiles(answered.flat(), scoreShares),
          },
  };
}

function stratify(
  pairs: readonly Pair[],
  { threshold, by }: GateInput["settings"],
  interval: (values: readonly number[]) => Interval | null,
): GateResult["strata"] {
  const strata = new Map<string, { namespace: string; of?: { key: string; value: string }; values: number[] }>();
  const note = (stratum: { namespace: string; of?: { key: string; value: string } }, value: number) => {
    const key = JSON.stringify(stratum);
    const known = strata.get(key) ?? { ...stratum, values: [] };
    known.values.push(value);
    strata.set(key, known);
  };
  for (const { question, overlap: value } of pairs) {
    note({ namespace: question.namespace }, value);
    if (by !== undefined && question.stratum !== null)
      note({ namespace: "", of: { key: by, value: question.stratum } }, value);
  }
  return [...strata.values()].flatMap(({ values, ...stratum }) => {
    const found = values.length >= leastOfStratum ? interval(values) : null;
    const shown = shownInterval(found);
    return found && shown ? [{ ...stratum, overlap: shown, standing: stands(found, threshold) }] : [];
  });
}

/** What got worse, worst first: the expected record lost, else the lists apart. */
function lostOf(pairs: readonly Pair[], copied: boolean): GateLost[] {
  const rank = (ids: readonly string[], expected: readonly string[]) => {
    const at = ids.findIndex((id) => expected.includes(id));
    return at === -1 ? null : at + 1;
  };
  const seen = pairs.map(({ question, at, ids, overlap: value }) => ({
    question: at,
    overlap: value,
    ranks: { source: rank(ids.source, question.expected), target: rank(ids.target, question.expected) },
    ...ids,
    expects: question.expected.length > 0,
  }));
  const gone = ({ source, target }: GateLost["ranks"]) =>
    (1 / (source ?? Number.POSITIVE_INFINITY) || 0) - (1 / (target ?? Number.POSITIVE_INFINITY) || 0);
  const worse = seen.filter((one) => (one.expects && gone(one.ranks) > 0) || (copied && one.overlap < 1));
  return worse
    .sort((a, b) => gone(b.ranks) - gone(a.ranks) || a.overlap - b.overlap)
    .slice(0, lostShown)
    .map(({ expects: _, ...one }) => one);
}
