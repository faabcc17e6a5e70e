import type { GateData, GateReason, GateVerdict } from "@/lib/shapes/cut-over/gate";
import { aboutSearch } from "./about-search";
import { stands } from "./interval";
import type { Measured } from "./measure";
import { about, between, infinite, leastQuestions, number, records, settle, tolerated } from "./reasons";
import type { GateInput } from "./sides";

/** Rows from which on reading all of them for a question is too slow. */
const manyRows = 10_000;

/** All that the verdict rests on; `broken`: what stopped the gate before its end. */
export type Basis = {
  data: GateData;
  measured: Measured | null;
  asked: number;
  /** Why sides couldn't be asked the texts that were to be asked: nothing was read then. */
  noModels: readonly string[];
  /** Questions of a log that couldn't be put to both sides: of a namespace that isn't checked, or by a vector of another model. */
  unasked: number;
  broken: string | null;
  /** Whether all vectors that were seen have length 1: then metrics rank alike. */
  normalised: boolean;
};

/** The verdict with its reasons, worst first: anything against it is NO-GO, anything that isn't known INCONCLUSIVE, and GO is what is left. */
export function decideVerdict(input: GateInput, basis: Basis): { verdict: GateVerdict; reasons: GateReason[] } {
  const reasons = [
    ...aboutQuestions(input, basis),
    ...aboutData(input, basis),
    ...(basis.measured
      ? [...aboutIndexes(input, basis.measured, basis.data), ...aboutSearch(input, basis.measured)]
      : []),
  ];
  const order = { "no-go": 0, inconclusive: 1, note: 2 };
  reasons.sort((a, b) => order[a.level] - order[b.level]);
  const worst = reasons[0]?.level;
  return { verdict: worst === "no-go" ? "NO-GO" : worst === "inconclusive" ? "INCONCLUSIVE" : "GO", reasons };
}

const aboutQuestions = (
  { settings, brokenLines, given }: GateInput,
  { asked, noModels, broken, measured, unasked }: Basis,
) =>
  about("questions", (say) => {
    if (broken !== null) say("inconclusive", "not-finished", `It was not finished: ${broken}`);
    for (const words of noModels) say("inconclusive", "no-embedder", words);
    if (noModels.length > 0) return;
    if (asked === 0) say("inconclusive", "nothing-asked", "Nothing was asked: there is no question to decide by.");
    else if (asked < leastQuestions)
      say(
        "inconclusive",
        "few-questions",
        `${number(asked)} questions were answered by both sides; fewer than ${leastQuestions} tell nothing for certain.`,
      );
    const none = measured?.nothingFound ?? 0;
    if (none > 0)
      say(
        none / (none + asked) > tolerated ? "inconclusive" : "note",
        "nothing-found",
        `To ${number(none)} questions neither side found anything: they were not counted.`,
      );
    const lines = given.length + brokenLines;
    if (unasked > 0)
      say(
        unasked / given.length > tolerated ? "inconclusive" : "note",
        "questions-not-asked",
        `${number(unasked)} of ${number(given.length)} questions couldn't be put to both sides: of a namespace that isn't checked here, or by a vector of another model.`,
      );
    if (settings.queries === "file" && brokenLines > 0)
      say(
        brokenLines / lines > tolerated ? "inconclusive" : "note",
        "broken-lines",
        `${number(brokenLines)} of ${number(lines)} lines of the questions couldn't be read.`,
      );
  });

