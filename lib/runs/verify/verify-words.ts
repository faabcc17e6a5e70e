import type { RunSettings } from "@/lib/shapes/runs/run";
import type { Listings } from "../compare/counted-listing";
import { shortWords, withheldWords } from "../compare/listing-findings";
import type { HeldVectors } from "./held-vectors";

/** Records that were there before the run, and what a sample of them is like: of some it isn't known which vector was written. */
export type Before = { records: number; compared: number; different: number; unsure: number };

/** Whether what was there before is as Portage would have written it, as far as it was compared. */
export function isSure({ records, compared, different, unsure }: Before): boolean {
  return records === 0 || (compared > 0 && different + unsure === 0);
}

/** What the listings and the sample came to. */
export type Counted = {
  source: number;
  target: number;
  matched: number;
  missing: number;
  explained: number;
  takenOut: number;
  arrived: number;
  orphans: number;
  before: Before;
  compared: number;
  differing: number;
  held: HeldVectors;
  /** The first of those missing or differing, each ID once. */
  named: { id: string; detail: string }[];
};

/** Method and coverage of a read-back check by listing, in one sentence. */
export function wordsFor(counted: Counted, settings: RunSettings, listings: Listings, halves = ""): string {
  const number = (value: number) => value.toLocaleString("en-US");
  const parts = [
    ...shortWords(listings),
    ...withheldWords(listings),
    halves,
    `${number(counted.matched)} of ${number(counted.source)} source IDs found in the target, by listing both`,
    counted.explained > 0 ? `${number(counted.explained)} left out with a reason` : "",
    counted.missing > 0 ? `${number(counted.missing)} missing without one` : "",
    counted.arrived > 0 ? `${number(counted.arrived)} not part of this run` : "",
    ...comparedWords(counted, settings, number),
    beforeWords(counted.before, number),
    counted.orphans > 0 ? `${number(counted.orphans)} only in the target, kept` : "",
  ];
  const words = parts.filter((part) => part !== "").join("; ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

function comparedWords(counted: Counted, settings: RunSettings, number: (value: number) => string): string[] {
  if (counted.compared === 0)
    return [settings.verifySample === 0 ? "no record was compared" : "no record was this run's to compare"];
  const result = counted.differing === 0 ? "none different" : `${number(counted.differing)} different`;
  const coverage = settings.verifyFull ? "all " : "";
  return [
    `${coverage}${number(counted.compared)} ${counted.compared === 1 ? "record" : "records"} compared by metadata, ${result}`,
    ...counted.held.words(settings.embedder.dimension),
  ];
}

function beforeWords({ records, compared, different, unsure }: Before, number: (value: number) => string): string {
  if (records === 0) return "";
  const there = `${number(records)} there before and left alone`;
  if (compared === 0) return `${there}, none of them compared`;
  const found = [
    different > 0 ? `${number(different)} different` : "",
    unsure > 0 ? `${number(unsure)} with a vector of which only the form is known` : "",
  ].filter((part) => part !== "");
  return `${there}: of ${number(compared)} compared ${found.length > 0 ? found.join(", ") : "none different"}`;
}
