import { visible } from "./text/visible-text";

/** How an operator's command ends; see `docs/command-line.md`. */
export const exitCodes = {
  done: 0,
  leftOver: 1,
  usage: 2,
  failed: 3,
  refused: 4,
  changes: 10,
  interrupted: 130,
} as const;

export type OperatorErrorKind = "usage" | "not-found" | "forbidden" | "failed" | "refused" | "interrupted";

export const exitCodeOf: Record<OperatorErrorKind, number> = {
  usage: exitCodes.usage,
  "not-found": exitCodes.usage,
  forbidden: exitCodes.refused,
  failed: exitCodes.failed,
  refused: exitCodes.refused,
  interrupted: exitCodes.interrupted,
};

export const httpStatusOf: Record<OperatorErrorKind, number> = {
  usage: 400,
  "not-found": 404,
  forbidden: 403,
  failed: 500,
  refused: 409,
  interrupted: 499,
};

export type OperatorErrorDetails = {
  kind: OperatorErrorKind;
  /** Stable word for scripts, in kebab-case: `unknown-index`, `dimension-mismatch`, ... */
  code: string;
  /** What happened, one sentence. */
  what: string;
  /** What was not lost or not spent, one sentence. */
  notLost: string;
  /** What to do next, one sentence. */
  next: string;
  cause?: unknown;
};

const brand = Symbol.for("portage.OperatorError");

/** An error that an operator meets: says what happened, what was not lost, what to do next. Safe to show. */
export class OperatorError extends Error {
  readonly [brand] = true;
  readonly kind: OperatorErrorKind;
  readonly code: string;
  readonly what: string;
  readonly notLost: string;
  readonly next: string;

  constructor(details: OperatorErrorDetails) {
    const { what, notLost, next } = details;
    super(visible(`${what} ${notLost} ${next}`), { cause: details.cause });
    this.name = "OperatorError";
    this.kind = details.kind;
    this.code = details.code;
    // Names and services' own words stand in them.
    this.what = visible(what);
    this.notLost = visible(notLost);
    this.next = visible(next);
  }
}

/** True for an {@link OperatorError}, also one made by another bundle's copy of the class. */
export function isOperatorError(error: unknown): error is OperatorError {
  return typeof error === "object" && error !== null && brand in error;
}

/** What isn't done as things stand. */
export function refused(
  code: string,
  what: string,
  next: string,
  notLost = "Nothing was changed and nothing was spent.",
): OperatorError {
  return new OperatorError({ kind: "refused", code, what, notLost, next });
}
