import type { RunState } from "@/lib/shapes/runs/run";

/** States as an operator filters by them; the names stand in URLs. */
export const stateGroups: readonly { name: string; title: string; states: readonly RunState[] }[] = [
  { name: "going", title: "In progress", states: ["queued", "running", "waiting", "pausing", "cancelling"] },
  { name: "paused", title: "Paused", states: ["paused"] },
  { name: "succeeded", title: "Succeeded", states: ["succeeded"] },
  { name: "findings", title: "Succeeded, with findings", states: ["succeeded-with-findings"] },
  { name: "failed", title: "Failed", states: ["failed"] },
  { name: "cancelled", title: "Cancelled", states: ["cancelled"] },
];
