"use client";

import { useMutation } from "@tanstack/react-query";
import type { Answer } from "@/app/actions/answer";
import { toast } from "@/components/ui/toast";
import { nextStep } from "@/components/words/problem";
import { ProblemError, problemOf, unreachable } from "./problem";
import { setRefusal } from "./refusal";

/** The value of a server action's answer. Throws a {@link ProblemError} in the server's words. */
export async function settled<T>(asked: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await asked;
  } catch {
    throw unreachable();
  }
  if (answer.ok) return answer.value;
  throw new ProblemError(answer.problem, 400);
}

/**
 * A server action as something a button does: once at a time. A refusal stays on the page; at its top, which may be out of sight, it is said in
 * a toast as well.
 * @param stays at the top of the page, or `"here"`: where the caller shows it, at its field or button
 */
export function useAct<Input, T>(
  action: (input: Input) => Promise<Answer<T>>,
  done?: (value: T) => void,
  stays: "top" | "here" = "top",
) {
  return useMutation({
    networkMode: "always",
    mutationFn: (input: Input) => settled(action(input)),
    onSuccess: (value) => {
      setRefusal(null);
      done?.(value);
    },
    onError: (error) => {
      // Said once where it is looked for: who pressed the button sees it there.
      if (stays === "here") return;
      setRefusal(error);
      const problem = problemOf(error);
      toast.error(problem.what, {
        description: `${problem.notLost} ${nextStep(problem).words}`,
        duration: 12_000,
      });
    },
  });
}