const aboutData = ({ copied, source, target }: GateInput, { data, normalised }: Basis) =>
  about("data", (say) => {
    if (data.missing.count > 0)
      say(
        "inconclusive",
        "records-missing",
        `${records(data.missing.count)} of the source ${data.missing.count === 1 ? "is" : "are"} missing in the target, and no run says why: migrate them first.`,
      );
    if (data.metadata.count > 0)
      say(
        "no-go",
        "metadata-differs",
        `${records(data.metadata.count)} ${data.metadata.count === 1 ? "has" : "have"} other metadata in the target. ${data.metadata.sample[0]?.id}: ${data.metadata.sample[0]?.detail}`,
      );
    if (data.vectors && data.vectors.count > 0)
      say(
        "no-go",
        "vectors-differ",
        `${records(data.vectors.count)} ${data.vectors.count === 1 ? "has" : "have"} another vector in the target than in the source. ${data.vectors.sample[0]?.id}: ${data.vectors.sample[0]?.detail}`,
      );
    if (data.remade && data.remade.different.count > 0)
      say(
        "no-go",
        "another-model",
        `Of ${number(data.remade.of)} texts that were embedded again by ${target.embedder?.space.model ?? "the route's model"}, ${number(data.remade.different.count)} have another vector in the target: another model made it, or of another text.`,
      );
    if (data.unreadable > 0) {
      const [first] = data.unreadableSample ?? [];
      say(
        "inconclusive",
        "unreadable",
        `${records(data.unreadable)} couldn't be read, and ${data.unreadable === 1 ? "was" : "were"} not compared.${first ? ` ${first.id} of the ${first.side}: ${first.detail}` : ""}`,
      );
    }
    if (data.explained > 0)
      say(
        "note",
        "explained",
        `${records(data.explained)} of the source ${data.explained === 1 ? "was" : "were"} left out by a run that says why.`,
      );
    if (data.onlyTarget > 0)
      say(
        "note",
        "only-in-target",
        `${records(data.onlyTarget)} ${data.onlyTarget === 1 ? "stands" : "stand"} in the target only.`,
      );
    if (source.shape.metric !== target.shape.metric && copied)
      say(
        normalised ? "note" : "no-go",
        "another-metric",
        `The source measures by ${source.shape.metric} and the target by ${target.shape.metric}${normalised ? ": vectors of length 1 rank alike by both, with other scores." : ", which ranks these vectors otherwise."}`,
      );
  });

function aboutIndexes({ settings: { threshold } }: GateInput, { source, target, per }: Measured, data: GateData) {
  return about("index", (say) => {
    for (const [name, side] of [
      ["source", source],
      ["target", target],
    ] as const) {
      const asked = (side.latency === null ? 0 : per.overlap.length) + side.failed;
      if (side.failed > 0)
        say(
          side.failed / Math.max(1, asked) > tolerated ? "inconclusive" : "note",
          "side-failed",
          `The ${name} failed to answer ${number(side.failed)} of ${number(asked)} questions.`,
        );
      if (side.unsteady / Math.max(1, side.askedTwice) > tolerated)
        say(
          "inconclusive",
          "unsteady",
          `The ${name} answered ${number(side.unsteady)} of ${number(side.askedTwice)} questions otherwise when it was asked again.`,
        );
    }
    for (const index of target.uses?.building ?? [])
      say(
        "inconclusive",
        "index-building",
        `The index ${index} of the target is being built, or its build was broken off.`,
      );
    if (target.uses && target.uses.index === null)
      say(
        data.target >= manyRows ? "no-go" : "note",
        "index-unused",
        `The target answers by reading all of its ${number(data.target)} rows: no index over its vectors is used.`,
      );
    else if (target.uses?.configured?.index === null)
      say(
        data.target >= manyRows ? "no-go" : "note",
        "index-unused-as-configured",
        `The gate's questions were answered by the index ${target.uses.index}. As the server is set, the application's would be answered by reading all ${number(data.target)} rows. ${target.uses.configured.advice}`,
      );
    if (source.recall && stands(infinite(source.recall), threshold) === "below")
      say(
        "inconclusive",
        "source-misses",
        `The source's own index finds ${between(source.recall)} of what is nearest: agreeing with it says nothing of the target.`,
      );
    if (target.recall === null)
      say(
        "inconclusive",
        "recall-unknown",
        "The target's index was not compared with exact search: no question without a filter has a vector.",
      );
    else
      settle(
        say,
        target.recall,
        per.recall,
        threshold,
        "target-misses",
        `Of what is nearest the target${target.uses?.index === null ? "" : "'s index"} finds`,
      );
  });
}
