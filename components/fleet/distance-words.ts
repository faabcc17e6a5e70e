import { manyWords } from "@/components/words/figures";
import type { DistancePoint } from "@/lib/shapes/schedules/fleet";

/** How many records are out of sync; where nobody looked for edits, what of it is known. */
export function apartWords({ apart, compared }: Pick<DistancePoint, "apart" | "compared">): string {
  return compared
    ? `${manyWords(apart, "record")} out of sync`
    : `${manyWords(apart, "record")} known to be out of sync, edits not compared`;
}

/** What stands where one look makes no line yet. */
export function onlyLookWords(point: Pick<DistancePoint, "apart" | "compared">): string {
  if (point.compared)
    return `${manyWords(point.apart, "record")} out of sync at the only check so far. The next analysis makes a line of it.`;
  const known = point.apart === 0 ? "found none missing" : `knows of ${manyWords(point.apart, "record")} out of sync`;
  return `The only check so far looked for records by ID and ${known}. Edits weren't compared; an analysis does that.`;
}
