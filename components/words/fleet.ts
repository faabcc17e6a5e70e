import type { FleetRow, FleetState } from "@/lib/shapes/schedules/fleet";

export const fleetStateWords: Record<FleetState, string> = {
  failed: "Failed",
  review: "Needs review",
  "out-of-sync": "Out of sync",
  never: "Not checked",
  unchecked: "All there, edits not compared",
  "in-sync": "In sync",
};

/** A row of the fleet as the words for differences take it. */
type Standing = Pick<FleetRow, "source" | "target" | "gathers" | "standing">;
export const differing = ({ source, target, gathers, standing }: Standing) => ({
  source,
  target,
  gathers,
  comparison: standing && { ...standing, at: standing.appliedAt ?? standing.analysedAt },
});
