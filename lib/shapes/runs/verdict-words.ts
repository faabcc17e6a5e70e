import type { Verdict, Verified } from "./verdict";

/**
 * What a read-back check may be called. `verified`: everything listed stands in the target and what was compared is as it should be,
 * vectors included. `compared-in-part`: nothing was found wrong, but no record was compared, not every vector of those that were, not what the target held
 * before, or the source may hold more than it shows. `incomplete`: nothing was
 * found wrong, but the target lacks records that were left out with a reason or came since. `not-verified`: something is missing,
 * differs, wasn't listed, or lacks its other half. `nothing-to-verify`: there was no record to look at.
 */
export const verdictWords = [
  "verified",
  "compared-in-part",
  "incomplete",
  "not-verified",
  "nothing-to-verify",
] as const;
export type VerdictWord = (typeof verdictWords)[number];

/** Texts of a namespace that a verification embeds again where it isn't known which vectors were written. */
export const defaultReembedSample = 5;

type Found = Omit<Verdict, "ok" | "word" | "words" | "mismatches">;

/**
 * The one place that decides what a read-back check is called.
 * @param nothing there was no record to look at
 * @param lacking records that the target lacks and nothing is wrong with: left out with a reason, or not this run's
 */
function decideWord(
  found: Omit<Found, "source" | "target" | "orphans">,
  nothing: boolean,
  lacking: number,
): VerdictWord {
  const { missing, sampleMismatches, short = [], sampled, vectors, halves, uncompared = 0, withheld = [] } = found;
  const lost = halves === undefined ? 0 : halves.withoutRow + halves.withoutVector;
  if (missing > 0 || sampleMismatches > 0 || short.length > 0 || lost > 0) return "not-verified";
  if (lacking > 0) return "incomplete";
  if (nothing) return "nothing-to-verify";
  // What was there before differs from the source, or may.
  if (uncompared > 0 || withheld.some(({ side }) => side === "source")) return "compared-in-part";
  // A vector of which only the form is known may be another record's.
  const vectorsKnown = vectors === undefined || vectors.unchecked === 0;
  return sampled > 0 && vectorsKnown ? "verified" : "compared-in-part";
}

/** A verdict of what was found: word and `ok` follow from the facts and are never set apart from them. */
export function verdictOf(
  found: Found & Pick<Verdict, "words" | "mismatches"> & { nothing: boolean; lacking?: number },
): Verdict {
  const { nothing, lacking = found.explainedMissing + found.arrivedLater, ...facts } = found;
  const word = decideWord(facts, nothing, lacking);
  return { ok: word !== "not-verified", word, ...facts };
}

/** The word of a stored verdict, those of earlier versions included. */
export function wordOf(verdict: Verdict): VerdictWord {
  if (verdict.word !== undefined) return verdict.word;
  if (!verdict.ok) return "not-verified";
  return decideWord(verdict, false, verdict.explainedMissing + verdict.arrivedLater);
}

/** As a heading says it; `not verified` is the only other one that holds the word. */
export const verdictHeadings: Record<VerdictWord, string> = {
  verified: "verified",
  "compared-in-part": "compared in part",
  incomplete: "incomplete",
  "not-verified": "not verified",
  "nothing-to-verify": "nothing to verify",
};

/** Whether only a sample of what the check answers for was compared. */
export const isSampled = ({ sampled, comparable }: Pick<Verdict, "sampled" | "comparable">) =>
  comparable !== undefined && sampled < comparable;

/** As a heading says it of one verdict: of a sample, that it rests on one. */
export function headingOf(verdict: Verdict): string {
  const word = wordOf(verdict);
  return word === "verified" && isSampled(verdict)
    ? `${verdictHeadings[word]} by a sample of ${verdict.sampled.toLocaleString("en-US")}`
    : verdictHeadings[word];
}

const verifiedParts: [keyof Verified, string][] = [
  ["ok", "verified"],
  ["failed", "not verified"],
  ["incomplete", "incomplete"],
  ["partly", "compared in part"],
  ["nothing", "with nothing to verify"],
  ["pending", "still to be read back"],
];

/** "10 verified, 1 not verified, 2 still to be read back", those that are none left out but for the first. */
export function verifiedWords(verified: Verified): string {
  return verifiedParts
    .filter(([part], position) => position === 0 || verified[part] > 0)
    .map(
      ([part, words]) =>
        `${verified[part].toLocaleString("en-US")} ${words}${part === "ok" ? sampleWords(verified) : ""}`,
    )
    .join(", ");
}

/** Of those that are verified, how many rest on a sample. */
function sampleWords({ ok, sampled = 0 }: Verified): string {
  if (sampled === 0) return "";
  return sampled === ok ? " by a sample" : ` (${sampled.toLocaleString("en-US")} of them by a sample)`;
}
