import { embedQuestions } from "@/lib/search/embed-question";
import type { CanaryFigures, CanaryState } from "@/lib/shapes/cut-over/canary";
import type { GateQuestion, GateResult, GateSettings } from "@/lib/shapes/cut-over/gate";
import type { Warning } from "@/lib/shapes/runs/warning";
import { inFetches } from "@/lib/stores/query/exact-query";
import { overlap, retrieval } from "./agreement";
import { askAll } from "./ask";
import { meanOf, quantiles } from "./interval";
import { givenQuestions } from "./questions";
import { number, percent, tolerated } from "./reasons";
import type { GateInput, NamespacePair, Question } from "./sides";
import { sourceScale } from "./source-scale";
import { spread } from "./spread";

/** Enough to see a side that fails or loses rows, and few enough to be asked every few minutes. */
export const canaryQuestions = 50;

/** Whether a question can be asked again without embedding a text: its record's own vectors ask. */
export const asksByRecord = ({ record, filtered }: GateQuestion): boolean => record !== null && !filtered;

/**
 * Asks both sides a verdict's questions again, or those that are given. Reads the records that ask and those that the target alone gave; texts are
 * embedded once for each model.
 */
export async function askCanary(input: GateInput, stored: readonly GateQuestion[]): Promise<CanaryFigures> {
  const questions = await withVectors(input, input.given.length > 0 ? givenQuestions(input) : ofVerdict(input, stored));
  const answers = await askAll(
    input,
    questions.filter(({ vectors }) => vectors.target !== null),
  );
  const asked = questions.filter(({ vectors }) => vectors.target !== null);
  const pairs = asked.flatMap((question, at) => {
    const [source, target] = [answers.source.hits[at] ?? null, answers.target.hits[at]];
    return target ? [{ question, source, target: target.map(({ id }) => id) }] : [];
  });
  // Where neither side finds anything they agree about nothing.
  const both = pairs.flatMap(({ source, ...rest }) =>
    source && source.length + rest.target.length > 0 ? [{ ...rest, source }] : [],
  );
  const scale = input.copied ? await sourceScale(input, both) : null;
  const expecting = pairs.filter(({ question }) => question.expected.length > 0);
  const foundOf = (idsOf: (one: (typeof pairs)[number]) => string[] | null) => {
    const shares = expecting.flatMap((one) => {
      const ids = idsOf(one);
      return ids ? [retrieval(ids, new Set(one.question.expected), input.settings.k).recallK] : [];
    });
    return shares.length === 0 ? null : meanOf(shares);
  };
  const p95Of = (ms: readonly number[]) => (ms.length === 0 ? null : (quantiles(ms, [0.95])[0] ?? null));
  return {
    asked: asked.length,
    overlap:
      both.length === 0 || scale === null
        ? null
        : meanOf(both.map((one) => overlap(one.source, one.target, scale(one)))),
    found: foundOf(({ target }) => target),
    foundSource: foundOf(({ source }) => source?.map(({ id }) => id) ?? null),
    fewerRows: both.filter(({ source, target }) => target.length < source.length).length,
    lost: questions.filter(
      ({ record, vectors }) => record !== null && vectors.source !== null && vectors.target === null,
    ).length,
    failed: { source: answers.source.failed, target: answers.target.failed },
    p95: p95Of(answers.target.ms),
    sourceP95: p95Of(answers.source.ms),
  };
}

/** The verdict's own, without those that it can't put again. */
function ofVerdict(input: GateInput, stored: readonly GateQuestion[]): Question[] {
  const own = stored.filter(({ filtered, record, text }) => !filtered && (record !== null || text !== null));
  return spread(own, canaryQuestions).flatMap((one): Question[] => {
    const pair = input.namespaces.find(({ source }) => source === one.namespace);
    return pair ? [{ ...one, pair, filter: null, stratum: null, vectors: { source: null, target: null } }] : [];
  });
}

/** A record asks by its vector on each side, a text by each side's model. What isn't there any more isn't asked. */
async function withVectors(input: GateInput, questions: Question[]): Promise<Question[]> {
  const options = input.signal ? { signal: input.signal } : {};
  // Of copied vectors one model makes the questions for both sides.
  let made: number[][] | null = null;
  for (const side of ["source", "target"] as const) {
    const { store, shape, embedder } = input[side];
    for (const pair of new Set(questions.map((one) => one.pair))) {
      const own = questions.filter((one) => one.pair === pair && one.record !== null);
      const place = { index: shape.name, namespace: placeOf(pair, side) };
      const ids = own.flatMap(({ record }) => record ?? []);
      for (const part of inFetches(ids, store.can.limits)) {
        const { records } = await store.fetchRecords(place, part, options);
        const values = new Map(records.map((record) => [record.id, record.values]));
        for (const one of own) one.vectors[side] ??= values.get(one.record ?? "") ?? null;
      }
    }
    const texts = questions.filter(({ text }) => text !== null);
    if (embedder === null || texts.length === 0) continue;
    const words = texts.map(({ text }) => text ?? "");
    made = input.copied && made !== null ? made : await embedQuestions(embedder, words, options);
    for (const [at, one] of texts.entries()) one.vectors[side] = made[at] ?? null;
  }
  return questions;
}

