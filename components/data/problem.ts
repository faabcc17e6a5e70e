import { z } from "zod";
import { type Problem, problemSchema } from "@/lib/shapes/run";

/** What an operator reads when something went wrong; `reference` finds a failed page in the server's log. */
export type ProblemView = Problem & { reference?: string };

const detailsSchema = z.object({
  title: z.string().optional(),
  detail: z.string().optional(),
  code: z.string().optional(),
  what: z.string().optional(),
  notLost: z.string().optional(),
  next: z.string().optional(),
});

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
      what: "Portage's server doesn't answer.",
      notLost: "What was done is kept; a run that was under way goes on when the server is back.",
      next: "Check that the server is still running where you started it, then try again.",
    },
    0,
  );
}

/** Reads problem details (RFC 9457) from an answer; one that isn't in that shape is described by its status. */
export function problemFromAnswer(status: number, body: unknown): ProblemError {
  const parsed = detailsSchema.safeParse(body);
  const details = parsed.success ? parsed.data : {};
  return new ProblemError(
    {
      code: details.code ?? `http-${status.toString()}`,
      what: details.what ?? details.title ?? `The server answered with status ${status.toString()}.`,
      notLost: details.notLost ?? "",
      next: details.next ?? details.detail ?? "Try again; if it happens again, look into the server's log.",
    },
    status,
  );
}

/** The words for any error that reaches a page. Its own text isn't shown unless it was made to be read. */
export function problemOf(error: unknown): ProblemView {
  if (error instanceof ProblemError) return error.problem;
  const parsed = problemSchema.safeParse(error);
  if (parsed.success) return parsed.data;
  const digest = z.object({ digest: z.string() }).safeParse(error);
  return {
    code: "unknown",
    what: "This part of the page failed.",
    notLost: "Runs are not touched by what a page does.",
    next: "Try again; if it happens again, look into the server's log.",
    ...(digest.success ? { reference: digest.data.digest } : {}),
  };
}
