import { randomUUID } from "node:crypto";
import { isServiceFailure } from "@/lib/failures";
import { isOperatorError, OperatorError } from "@/lib/operator-error";
import type { Log } from "./context";

/**
 * What an operator may read of any error: its own words if it was made for operators, else a reference number, and the text
 * goes to the log under that number.
 */
export function forOperators(error: unknown, log: Log): OperatorError {
  if (isOperatorError(error)) return error;
  const reference = randomUUID().slice(0, 8);
  log.error({ error, reference }, "Something unexpected happened.");
  const service = isServiceFailure(error) ? `${error.service} failed` : "Something unexpected happened";
  return new OperatorError({
    kind: "failed",
    code: isServiceFailure(error) ? "service-failed" : "unexpected",
    what: `${service} (reference ${reference}).`,
    notLost: "What was finished before is kept.",
    next: `Try again; the log holds the details under ${reference}.`,
    cause: error,
  });
}
