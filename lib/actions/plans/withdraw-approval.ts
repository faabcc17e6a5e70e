import { z } from "zod";
import * as runs from "@/lib/runs/plans/withdraw-approval";
import type { Context } from "../verbs/context";
import { idInput } from "../verbs/parse-input";
import { readPlan } from "./plan-view";

export const withdrawApprovalInput = z.strictObject({ id: idInput });

/**
 * Takes a plan's approval back, as long as nothing of it was begun to be applied. Throws an `OperatorError` (`plan-not-found`,
 * `plan-not-ready`, `plan-not-approved`, `plan-applied`).
 */
export async function withdrawApproval(ctx: Context, input: z.infer<typeof withdrawApprovalInput>) {
  await runs.withdrawApproval(ctx.database, { planId: input.id, actor: ctx.actor });
  ctx.log.info({ actor: ctx.actor, plan: input.id }, "A plan's approval was withdrawn.");
  return readPlan(ctx.database, input.id);
}
