import { manyWords } from "@/components/words/figures";
import type { DifferencesPoint } from "@/lib/shapes/schedules/fleet";

/** How many records are out of sync; where nobody looked for edits, what of it is known. */
export function outOfSyncWords({ outOfSync, compared }: Pick<DifferencesPoint, "outOfSync" | "compared">): string {
  return compared
    ? `${manyWords(outOfSync, "record")} out of sync`
    : `${manyWords(outOfSync, "record")} known to be out of sync, edits not compared`;
}

/** What stands where one look makes no line yet. */
export function onlyLookWords(point: Pick<DifferencesPoint, "outOfSync" | "compared">): string {
  if (point.compared)
    return `${manyWords(point.outOfSync, "record")} out of sync at the only check so far. The next analysis makes a line of it.`;
  const known =
    point.outOfSync === 0 ? "found none missing" : `knows of ${manyWords(point.outOfSync, "record")} out of sync`;
  return `The only check so far looked for records by ID and ${known}. Edits weren't compared; an analysis does that.`;
}
