import { z } from "zod";
import { cancel } from "@/lib/runs/lifecycle/control-run";
import type { Context } from "../verbs/context";
import { idInput } from "../verbs/parse-input";
import { readRun } from "./run-view";

export const cancelRunInput = z.strictObject({ id: idInput });

/** Asks a run to stop for good after the batches in flight. What was written stays. Throws an `OperatorError` (`run-not-found`, `wrong-state`). */
export async function cancelRun(ctx: Context, input: z.infer<typeof cancelRunInput>) {
  await readRun(ctx.database, input.id);
  await cancel(ctx.database, input.id, ctx.actor);
  await ctx.wake();
  return readRun(ctx.database, input.id);
}
