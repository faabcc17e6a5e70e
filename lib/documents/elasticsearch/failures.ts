import { errors } from "@elastic/elasticsearch";
import { z } from "zod";
import { type FailureCode, ServiceFailure } from "@/lib/failures";
import { service } from "./service";

const cause = z.object({ type: z.string().optional(), reason: z.string().nullish() });
/** Where no handler exists, and where a proxy answers, `error` is a string. */
const errorBody = z.object({
  error: z.union([
    z.string().transform((reason) => ({ type: undefined, reason, root_cause: [], failed_shards: [] })),
    cause.extend({
      root_cause: z.array(cause).default([]),
      failed_shards: z.array(z.object({ reason: cause })).default([]),
    }),
  ]),
});

/** All types of error that an answer names: its own, and those of the shards behind it. */
export function errorTypes(error: unknown): string[] {
  if (!(error instanceof errors.ResponseError)) return [];
  const parsed = errorBody.safeParse(error.body);
  if (!parsed.success) return [];
  const { type, root_cause, failed_shards } = parsed.data.error;
  const all = [type, ...root_cause.map((root) => root.type), ...failed_shards.map(({ reason }) => reason.type)];
  return all.filter((name) => name !== undefined);
}

/** What the service said, in its own words, shortened. The innermost cause says most. */
function wordsOf(body: unknown): string {
  const parsed = errorBody.safeParse(body);
  if (!parsed.success) return shorten(typeof body === "string" ? body : "");
  const { reason, root_cause } = parsed.data.error;
  return shorten(root_cause[0]?.reason ?? reason ?? "");
}

export function shorten(words: string): string {
  const line = words.replace(/\s+/g, " ").trim();
  return line.length > 500 ? `${line.slice(0, 500)}…` : line;
}

const codeByType: Record<string, FailureCode> = {
  es_rejected_execution_exception: "throttled",
  circuit_breaking_exception: "throttled",
  index_not_found_exception: "not-found",
  index_closed_exception: "conflict",
  resource_already_exists_exception: "conflict",
  no_shard_available_action_exception: "unavailable",
  unavailable_shards_exception: "unavailable",
};

const codeByStatus: Record<number, FailureCode> = {
  400: "invalid",
  401: "auth",
  403: "auth",
  404: "not-found",
  405: "invalid",
  406: "invalid",
  408: "timeout",
  409: "conflict",
  410: "invalid",
  413: "too-large",
  422: "invalid",
  429: "throttled",
};

/**
 * The code of an answer outside 2xx. A block set by an operator is answered with 403 or 429, which by themselves would mean a wrong
 * key or haste; one for want of a master is 503.
 */
function codeOf(status: number, types: readonly string[]): FailureCode {
  if (types.includes("cluster_block_exception")) return status === 503 ? "unavailable" : "conflict";
  for (const type of types) {
    const code = codeByType[type];
    if (code !== undefined) return code;
  }
  return codeByStatus[status] ?? (status >= 500 ? "unavailable" : "unknown");
}

function quotaOf(types: readonly string[]): string | undefined {
  if (types.includes("circuit_breaking_exception")) return "memory of the server (circuit breaker)";
  return types.includes("es_rejected_execution_exception") ? "queue of the server" : undefined;
}

function failureOfAnswer(operation: string, error: errors.ResponseError): ServiceFailure {
  const status = error.statusCode ?? 0;
  const types = errorTypes(error);
  const code = codeOf(status, types);
  const words = wordsOf(error.body);
  const quota = code === "throttled" ? (quotaOf(types) ?? "requests") : undefined;
  const seconds = Number(error.headers?.["retry-after"] ?? Number.NaN);
  return new ServiceFailure({
    code,
    service,
    operation,
    status,
    message: `${service} answered ${status}${words && `: ${words}`}`,
    cause: error,
    ...(quota === undefined ? {} : { quota }),
    ...(Number.isFinite(seconds) ? { retryAfterMs: Math.max(0, seconds * 1000) } : {}),
  });
}

/** `ECONNRESET`, `ENOTFOUND`, ...: it hides in the causes of an error. */
function networkCode(error: unknown): string | null {
  for (let at = error, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth++) {
    if ("code" in at && typeof at.code === "string") return at.code;
  }
  return null;
}

/** Translates whatever the client throws. */
export function failureOf(operation: string, error: unknown, signal?: AbortSignal): ServiceFailure {
  const fail = (code: FailureCode, message: string) =>
    new ServiceFailure({ code, service, operation, message, cause: error });
  if (error instanceof errors.ResponseError) return failureOfAnswer(operation, error);
  if (
    !signal?.aborted &&
    error instanceof errors.RequestAbortedError &&
    /is bigger than the maximum/.test(error.message)
  )
    return fail("malformed", `${service} gave a larger answer than ${operation} can need`);
  if (signal?.aborted || error instanceof errors.RequestAbortedError) return fail("aborted", "The call was cancelled");
  if (error instanceof errors.TimeoutError) return fail("timeout", `${service} gave no whole answer in time`);
  if (error instanceof errors.ProductNotSupportedError) {
    return fail(
      "malformed",
      "what stands there doesn't say that it is Elasticsearch; OpenSearch and other forks of it aren't supported",
    );
  }
  if (error instanceof errors.DeserializationError)
    return fail("malformed", `${service} answered with something that isn't JSON`);
  const reason = networkCode(error);
  if (error instanceof errors.ConnectionError || error instanceof errors.NoLivingConnectionsError) {
    return fail("connection", `The connection to ${service} failed${reason === null ? "" : ` (${reason})`}`);
  }
  return fail("unknown", `The request to ${service} failed`);
}

/** An answer that doesn't parse or doesn't hold what was asked for. */
export function malformed(operation: string, message: string, failed?: unknown): ServiceFailure {
  return new ServiceFailure({ code: "malformed", service, operation, message, cause: failed });
}
