import type { Distance, FleetState } from "@/lib/shapes/fleet";
import { countWords } from "./figures";
import { type Parts, partSigns } from "./plan";

export const fleetStateWords: Record<FleetState, string> = {
  failed: "Failed",
  review: "Waits for review",
  apart: "Apart",
  never: "Never analysed",
  "in-step": "In step",
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
