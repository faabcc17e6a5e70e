import { finalRunStates, type Run, type RunState } from "@/lib/shapes/run";

/** Share of the work before which nobody can say how long it takes. */
const leastShare = 0.01;
/** A window shorter than this says more about batches than about the pace. Milliseconds. */
const leastWindow = 2000;

type Moment = {
  state: RunState;
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
  /** The sample nearest to 15 s ago and how much was written, unchanged, skipped or failed then. */
  sampledAt: string | null;
  sampledDone: number | null;
};

function perSecond(moment: Moment): number {
  const counted = moment.written + moment.unchanged + moment.skipped + moment.failed;
  const started = moment.startedAt === null ? null : Date.parse(moment.startedAt);
  const since = (from: number, to: number, done: number) => (to > from ? Math.max(0, done) / ((to - from) / 1000) : 0);
  if (finalRunStates.includes(moment.state)) {
    if (started === null || moment.endedAt === null) return 0;
    return since(started, Date.parse(moment.endedAt), counted + moment.drifted);
  }
  if (moment.state !== "running") return 0;
  const now = Date.parse(moment.now);
  if (moment.sampledAt !== null && moment.sampledDone !== null && now - Date.parse(moment.sampledAt) >= leastWindow) {
    return since(Date.parse(moment.sampledAt), now, counted - moment.sampledDone);
  }
  return started === null ? 0 : since(started, now, counted + moment.drifted);
}

/**
 * Records finished a second: over the last 15 s or so while the run moves, over its whole time when it is over, 0 when it
 * stands. `etaSeconds` is `null` before 1 % is done and whenever nothing honest can be said.
 */
export function rateOf(moment: Moment): Run["rate"] {
  const pace = perSecond(moment);
  const rounded = Math.round(pace * 10) / 10;
  const { expected } = moment;
  const done = moment.written + moment.unchanged + moment.skipped + moment.failed + moment.drifted;
  const honest =
    moment.state === "running" && pace > 0 && expected !== null && expected > 0 && done >= expected * leastShare;
  if (!honest || expected === null) return { perSecond: rounded, etaSeconds: null };
  return { perSecond: rounded, etaSeconds: Math.max(0, Math.ceil((expected - done) / pace)) };
}
