import { finalRunStates, type Run, type RunKind, type RunState } from "@/lib/shapes/runs/run";

/** Share of the work before which nobody can say how long it takes. */
const leastShare = 0.01;
/** A window shorter than this says more about batches than about the pace. Milliseconds. */
const leastWindow = 2000;

type Moment = {
  kind: RunKind;
  state: RunState;
  /** Records listed so far. */
  total: number;
  /** Records finished so far, by outcome. */
  written: number;
  unchanged: number;
  skipped: number;
  failed: number;
  drifted: number;
  /** Records to finish, as far as is known. */
  expected: number | null;
  now: string;
  startedAt: string | null;
  endedAt: string | null;
  /** Of that time, when nobody worked on it. Milliseconds. */
  lostMs: number;
  /** The sample nearest to 15 s ago and how much was written, unchanged, skipped or failed then. */
  sampledAt: string | null;
  sampledDone: number | null;
  sampledWritten: number | null;
};

/** What a run is there for: records that it writes. Finding that there is nothing to do is quick, and says nothing of the rest. */
function workOf(moment: Moment): number {
  return moment.kind === "plan" || moment.kind === "verify" ? doneOf(moment) : moment.written;
}

/** A plan is done with a record once it is listed, every other run once it has an outcome. */
function doneOf(moment: Moment): number {
  if (moment.kind === "plan") return moment.total;
  return moment.written + moment.unchanged + moment.skipped + moment.failed + moment.drifted;
}

function perSecond(moment: Moment): number {
  const started = moment.startedAt === null ? null : Date.parse(moment.startedAt);
  const since = (from: number, to: number, done: number) => (to > from ? Math.max(0, done) / ((to - from) / 1000) : 0);
  if (finalRunStates.includes(moment.state)) {
    if (started === null || moment.endedAt === null) return 0;
    return since(started + moment.lostMs, Date.parse(moment.endedAt), workOf(moment));
  }
  if (moment.state !== "running") return 0;
  const now = Date.parse(moment.now);
  const sampled = moment.kind === "plan" || moment.sampledAt === null ? null : Date.parse(moment.sampledAt);
  const before = moment.kind === "verify" ? moment.sampledDone : moment.sampledWritten;
  if (sampled !== null && before !== null && now - sampled >= leastWindow) {
    const drifted = moment.kind === "verify" ? moment.drifted : 0;
    return since(sampled, now, workOf(moment) - drifted - before);
  }
  return started === null ? 0 : since(started, now, workOf(moment));
}

/**
 * Records written a second, or compared where a run only reads: over the last 15 s or so while the run moves, over its whole time when it is over, 0 when it
 * stands. `etaSeconds` is `null` before 1 % is done and whenever nothing honest can be said.
 */
export function rateOf(moment: Moment): Run["rate"] {
  const pace = perSecond(moment);
  const rounded = Math.round(pace * 10) / 10;
  const { expected } = moment;
  const done = doneOf(moment);
  const honest =
    moment.state === "running" && pace > 0 && expected !== null && expected > 0 && done >= expected * leastShare;
  if (!honest || expected === null) return { perSecond: rounded, etaSeconds: null };
  return { perSecond: rounded, etaSeconds: Math.max(0, Math.ceil((expected - done) / pace)) };
}
