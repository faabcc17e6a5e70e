/**
 * What can go wrong between Portage and a service, as codes: decisions are made on these, never on messages.
 * Connectors translate whatever their SDK throws into a {@link ServiceFailure}; the run engine decides what to do.
 */
export type FailureCode =
  | "throttled" // too fast: try again after `retryAfterMs`, slower
  | "exhausted" // a daily or monthly allowance is used up: try again at `until`
  | "unavailable" // 5xx
  | "connection" // refused, reset, DNS
  | "timeout"
  | "malformed" // an answer that doesn't parse or doesn't hold what was asked for
  | "disorder" // a listing against its declared order
  | "auth" // 401, 403: wrong or missing key
  | "not-permitted" // the account, plan, region or model may not: a quota of zero, no credits; only a person changes it
  | "certificate" // the server's isn't trusted, is for another name, or has expired
  | "not-found" // no such index
  | "not-ready" // the index is there, its data plane isn't yet: a matter of a minute
  | "conflict" // 409
  | "endless" // a listing that goes in circles or never ends
  | "invalid" // 400, 422: the request's content is refused
  | "too-large" // 413, or a size limit named in a 400
  | "aborted" // we cancelled it
  | "unknown";

/** Whether the same request may succeed later without anybody changing anything. */
export const retryable: Record<FailureCode, boolean> = {
  throttled: true,
  exhausted: true,
  unavailable: true,
  connection: true,
  timeout: true,
  malformed: true,
  disorder: true,
  auth: false,
  "not-permitted": false,
  certificate: false,
  "not-found": false,
  "not-ready": true,
  conflict: false,
  endless: false,
  invalid: false,
  "too-large": false,
  aborted: false,
  unknown: false,
};

/** The code under which an operator meets a failure, in an answer, in a run's error and in its log: a refused key is one thing everywhere. */
export const codeShown = (code: FailureCode): string => (code === "auth" ? "wrong-key" : code);

export type FailureDetails = {
  code: FailureCode;
  /** The field's name of the service: `Pinecone`, `Gemini`, ... as an operator reads it. */
  service: string;
  /** What was being done: `upsert`, `fetch`, `embed`, ... */
  operation: string;
  message: string;
  status?: number;
  /** What the service itself said, where it said anything. */
  words?: string;
  /** The code in the answer's body, where the service gives one beside the status. */
  serviceCode?: string | number;
  /** Milliseconds that the service asked to wait. */
  retryAfterMs?: number;
  /** For `exhausted`: when the allowance is renewed. */
  until?: Date;
  /** For `throttled` and `exhausted`: which allowance, as an operator reads it ("requests per minute"). */
  quota?: string;
  /** What to do about it, where the connector knows more than the code says. */
  next?: string;
  /** The service did the work and charges for it, though what it answered can't be used. */
  charged?: boolean;
  cause?: unknown;
};

const brand = Symbol.for("portage.ServiceFailure");

/** A failed call to a service. Carries no secrets: messages are built from status, code and the service's own text. */
export class ServiceFailure extends Error {
  readonly [brand] = true;
  readonly code: FailureCode;
  readonly service: string;
  readonly operation: string;
  readonly status: number | undefined;
  readonly words: string;
  readonly serviceCode: string | number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly until: Date | undefined;
  readonly quota: string | undefined;
  readonly next: string | undefined;
  readonly charged: boolean;

  constructor(details: FailureDetails) {
    super(details.message, { cause: details.cause });
    this.name = "ServiceFailure";
    this.code = details.code;
    this.service = details.service;
    this.operation = details.operation;
    this.status = details.status;
    this.words = details.words ?? "";
    this.serviceCode = details.serviceCode;
    this.retryAfterMs = details.retryAfterMs;
    this.until = details.until;
    this.quota = details.quota;
    this.next = details.next;
    this.charged = details.charged ?? false;
  }
}

/** True for a {@link ServiceFailure}, also one made by another bundle's copy of the class. */
export function isServiceFailure(error: unknown): error is ServiceFailure {
  return typeof error === "object" && error !== null && brand in error;
}

/** What a service was asked, as an operator reads it: `list IDs` of the operation `listIds`. */
export function operationWords({ operation }: Pick<ServiceFailure, "operation">): string {
  return operation.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replace(/\bids\b/g, "IDs");
}

/** That it failed, and how the service put it, as a whole sentence. */
export function failureSentence(failure: Pick<ServiceFailure, "service" | "operation" | "message">): string {
  const end = /[.!?]$/.test(failure.message) ? "" : ".";
  return `${failure.service} ${operationWords(failure)} failed: ${failure.message}${end}`;
}
