import { embedQuestions } from "@/lib/search/embed-question";
import type { CanaryFigures, CanaryState } from "@/lib/shapes/cut-over/canary";
import type { GateQuestion, GateResult, GateSettings } from "@/lib/shapes/cut-over/gate";
import type { Warning } from "@/lib/shapes/runs/warning";
import { inFetches } from "@/lib/stores/query/exact-query";
import { overlap, retrieval } from "./agreement";
import { askAll } from "./ask";
import { meanOf, quantiles } from "./interval";
import { makeQuestions } from "./questions";
import { number, percent, tolerated } from "./reasons";
import type { GateInput, NamespacePair, Question } from "./sides";

/** Enough to see a side that fails or loses rows, and few enough to be asked every few minutes. */
export const canaryQuestions = 50;

/** Whether a question can be asked again without embedding a text: its record's own vectors ask. */
export const asksByRecord = ({ record, filtered }: GateQuestion): boolean => record !== null && !filtered;

/** Asks both sides a verdict's questions again. Reads no more than the records that ask; texts are embedded once for each model. */
export async function askCanary(input: GateInput, stored: readonly GateQuestion[]): Promise<CanaryFigures> {
  const questions =
    input.given.length > 0
      ? (await makeQuestions({ ...input, settings: { ...input.settings, queries: "file", n: canaryQuestions } }))
          .questions
      : await ofVerdict(input, stored);
  const answers = await askAll(
    input,
    questions.filter(({ vectors }) => vectors.target !== null),
  );
  const asked = questions.filter(({ vectors }) => vectors.target !== null);
  const pairs = asked.flatMap((question, at) => {
    const target = answers.target.hits[at]?.map(({ id }) => id);
    return target ? [{ question, target, source: answers.source.hits[at] ?? null }] : [];
  });
  const both = pairs.flatMap(({ source, target }) => (source ? [{ source, target }] : []));
  const expecting = pairs.filter(({ question }) => question.expected.length > 0);
  const foundOf = (idsOf: (one: (typeof pairs)[number]) => string[] | null) => {
    const shares = expecting.flatMap((one) => {
      const ids = idsOf(one);
      return ids ? [retrieval(ids, new Set(one.question.expected), input.settings.k).recallK] : [];
    });
    return shares.length === 0 ? null : meanOf(shares);
  };
  const [p95 = 0] = quantiles(answers.target.ms, [0.95]);
  return {
    asked: asked.length,
    overlap:
      both.length === 0 || !input.copied ? null : meanOf(both.map(({ source, target }) => overlap(source, target))),
    found: foundOf(({ target }) => target),
    foundSource: foundOf(({ source }) => source?.map(({ id }) => id) ?? null),
    fewerRows: both.filter(({ source, target }) => target.length < source.length).length,
    lost: questions.filter(
      ({ record, vectors }) => record !== null && vectors.source !== null && vectors.target === null,
    ).length,
    failed: { source: answers.source.failed, target: answers.target.failed },
    p95: answers.target.ms.length === 0 ? null : p95,
  };
}

/** The verdict's own, without those that it can't put again. */
function ofVerdict(input: GateInput, stored: readonly GateQuestion[]): Promise<Question[]> {
  const asked = stored
    .filter(({ filtered, record, text }) => !filtered && (record !== null || text !== null))
    .slice(0, canaryQuestions)
    .flatMap((one): Question[] => {
      const pair = input.namespaces.find(({ source }) => source === one.namespace);
      return pair ? [{ ...one, pair, filter: null, stratum: null, vectors: { source: null, target: null } }] : [];
    });
  return withVectors(input, asked);
}

/** A record asks by its vector on each side, a text by each side's model. What isn't there any more isn't asked. */
async function withVectors(input: GateInput, questions: Question[]): Promise<Question[]> {
  const options = input.signal ? { signal: input.signal } : {};
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
    const vectors = await embedQuestions(
      embedder,
      texts.map(({ text }) => text ?? ""),
      options,
    );
    for (const [at, one] of texts.entries()) one.vectors[side] = vectors[at] ?? null;
  }
  return questions;
}

const placeOf = (pair: NamespacePair, side: "source" | "target") => pair[side];

/** Slower than this beside twice of what the verdict measured is no noise of a network. Milliseconds. */
const noticeable = 50;
/** What may be found less than when the verdict was given. */
const lessFound = 0.05;

/** How the target compares with what the verdict measured. A source that fails says nothing against the target. */
export function checkCanary(
  figures: CanaryFigures,
  { settings, baseline, set }: { settings: GateSettings; baseline: GateResult; set?: string | undefined },
): { state: CanaryState; reasons: Warning[] } {
  const { asked, failed, fewerRows, lost, p95 } = figures;
  const reasons: Warning[] = [];
  const say = (code: string, words: string) => void reasons.push({ code, words });
  if (lost > 0)
    say(
      "records-lost",
      `${number(lost)} of the records that ask ${lost === 1 ? "isn't" : "aren't"} in the target any more, and ${lost === 1 ? "is" : "are"} in the source.`,
    );
  if (asked === 0 && lost === 0)
    return {
      state: "unknown",
      reasons: [
        { code: "nothing-asked", words: "None of the verdict's questions could be asked again: run the gate again." },
      ],
    };
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
  if (p95 !== null && usual !== undefined && p95 > 2 * usual && p95 > usual + noticeable)
    say(
      "slower",
      `95 % of the target's answers took up to ${p95.toFixed(0)} ms; when it was checked, ${usual.toFixed(0)} ms.`,
    );
  return { state: reasons.length > 0 ? "red" : "green", reasons };
}
