import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes } from "@/lib/operator-error";
import { onStopSignals } from "@/lib/runtime/signals";
import { finalRunStates, type Run } from "@/lib/shapes/runs/run";
import { noteOf, openProgress } from "./progress";
import type { Terminal } from "./terminal";
import type { Transport, Watched } from "./transport";

export type Followed = {
  run: Run;
  /** The operator pressed Ctrl-C, or somebody else paused the run. */
  interrupted: boolean;
};

type FollowOptions = {
  /** What Ctrl-C does to the run: `pause` it after the batches in flight, or `leave` it alone and stop watching. */
  onInterrupt: "pause" | "leave";
  /** Said first, once Ctrl-C does what it promises. */
  opening?: string;
  /** Hears everything, as it comes. */
  onSignal?: (signal: Watched) => void;
};

/** Signals are watched until the process ends or follows another run: its report and closing may be interrupted, too. */
let forget = () => {};

/**
 * Shows a run's progress until it is over, paused, or the operator interrupts. The first Ctrl-C pauses the run cleanly (or leaves
 * it), the second one ends the process at once: everything committed is kept either way.
 */
export async function followRun(
  terminal: Terminal,
  transport: Transport,
  started: Run,
  options: FollowOptions,
): Promise<Followed> {
  const progress = openProgress(terminal);
  const stopping = new AbortController();
  const pausing: { done: Promise<unknown> | null } = { done: null };
  let interrupted = false;
  let over = false;
  const stopAtOnce = () => {
    progress.end();
    process.exit(exitCodes.interrupted);
  };
  forget();
  forget = onStopSignals({
    first() {
      if (over) return stopAtOnce();
      interrupted = true;
      if (options.onInterrupt === "leave") return stopping.abort();
      progress.note("Pausing after the batches in flight. Ctrl-C again stops at once; nothing is lost either way.");
      pausing.done = transport.call(verbs.pauseRun, { id: started.id }).catch(() => stopping.abort());
    },
    second: stopAtOnce,
  });
  if (options.opening !== undefined) terminal.note(options.opening);
  let run = started;
  try {
    for await (const signal of transport.watch(started.id, stopping.signal)) {
      options.onSignal?.(signal);
      if (signal.event === "log") {
        const note = noteOf(signal.data);
        if (note) progress.note(note);
      }
      if (signal.event !== "run" && signal.event !== "end") continue;
      run = signal.data;
      progress.show(run);
      if (run.state === "paused" || finalRunStates.includes(run.state)) break;
    }
    await pausing.done;
  } finally {
    over = true;
    progress.end();
  }
  return { run, interrupted: interrupted || run.state === "paused" };
}
