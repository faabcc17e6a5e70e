import { buildHeader, pagesBuild } from "./build";
import { ProblemError, problemFromAnswer, unreachable } from "./problem";

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
 * Reads `path` of the HTTP API. An answer of the build that made this page is taken as what its verb answers; the page
 * checks nothing more (docs/decisions/023-answers-in-the-browser.md). Throws a {@link ProblemError}: the server's problem
 * details, no answer, or an answer of another build or of something between.
 */
export async function fetchAnswer<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  return answerOf(path, { headers: { accept: "application/json" }, ...(signal ? { signal } : {}) });
}

/** The same for what asks a service something that may cost. */
export async function askAnswer<Answer>(path: string, input: object, signal?: AbortSignal): Promise<Answer> {
  return answerOf(path, {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/json" },
    body: JSON.stringify(input),
    ...(signal ? { signal } : {}),
  });
}

/** The same for what is asked with files: form data. */
export async function sendFiles<Answer>(path: string, files: FormData): Promise<Answer> {
  return answerOf(path, { method: "POST", headers: { accept: "application/json" }, body: files });
}

async function answerOf<Answer>(path: string, init: RequestInit): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw unreachable();
  }
  if (!response.ok) throw problemFromAnswer(response.status, await response.json().catch(() => null));
  if (response.headers.get(buildHeader) !== pagesBuild) throw otherBuild(response.status);
  return response.json();
}

function otherBuild(status: number): ProblemError {
  return new ProblemError(
    {
      code: "other-build",
      what: "This page is of another build than the server that answers.",
      notLost: "Nothing was changed: the page only asked.",
      next: "Reload the page.",
    },
    status,
  );
}
