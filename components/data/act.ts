"use client";

import { useMutation } from "@tanstack/react-query";
import type { Answer } from "@/app/actions/answer";
import { toast } from "@/components/ui/toast";
import { ProblemError, problemOf, unreachable } from "./problem";

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

/** A server action as something a button does: once at a time, its problem said in a toast. */
export function useAct<Input, T>(action: (input: Input) => Promise<Answer<T>>, done?: (value: T) => void) {
  return useMutation({
    networkMode: "always",
    mutationFn: (input: Input) => settled(action(input)),
    onSuccess: (value) => done?.(value),
    onError: (error) => {
      const problem = problemOf(error);
      toast.error(problem.what, {
        description: `${problem.notLost} ${problem.next}`,
        duration: 12_000,
      });
    },
  });
}
