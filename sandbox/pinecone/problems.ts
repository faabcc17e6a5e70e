import { type Answer, json } from "../http/exchange";

/** Codes of gRPC, which the data plane's error bodies carry. */
const grpcCodes = {
  invalid: { status: 400, code: 3 },
  "not-found": { status: 404, code: 5 },
  exists: { status: 409, code: 6 },
  forbidden: { status: 403, code: 7 },
  throttled: { status: 429, code: 8 },
  "too-long": { status: 400, code: 11 },
} as const;

export type Problem = keyof typeof grpcCodes;

/** Refusal of a data plane call; thrown by whatever reads a request and answered as its body. */
export class Refusal extends Error {
  constructor(
    readonly problem: Problem,
    message: string,
    readonly headers?: Record<string, string>,
  ) {
    super(message);
  }
}

/** An error as the data plane words it: `{code, message, details}`. */
export function dataProblem(problem: Problem, message: string, headers?: Record<string, string>): Answer {
  const { status, code } = grpcCodes[problem];
  return json(status, { code, message, details: [] }, headers);
}

const codeNames = {
  invalid: "INVALID_ARGUMENT",
  "not-found": "NOT_FOUND",
  exists: "ALREADY_EXISTS",
  forbidden: "FORBIDDEN",
  throttled: "RESOURCE_EXHAUSTED",
  "too-long": "INVALID_ARGUMENT",
} as const;

/** An error as calls on documents word it: as the control plane does. */
export function documentProblem(problem: Problem, message: string, headers?: Record<string, string>): Answer {
  return controlProblem(grpcCodes[problem].status, codeNames[problem], message, headers);
}

/** An error as the control plane words it: `{status, error: {code, message}}`. */
export function controlProblem(
  status: number,
  code: string,
  message: string,
  headers?: Record<string, string>,
): Answer {
  return json(status, { status, error: { code, message } }, headers);
}

/** Runs `run`; a {@link Refusal} that it throws becomes the answer. */
export async function answerRefusals<T>(
  run: () => T | Promise<T>,
  words: typeof dataProblem = dataProblem,
): Promise<T | Answer> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Refusal) return words(error.problem, error.message, error.headers);
    throw error;
  }
}