const placeOf = (pair: NamespacePair, side: "source" | "target") => pair[side];

/** Slower than this beside twice of what the verdict measured is no noise of a network. Milliseconds. */
const noticeable = 50;
/** How many times slower a source may be for the target's answers to be excused by it: then whoever asks, or the way there, is slow. */
const mostExcused = 4;
/** What may be found less than when the verdict was given. */
const lessFound = 0.05;

type Baseline = {
  settings: GateSettings;
  baseline: GateResult;
  set?: string | undefined;
  /** Why sides couldn't be asked texts. */
  noModels?: readonly string[];
};

/**
 * How the target compares with what the verdict measured. A source that fails says nothing against the target, and where nothing could be compared it is
 * not known.
 */
export function checkCanary(
  figures: CanaryFigures,
  { settings, baseline, set, noModels = [] }: Baseline,
): { state: CanaryState; reasons: Warning[] } {
  const { asked, failed, fewerRows, lost, p95 } = figures;
  const reasons: Warning[] = [];
  const say = (code: string, words: string) => void reasons.push({ code, words });
  if (lost > 0)
    say(
      "records-lost",
      `${number(lost)} of the records that ask ${lost === 1 ? "isn't" : "aren't"} in the target any more, and ${lost === 1 ? "is" : "are"} in the source.`,
    );
  const whose = set === undefined ? "the verdict's questions" : `the questions of the set ${set}`;
  const unknown = (code: string, words: string) => ({ state: "unknown" as const, reasons: [{ code, words }] });
  if (asked === 0 && lost === 0)
    return unknown(
      "nothing-asked",
      set === undefined
        ? `None of ${whose} could be asked again: run the gate again.`
        : [`None of ${whose} could be asked.`, ...noModels].join(" "),
    );
  if (failed.target / Math.max(1, asked) > tolerated)
    say("target-fails", `The target failed to answer ${number(failed.target)} of ${number(asked)} questions.`);
  if (figures.overlap !== null && figures.overlap < settings.threshold)
    say("overlap", `Both sides' hits agree in ${percent(figures.overlap)}, below ${percent(settings.threshold)}.`);
  if (fewerRows / Math.max(1, asked) > tolerated)
    say(
      "fewer-rows",
      `To ${number(fewerRows)} of ${number(asked)} questions the target gave fewer rows than the source.`,
    );
  // Of other questions than the verdict's its figure says nothing: the source is asked them, too.
  const own = set === undefined || set === settings.set;
  const before = own ? baseline.known?.recallK.target : (figures.foundSource ?? undefined);
  if (figures.found !== null && before !== undefined && figures.found < before - lessFound)
    say(
      "finds-less",
      `The target finds ${percent(figures.found)} of what it should; ${own ? "when it was checked it" : "the source"} found ${percent(before)}.`,
    );
  const usual = baseline.target.latency?.p95;
  const usualSource = baseline.source.latency?.p95;
  const slowdown = usualSource && figures.sourceP95 !== null ? figures.sourceP95 / usualSource : 1;
  const awaited = (usual ?? 0) * Math.min(mostExcused, Math.max(1, slowdown));
  if (p95 !== null && usual !== undefined && p95 > 2 * awaited && p95 > awaited + noticeable)
    say(
      "slower",
      `95 % of the target's answers took up to ${p95.toFixed(0)} ms; when it was checked, ${usual.toFixed(0)} ms.${
        slowdown > 1 ? ` The source's take ${slowdown.toFixed(1)} times as long as then.` : ""
      }`,
    );
  if (reasons.length > 0) return { state: "red", reasons };
  const compared = figures.overlap !== null || (figures.found !== null && before !== undefined);
  return compared ? { state: "green", reasons } : unknown("nothing-compared", notCompared());
  function notCompared(): string {
    if (failed.source > 0)
      return `The source failed to answer ${number(failed.source)} of ${number(asked)} questions: there is nothing to compare the target's answers with.`;
    if (baseline.overlap.judged) return `Neither side found anything for ${whose}.`;
    if (figures.found === null)
      return `Two models answer differently without fault, and none of ${whose} says what it should find.`;
    return [`The source wasn't asked ${whose}: there is nothing to compare with.`, ...noModels].join(" ");
  }
}
