import type { Problem } from "@/lib/shapes/runs/run";

/** What an operator reads when something went wrong; `reference` finds a failed page in the server's log. */
export type ProblemView = Problem & { reference?: string };

/** An answer of the server that isn't what was asked for, or no answer at all. */
export class ProblemError extends Error {
  readonly problem: ProblemView;
  readonly status: number;

  constructor(problem: ProblemView, status: number) {
    super(problem.what);
    this.name = "ProblemError";
    this.problem = problem;
    this.status = status;
  }
}

/** No answer: the server is gone, or the way to it. */
export function unreachable(): ProblemError {
  return new ProblemError(
    {
      code: "server-unreachable",
      what: "Can't reach the Portage server.",
      notLost: "What was done is kept; runs resume when it is back.",
      next: "Check that the server is still running where you started it, then try again.",
    },
    0,
  );
}

/** The problem that an answer tells of (RFC 9457, with Portage's own words); one without details is described by its status. */
export function problemFromAnswer(status: number, body: unknown): ProblemError {
  const details = (key: string) => textIn(body, key);
  return new ProblemError(
    {
      code: details("code") ?? `http-${status.toString()}`,
      what: details("what") ?? details("title") ?? `The server answered with status ${status.toString()}.`,
      notLost: details("notLost") ?? "",
      next: details("next") ?? details("detail") ?? "Try again; if it happens again, look into the server's log.",
    },
    status,
  );
}

/** The words for any error that reaches a page. Its own text isn't shown unless it was made to be read. */
export function problemOf(error: unknown): ProblemView {
  if (error instanceof ProblemError) return error.problem;
  if (isProblem(error)) return error;
  const digest = textIn(error, "digest");
  return {
    code: "unknown",
    what: "This part of the page failed.",
    notLost: "Runs are not touched by what a page does.",
    next: "Try again; if it happens again, look into the server's log.",
    ...(digest === null ? {} : { reference: digest }),
  };
}

function textIn(value: unknown, key: string): string | null {
  if (typeof value !== "object" || value === null) return null;
  const found: unknown = Reflect.get(value, key);
  return typeof found === "string" ? found : null;
}

function isProblem(value: unknown): value is Problem {
  return ["code", "what", "notLost", "next"].every((key) => textIn(value, key) !== null);
}
