import type { Claimed } from "../lifecycle/lease";
import type { EngineParts } from "../lifecycle/parts";
import { noteTold, noteUntold, tellMove, toldOf } from "./tell-move";

/** How often others read how far a move is. */
const everyMs = 3000;
/** The last time is waited for, by a stop, too: no longer than this. */
export const lastWithinMs = 2000;

/** Keeps a target that has a place for it told how far a migration is; it is never a reason for the run to fail. */
export type MoveNote = { end(): Promise<void> };
const silent: MoveNote = { end: async () => {} };

/**
 * Tells it now and every few seconds, without being waited for; `end` once more, when the run's state is settled. A target that doesn't answer
 * holds up neither: each time ends by itself.
 */
export function noteMove(parts: EngineParts, held: Claimed): MoveNote {
  const told = toldOf(held);
  if (told === null) return silent;
  let complained = false;
  const over = new AbortController();
  const tell = async (withinMs: number, outer?: AbortSignal) => {
    const wrong = await tellMove(parts, told, withinMs, outer);
    if (wrong === null) return true;
    if (complained || outer?.aborted) return false;
    complained = true;
    await noteUntold(parts, told.runId, wrong);
    return false;
  };
  let telling: Promise<void> | null = null;
  const begin = () => {
    telling ??= tell(everyMs, over.signal).then(() => {
      telling = null;
    });
  };
  begin();
  const timer = setInterval(begin, everyMs);
  timer.unref();
  return {
    async end() {
      clearInterval(timer);
      over.abort();
      await telling;
      if (await tell(lastWithinMs)) await noteTold(parts, told.runId).catch(() => {});
    },
  };
}
