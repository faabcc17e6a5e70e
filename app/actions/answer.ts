import type { z } from "zod";
import { type Context, contextFor } from "@/lib/actions/verbs/context";
import { parseInput } from "@/lib/actions/verbs/parse-input";
import { forOperators } from "@/lib/actions/verbs/unexpected";
import type { Problem } from "@/lib/shapes/run";

export type Answer<T> = { ok: true; value: T } | { ok: false; problem: Problem };

/**
 * Parses `value`, calls the verb on behalf of the web, and maps what it throws to the words that an operator may read;
 * the text of an unknown error stands in the log only.
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
    const { code, what, notLost, next } = forOperators(error, ctx.log);
    return { ok: false, problem: { code, what, notLost, next } };
  }
}
