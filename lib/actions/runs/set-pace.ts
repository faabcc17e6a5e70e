import { z } from "zod";
import * as runs from "@/lib/runs/lifecycle/control-run";
import type { Context } from "../verbs/context";
import { idInput } from "../verbs/parse-input";
import { readRun } from "./run-view";

export const setPaceInput = z.strictObject({
  id: idInput,
  /** `null`: no limit. */
  perSecond: z.number().min(0.1).max(1_000_000).nullable(),
});

/**
 * Changes how many documents a second a run may write, also while it works. Throws an `OperatorError` (`run-not-found`, `wrong-state`,
 * `no-pace`).
 */
export async function setPace(ctx: Context, { id, perSecond }: z.infer<typeof setPaceInput>) {
  await readRun(ctx.database, id);
  await runs.setPace(ctx.database, { runId: id, perSecond, actor: ctx.actor });
  return readRun(ctx.database, id);
}
