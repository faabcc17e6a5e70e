import { z } from "zod";
import type { Context } from "../verbs/context";
import { idInput } from "../verbs/parse-input";
import { readPlan } from "./plan-view";

export const showPlanInput = z.strictObject({ id: idInput });

/** One plan: what it would change and cost. Throws an `OperatorError` (`plan-not-found`). */
export async function showPlan(ctx: Context, input: z.infer<typeof showPlanInput>) {
  return readPlan(ctx.database, input.id);
}
