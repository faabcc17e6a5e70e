import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { type Context, contextFor } from "@/lib/actions/context";
import { parseInput } from "@/lib/actions/parse-input";
import { isOperatorError } from "@/lib/operator-error";

export type ActionProblem = { code: string; what: string; notLost: string; next: string; reference: string | null };
export type Answer<T> = { ok: true; value: T } | { ok: false; problem: ActionProblem };

/**
 * Parses `value`, calls the verb on behalf of the web, and maps what it throws: an operator's error in its own words,
 * any other as a reference whose text stands in the log only.
 */
export async function answer<Input, Output>(
  shape: z.ZodType<Input>,
  value: unknown,
  verb: (ctx: Context, input: Input) => Promise<Output>,
): Promise<Answer<Output>> {
  const ctx = contextFor("web");
  try {
    return { ok: true, value: await verb(ctx, parseInput(shape, value)) };
  } catch (error) {
    if (isOperatorError(error)) {
      const { code, what, notLost, next } = error;
      return { ok: false, problem: { code, what, notLost, next, reference: null } };
    }
    const reference = randomUUID().slice(0, 8);
    ctx.log.error({ error, reference }, "An action of the web app failed.");
    return {
      ok: false,
      problem: {
        code: "unknown",
        what: "Portage failed at this.",
        notLost: "What was written before is kept.",
        next: "Look for the reference in the log, then try again.",
        reference,
      },
    };
  }
}
