import type { RunState } from "@/lib/shapes/runs/run";

/** Where a run may go from where it is. One table; `moveRun` and the statements of `settle-run.ts` keep to it. */
export const transitions: Record<RunState, readonly RunState[]> = {
  queued: ["running", "waiting", "paused", "cancelled", "failed", "succeeded", "succeeded-with-findings"],
  running: ["waiting", "pausing", "cancelling", "succeeded", "succeeded-with-findings", "failed"],
  waiting: ["running", "pausing", "cancelling", "failed", "succeeded", "succeeded-with-findings"],
  pausing: ["paused", "queued", "cancelling", "succeeded", "succeeded-with-findings", "failed"],
  paused: ["queued", "cancelled"],
  cancelling: ["cancelled", "succeeded", "succeeded-with-findings", "failed"],
  failed: ["queued", "cancelled"],
  cancelled: [],
  succeeded: [],
  "succeeded-with-findings": [],
};

/** States in which a worker may take up a segment. */
export const workableStates: readonly RunState[] = ["queued", "running", "waiting"];

/** States in which a run still holds its namespaces: a second run over them is refused. */
export const unfinishedStates: readonly RunState[] = [
  "queued",
  "running",
  "waiting",
  "pausing",
  "paused",
  "cancelling",
];

/** Every state from which `to` may be reached. */
export function statesBefore(to: RunState): RunState[] {
  return Object.entries(transitions).flatMap(([from, allowed]) =>
    allowed.includes(to) && isRunState(from) ? [from] : [],
  );
}

function isRunState(text: string): text is RunState {
  return Object.hasOwn(transitions, text);
}
