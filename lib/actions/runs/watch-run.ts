import { z } from "zod";
import { runChannel } from "@/lib/runs/lifecycle/parts";
import { finalRunStates, type Run, type RunEvent, type Sample } from "@/lib/shapes/runs/run";
import { amount } from "../answers/columns";
import type { Context } from "../verbs/context";
import { idInput } from "../verbs/parse-input";
import { readEvents, readSamplesAfter } from "./event-view";
import { namespacesShown, readRun } from "./run-view";

export const watchRunInput = z.strictObject({
  id: idInput,
  /** Lines of the log with a greater ID are sent; absent: only those that come from now on. */
  afterEvent: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
});

/** What is heard of a run while it is watched. `beat`: nothing happened for a while. `end`: it is over, nothing follows. */
export type RunSignal =
  | { event: "run"; data: Run }
  | { event: "sample"; data: Sample }
  | { event: "log"; data: RunEvent }
  | { event: "beat"; data: null }
  | { event: "end"; data: Run };

/** At most four answers a second. Milliseconds. */
const leastPause = 250;
/** Looks by itself this often: a notification may be lost while a connection is opened again. Milliseconds. */
const longestPause = 5000;
/** Samples this old are sent at first: a page that loaded just before misses none. Milliseconds. */
const samplesBefore = 10_000;
const linesAtOnce = 500;

/** Resolves at the next knock, after `longest` ms, or when the signal fires: whichever is first. */
class Door {
  #knocked = false;
  #open: (() => void) | null = null;

  knock(): void {
    this.#knocked = true;
    this.#open?.();
  }

  async wait(longest: number, signal: AbortSignal): Promise<void> {
    if (!this.#knocked && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer);
          signal.removeEventListener("abort", done);
          this.#open = null;
          resolve();
        };
        const timer = setTimeout(done, longest);
        signal.addEventListener("abort", done, { once: true });
        this.#open = done;
      });
    }
    this.#knocked = false;
  }
}

async function lastEventId(ctx: Context, runId: string): Promise<number> {
  const [row] = await ctx.database.rows(
    z.object({ last: amount }),
    `SELECT coalesce(max("id"), 0)::float8 AS last FROM "Event" WHERE "runId" = $1`,
    [runId],
  );
  return row?.last ?? 0;
}

/**
 * A run as it moves: the run itself at once and after every change, at most four times a second; new samples and lines of the
 * log in between; `end` when it is over. Stops with the signal and leaves nothing behind. Throws an `OperatorError` (`run-not-found`).
 */
export async function* watchRun(
  ctx: Context,
  input: z.infer<typeof watchRunInput>,
  signal: AbortSignal,
): AsyncGenerator<RunSignal> {
  const { database } = ctx;
  const door = new Door();
  const stop = await database.listen(runChannel, (payload) => {
    if (payload === input.id) door.knock();
  });
  try {
    let line = input.afterEvent ?? (await lastEventId(ctx, input.id));
    let sampledAt = new Date(Date.now() - samplesBefore).toISOString();
    let shown = "";
    for (;;) {
      const run = await readRun(database, input.id, namespacesShown);
      const over = finalRunStates.includes(run.state);
      const samples = await readSamplesAfter(database, input.id, sampledAt);
      const lines = await readEvents(
        database,
        `WHERE e."runId" = $1 AND e."id" > $2::bigint ORDER BY e."id" LIMIT $3::int`,
        [input.id, line, linesAtOnce],
      );
      const text = JSON.stringify(run);
      if (text !== shown) yield { event: "run", data: run };
      for (const data of samples) yield { event: "sample", data };
      for (const data of lines) yield { event: "log", data };
      if (text === shown && samples.length + lines.length === 0) yield { event: "beat", data: null };
      shown = text;
      sampledAt = samples.at(-1)?.at ?? sampledAt;
      line = lines.at(-1)?.id ?? line;
      if (lines.length === linesAtOnce) continue;
      if (over) {
        yield { event: "end", data: run };
        return;
      }
      const before = performance.now();
      await door.wait(longestPause, signal);
      const early = leastPause - (performance.now() - before);
      if (early > 0) await new Door().wait(early, signal);
      if (signal.aborted) return;
    }
  } finally {
    await stop();
  }
}
