import { retrievalKeys } from "./agreement";
import { stands } from "./interval";
import type { Measured } from "./measure";
import { about, between, infinite, leastQuestions, number, percent, settle, tolerated } from "./reasons";
import type { GateInput } from "./sides";

/** Of what should be found, a source that finds less is no measure: it is asked by another model, or for what isn't there. */
const leastFound = 0.5;

/** What the two sides' hits say of each other: agreement where vectors were copied, what is found of what is known where another model made them. */
export function aboutSearch(
  { settings: { threshold, margin }, copied }: GateInput,
  { overlap, known, per, strata, source }: Measured,
) {
  return about("search", (say) => {
    const sourceMisses = source.recall !== null && stands(infinite(source.recall), threshold) === "below";
    const against = sourceMisses ? "note" : "no-go";
    if (copied && overlap.mean) {
      const standing = stands(infinite(overlap.mean), threshold);
      if (!sourceMisses || standing !== "below")
        settle(say, overlap.mean, per.overlap, threshold, "overlap", "Both sides' hits agree in");
      else say("note", "overlap", `Both sides' hits agree in ${between(overlap.mean)}.`);
      if (overlap.belowFloor > tolerated)
        say(
          against,
          "questions-lost",
          `${percent(overlap.belowFloor)} of the questions have less than half of their hits on both sides.`,
        );
      for (const stratum of strata.filter((one) => one.standing === "below"))
        say(
          against,
          "stratum",
          `In ${stratum.of ? `${stratum.of.key} ${stratum.of.value}` : stratum.namespace === "" ? "the default namespace" : stratum.namespace} both sides' hits agree in ${between(stratum.overlap)}, below ${percent(threshold)}.`,
        );
    }
    if (overlap.fewerRows / Math.max(1, per.overlap.length) > tolerated)
      say(
        against,
        "fewer-rows",
        `To ${number(overlap.fewerRows)} questions the target gave fewer rows than the source.`,
      );
    if (!copied && known === null)
      say(
        "inconclusive",
        "nothing-known",
        "Two models answer differently without fault, and no question says what it should find: ask by known items, or give questions with what they should find.",
      );
    if (known === null) return;
    // What counts is what is known, however many questions without an answer stand beside it.
    if (!copied && known.recall1.difference.n < leastQuestions)
      say(
        "inconclusive",
        "few-known",
        `Of ${number(known.recall1.difference.n)} questions it is known what they should find; fewer than ${leastQuestions} tell nothing for certain.`,
      );
    if (!copied && (known.recallK.source ?? 0) < leastFound)
      say(
        "inconclusive",
        "source-finds-little",
        `The source itself finds ${percent(known.recallK.source)} of what should be found: not being worse than it says nothing. Check what is expected, and the source's embedder.`,
      );
    for (const key of retrievalKeys)
      settle(
        say,
        known[key].difference,
        per.known[key],
        -margin,
        `worse-${key}`,
        `The target's ${keyWords[key]} differs by`,
      );
  });
}

const keyWords = {
  recall1: "share of first hits that are right",
  recallK: "recall at k",
  reciprocalRank: "mean reciprocal rank",
  ndcg: "nDCG",
};
