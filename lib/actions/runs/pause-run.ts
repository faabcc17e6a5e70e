import { z } from "zod";
import { pause } from "@/lib/runs/lifecycle/control-run";
import type { Context } from "../verbs/context";
import { idInput } from "../verbs/parse-input";
import { readRun } from "./run-view";

export const pauseRunInput = z.strictObject({ id: idInput });

/** Asks a run to stop after the batches in flight; it can be resumed. A run that is paused stays so. Throws an `OperatorError` (`run-not-found`, `wrong-state`). */
export async function pauseRun(ctx: Context, input: z.infer<typeof pauseRunInput>) {
  await readRun(ctx.database, input.id);
  await pause(ctx.database, input.id, ctx.actor);
  await ctx.wake();
  return readRun(ctx.database, input.id);
}
