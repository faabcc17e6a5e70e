import { z } from "zod";
import { resume } from "@/lib/runs/control-run";
import type { Context } from "./context";
import { idInput } from "./parse-input";
import { readRun } from "./run-view";

export const resumeRunInput = z.strictObject({ id: idInput });

/** Puts a paused or failed run back to work where it stopped. Throws an `OperatorError` (`run-not-found`, `wrong-state`). */
export async function resumeRun(ctx: Context, input: z.infer<typeof resumeRunInput>) {
  await readRun(ctx.database, input.id);
  await resume(ctx.database, input.id, ctx.actor);
  await ctx.wake();
  return readRun(ctx.database, input.id);
}
