import { z } from "zod";
import type { Context } from "../verbs/context";
import { idInput } from "../verbs/parse-input";
import { readRun } from "./run-view";

export const showRunInput = z.strictObject({ id: idInput });

/** One run with its sums and all its namespaces. Throws an `OperatorError` (`run-not-found`). */
export async function showRun(ctx: Context, input: z.infer<typeof showRunInput>) {
  return readRun(ctx.database, input.id);
}
