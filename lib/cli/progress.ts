import { Presets, SingleBar } from "cli-progress";
import type { Run, RunEvent } from "@/lib/shapes/runs/run";
import type { Terminal } from "./terminal";
import { waitingSentence } from "./words/summary";
import { duration, moment, number, state } from "./words/words";

/** What moves while a run is followed: a bar on a terminal, a line per turn of events elsewhere. */
export interface Progress {
  show(run: Run): void;
  note(line: string): void;
  end(): void;
}

/** Records that are done, and how many there are as far as is known. A plan is done with a record once it is listed. */
export function progressOf(run: Pick<Run, "kind" | "outcome" | "listed" | "total" | "expected">): {
  done: number;
  of: number | null;
} {
  const { written, unchanged, skipped, failed, drifted } = run.outcome;
  const done = run.kind === "plan" ? run.listed : written + unchanged + skipped + failed + drifted;
  const of = run.total ?? run.expected;
  return { done, of: of === null ? null : Math.max(of, done) };
}

/** How fast, how long still, or what is waited for. */
export function paceWords(run: Run, now = Date.now()): string {
  const waiting = waitingSentence(run, now);
  if (waiting) return waiting;
  if (run.state !== "running") return `${state(run.state)}.`;
  const { perSecond, etaSeconds } = run.rate;
  const left = etaSeconds === null ? "" : `, about ${duration(etaSeconds)} left`;
  return `${number(Math.round(perSecond))}/s${left}`;
}

class Bar implements Progress {
  readonly #bar: SingleBar;
  #started = false;

  constructor(private readonly terminal: Terminal) {
    this.#bar = new SingleBar(
      {
        format: "{bar} {share}  {counts}  {pace}",
        stream: terminal.progressStream,
        clearOnComplete: true,
        hideCursor: true,
        barsize: 24,
        fps: 8,
        // Signals are handled by whoever follows the run.
        gracefulExit: false,
      },
      Presets.rect,
    );
  }

  show(run: Run): void {
    const { done, of } = progressOf(run);
    const share = of === null || of === 0 ? "" : `${Math.floor((done / of) * 100)} %`;
    const counts = of === null ? number(done) : `${number(done)} of ${number(of)}`;
    const payload = { share: share.padStart(5), counts, pace: paceWords(run) };
    if (!this.#started) {
      this.#bar.start(of ?? 0, done, payload);
      this.#started = true;
      return;
    }
    this.#bar.setTotal(of ?? 0);
    this.#bar.update(done, payload);
  }

  note(line: string): void {
    if (this.#started) this.#bar.stop();
    this.#started = false;
    this.terminal.note(line);
  }

  end(): void {
    if (this.#started) this.#bar.stop();
    this.#started = false;
  }
}

/** Where nobody watches, a run that waits and goes on again a hundred times doesn't fill the log. Milliseconds. */
const leastBetweenLines = 10_000;
/** A wait of so long is told at once, whatever was told before, and so is its end. */
const toldWait = 15_000;
const moving = new Set(["running", "waiting"]);

class Lines implements Progress {
  #said = "";
  #saidAt = Number.NEGATIVE_INFINITY;
  #moving = false;
  #wait: { since: number; words: string } | null = null;

  constructor(private readonly terminal: Terminal) {}

  show(run: Run): void {
    const now = Date.now();
    const waiting = moving.has(run.state) ? longWait(run, now) : null;
    if (waiting !== null && waiting.words !== this.#wait?.words) {
      this.#wait = { since: now, words: waiting.words };
      this.#say(run, `waiting for ${waiting.words}${waiting.end}`, now);
      return;
    }
    if (this.#wait !== null && run.waitingFor === null && moving.has(run.state)) {
      const { since, words } = this.#wait;
      this.#wait = null;
      this.#say(run, `continues after ${duration((now - since) / 1000)} of waiting for ${words}`, now);
      return;
    }
    const words = run.waitingFor === null ? state(run.state) : `waiting for ${run.waitingFor}`;
    const turn = moving.has(run.state) !== this.#moving;
    if (words === this.#said || this.#wait !== null) {
      if (!turn) return;
    } else if (!turn && this.#moving && now - this.#saidAt < leastBetweenLines) return;
    this.#say(run, words, now);
  }

  #say(run: Run, words: string, now: number): void {
    this.#said = words;
    this.#saidAt = now;
    this.#moving = moving.has(run.state);
    if (!this.#moving) this.#wait = null;
    const { done, of } = progressOf(run);
    const what = run.kind === "clearance" ? "documents" : "records";
    this.note(`${run.id}: ${words}, ${number(done)}${of === null ? "" : ` of ${number(of)}`} ${what}.`);
  }

  note(line: string): void {
    this.terminal.note(line);
  }

  end(): void {}
}

/** What is waited for, without the number of the attempt, and until when; `null` when that is over soon. */
function longWait(run: Run, now: number): { words: string; end: string } | null {
  if (run.waitingFor === null) return null;
  const words = run.waitingFor.replace(/, attempt \d+$/, "");
  if (run.waitingUntil === null) return run.state === "waiting" ? { words, end: "" } : null;
  const left = Date.parse(run.waitingUntil) - now;
  if (left < toldWait) return null;
  return { words, end: ` until ${moment(run.waitingUntil)} (${duration(left / 1000)})` };
}

export function openProgress(terminal: Terminal): Progress {
  return terminal.showsProgress ? new Bar(terminal) : new Lines(terminal);
}

/** A line of the log worth showing beside the progress, or `null`. */
export function noteOf(event: RunEvent): string | null {
  // The progress itself says what is waited for and for how long.
  if (event.level === "info" || event.code === "waiting") return null;
  return `${event.level === "error" ? "Error" : "Warning"}: ${event.message}`;
}
