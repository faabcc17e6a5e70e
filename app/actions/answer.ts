import { callVerb } from "@/lib/actions/verbs/call-verb";
import { forOperators } from "@/lib/actions/verbs/unexpected";
import type { Verb } from "@/lib/actions/verbs/verb";
import type { Problem } from "@/lib/shapes/runs/run";
import { asking } from "../who-asks";

export type Answer<T> = { ok: true; value: T } | { ok: false; problem: Problem };

/**
 * Calls a verb of the registry on behalf of whoever has the page open, and maps what it throws to the words that an operator may read;
 * the text of an unknown error stands in the log only.
 */
export async function answer<Input, Raw, Output>(
  verb: Verb<Input, Raw, Output>,
  value: unknown,
): Promise<Answer<Output>> {
  const ctx = await asking();
  try {
    return { ok: true, value: await callVerb(verb, ctx, value) };
  } catch (error) {
    const { code, what, notLost, next } = forOperators(error, ctx.log);
    return { ok: false, problem: { code, what, notLost, next } };
  }
}
