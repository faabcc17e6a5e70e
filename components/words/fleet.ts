import type { Distance, FleetRow, FleetState } from "@/lib/shapes/fleet";
import { countWords, manyWords } from "./figures";
import { type Parts, partSigns } from "./plan";

export const fleetStateWords: Record<FleetState, string> = {
  failed: "Failed",
  review: "Needs review",
  apart: "Out of sync",
  never: "Not checked",
  unchecked: "All there, edits not compared",
  "in-step": "In sync",
};

/** The five parts of a namespace as of the last look. */
export function partsOfDistance({
  create,
  update,
  orphan,
  problem,
  unchanged,
}: Distance & { unchanged: number }): Parts {
  return { create, update, unchanged, orphan, problem };
}

/** `+25 ~3 !1`: what the distance is made of; empty where nothing differs. */
export function distanceSigns(distance: Distance): string {
  return (["create", "update", "problem"] as const)
    .filter((part) => distance[part] > 0)
    .map((part) => `${partSigns[part]}${countWords(distance[part])}`)
    .join(" ");
}

/**
 * How much differs, as the last comparison knows it; where none was made, the difference of the counts, called that: it says nothing of
 * records that were edited, or of those that only one of both has.
 */
export function differenceWords({
  standing,
  source,
  target,
}: Pick<FleetRow, "standing" | "source" | "target">): string {
  if (standing === null) {
    const missing = (source?.value ?? 0) - (target?.value ?? 0);
    if (missing === 0) return "Not compared; equal counts";
    return `Not compared; ${countWords(Math.abs(missing))} ${missing > 0 ? "fewer" : "more"} in the target by counts`;
  }
  const { create, update, problem, compared } = standing;
  if (create + update + problem > 0) return `${manyWords(create + update + problem, "record")} differ or are missing`;
  return compared ? "No differences" : "None missing; edits not compared";
}
