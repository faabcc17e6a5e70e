import type { z } from "zod";
import { ProblemError, problemFromAnswer, unreachable } from "./problem";

type Answers = typeof import("./answers");

export type SearchValues = Record<string, string | number | boolean | null | undefined | readonly string[]>;

/** A path with its query string: lists repeat the key, what is empty is left out, but an empty name in a list is kept. */
export function withSearch(path: string, values: SearchValues): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) {
    if (value === null || value === undefined || value === "") continue;
    if (typeof value === "object") for (const each of value) search.append(key, each);
    else search.set(key, String(value));
  }
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}

/**
 * Reads `path` of the HTTP API and parses the answer by one of the shapes of `answers.ts`.
 * Throws a {@link ProblemError}: the server's problem details, no answer, or an answer of another shape.
 */
export async function fetchShape<T>(
  path: string,
  shapeOf: (answers: Answers) => z.ZodType<T>,
  signal?: AbortSignal,
): Promise<T> {
  let response: Response;
  let answers: Answers;
  try {
    [response, answers] = await Promise.all([
      fetch(`/api/v1${path}`, { headers: { accept: "application/json" }, ...(signal ? { signal } : {}) }),
      import("./answers"),
    ]);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable();
  }
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) {
    const details = answers.problemDetailsSchema.safeParse(body);
    throw problemFromAnswer(response.status, details.success ? details.data : {});
  }
  const parsed = shapeOf(answers).safeParse(body);
  if (parsed.success) return parsed.data;
  throw new ProblemError(
    {
      code: "unexpected-answer",
      what: "The server answered in a shape that this page doesn't know.",
      notLost: "Nothing was changed: the page only asked.",
      next: "Reload the page: it may be older than the server.",
    },
    response.status,
  );
}
