import { finalRunStates } from "@/lib/shapes/names";
import type { Plan } from "@/lib/shapes/plans/plan";
import type { Outcome, Run, RunKind, RunState, SegmentView } from "@/lib/shapes/runs/run";
import { verifiedWords } from "@/lib/shapes/runs/verdict-words";
import { countWords, manyWords } from "./figures";
import type { Parts } from "./plan";

export const runStateWords: Record<RunState, string> = {
  queued: "Queued",
  running: "Running",
  pausing: "Pausing",
  paused: "Paused",
  waiting: "Waiting",
  succeeded: "Succeeded",
  "succeeded-with-findings": "Succeeded, with findings",
  failed: "Failed",
  cancelling: "Cancelling",
  cancelled: "Cancelled",
};

/** The state of a run in words: one that succeeded with warnings says so, since a warning may be a text that is half in its vector. */
export function runStateOf({
  state,
  findings,
}: {
  state: RunState;
  findings: Pick<Run["findings"], "warning">;
}): string {
  return state === "succeeded" && findings.warning > 0 ? "Succeeded, with warnings" : runStateWords[state];
}

export const segmentStateWords: Record<SegmentView["state"] | "paused", string> = {
  paused: "Paused",
  queued: "Queued",
  running: "Running",
  waiting: "Waiting",
  done: "Done",
  failed: "Failed",
  cancelled: "Cancelled",
};

export const runKindWords: Record<RunKind, string> = {
  plan: "Analysis",
  reembed: "Migration",
  mirror: "Mirroring",
  clearance: "Clearance",
  verify: "Verification",
};

/** What one run is called: a migration of a table into itself fills it. */
export const runKindOf = ({ kind, fills }: Pick<Run, "kind" | "fills">): string =>
  fills ? "Filling" : runKindWords[kind];

export const outcomeNames = [
  "written",
  "unchanged",
  "skipped",
  "failed",
  "drifted",
] as const satisfies (keyof Outcome)[];
export type OutcomeName = (typeof outcomeNames)[number];

/** How records ended, inside a sentence. */
const outcomeWords: Record<OutcomeName, string> = {
  written: "written",
  unchanged: "unchanged",
  skipped: "skipped",
  failed: "failed",
  drifted: "changed since review",
};

/** Records that have ended, one way or another. */
export function accounted(outcome: Outcome): number {
  return outcomeNames.reduce((sum, name) => sum + outcome[name], 0);
}

export function isOver(run: Pick<Run, "state">): boolean {
  return finalRunStates.includes(run.state);
}

/** The parts of a run so far; skipped and failed records, and those that changed since the review, are the problems. */
export function partsOfOutcome(outcome: Outcome) {
  return {
    written: outcome.written,
    unchanged: outcome.unchanged,
    problem: outcome.skipped + outcome.failed + outcome.drifted,
  } satisfies Parts;
}

export type Progress = {
  done: number;
  /** What `done` is measured by; `null` while not even index statistics are known. */
  whole: number | null;
  /** Whether `whole` was counted by listing, not taken from index statistics. */
  counted: boolean;
  remaining: number;
};

/** Progress that doesn't lie: measured by the listing, and before that by statistics which are named as such. */
export function progressOf(run: Pick<Run, "total" | "expected" | "outcome">): Progress {
  const done = accounted(run.outcome);
  const whole = run.total ?? (run.expected === null ? null : Math.max(run.expected, done));
  return { done, whole, counted: run.total !== null, remaining: whole === null ? 0 : Math.max(0, whole - done) };
}

/** "4,096 written, 12 skipped, 0 failed: 4,108 of 4,108 processed." */
export function outcomeSentence(run: Pick<Run, "total" | "expected" | "outcome" | "state">): string {
  const { outcome } = run;
  const named = outcomeNames
    .filter((name) => outcome[name] > 0 || name === "written" || name === "failed")
    .map((name) => `${countWords(outcome[name])} ${outcomeWords[name]}`)
    .join(", ");
  const { done, whole, counted } = progressOf(run);
  if (whole === null) return `${named}: ${countWords(done)} processed so far.`;
  return `${named}: ${countWords(done)} of ${counted ? "" : "about "}${countWords(whole)} processed.`;
}

/** How far a read-back check is, and what it says so far. */
export function verifiedSentence(run: Pick<Run, "verified" | "namespaceTotal">): string {
  return `Of ${manyWords(run.namespaceTotal, "namespace")}: ${verifiedWords(run.verified)}.`;
}

/** What can be asked of a run in this state. */
export function offersOf(run: Pick<Run, "state" | "kind" | "ceilings">): {
  pause: boolean;
  resume: boolean;
  cancel: boolean;
} {
  const going = ["queued", "running", "waiting"].includes(run.state);
  return {
    pause: going,
    // At its ceiling it goes on only once that is raised, which is offered where it is said.
    resume: ["paused", "failed"].includes(run.state) && !isAtCeiling(run),
    cancel: going || ["pausing", "paused"].includes(run.state),
  };
}

/** Paused since it has reached a ceiling. */
export function isAtCeiling(run: Pick<Run, "state" | "ceilings">): boolean {
  return run.state === "paused" && (run.ceilings?.reached ?? null) !== null;
}

/** Runs that write, and can tell what became of every record. */
export function isWriting(run: Pick<Run, "kind">): boolean {
  return run.kind === "reembed" || run.kind === "mirror" || run.kind === "clearance";
}

/** Nothing of a paused run is queued: its namespaces wait for somebody, as it does. */
export function segmentStateIn(run: Pick<Run, "state">, { state }: Pick<SegmentView, "state">) {
  const unfinished = state === "queued" || state === "running" || state === "waiting";
  return run.state === "paused" && unfinished ? "paused" : state;
}

/** What stands in place of a verdict that isn't there: an analysis verifies nothing, so that nothing is missing of it. */
export function withoutVerdict(run: Pick<Run, "kind">, { state }: Pick<SegmentView, "state">): string {
  return state === "done" && run.kind !== "plan" ? "Not verified" : "–";
}

/** What a run works on, in one word: documents have no vectors and cost nothing to write. */
export function nounOf(over: { kind: Run["kind"] | Plan["kind"] }): "record" | "document" {
  return over.kind === "clearance" ? "document" : "record";
}

/** A run's ID without the prefix that all runs share, for where "run" is said already. */
export function shortId(id: string): string {
  return id.replace(/^run-/, "");
}

/** How a run's page hears of the run: by the stream, once that is open; by asking every two seconds where it broke; no longer since it is over. */
export type Feed = "connecting" | "live" | "polling" | "over";

/** The same in words; while nobody answers, nothing is asked until somebody does. */
export function feedWords(feed: Feed, offline: boolean): string {
  if (feed === "connecting" || feed === "over") return "";
  if (offline) return "Not updated: the server doesn't answer";
  return feed === "live" ? "Live" : "Live updates interrupted, polling every 2 s";
}
