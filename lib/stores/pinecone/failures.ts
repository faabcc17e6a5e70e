import { z } from "zod";
import { type FailureCode, ServiceFailure } from "@/lib/failures";
import { codeByStatus } from "@/lib/http/code-by-status";

export const service = "Pinecone";

const codes: Record<number, FailureCode> = { ...codeByStatus, 414: "too-large", 431: "too-large", 501: "unknown" };

/** The data plane's errors are `{code, message}`, the control plane's `{status, error: {code, message}}`; a 401 is plain text. */
const saidSchema = z.object({
  message: z.string(),
  code: z.union([z.string(), z.number()]).optional().catch(undefined),
});
const errorBody = z.union([
  saidSchema,
  z.object({ error: saidSchema }).transform(({ error }) => error),
  z.object({ error: z.string() }).transform(({ error }): z.infer<typeof saidSchema> => ({ message: error })),
]);

/** gRPC's code for what isn't there, in bodies of the data plane. On an index's own host that is the namespace. */
export const grpcNotFound = 5;

/** What the service said, in its own words, shortened, and its code where it gave one. */
function read(body: string): { words: string; serviceCode?: string | number } {
  const shorten = (text: string) => {
    const words = text.replace(/\s+/g, " ").trim();
    return words.length > 500 ? `${words.slice(0, 500)}…` : words;
  };
  try {
    const { message, code } = errorBody.parse(JSON.parse(body));
    return { words: shorten(message), ...(code === undefined ? {} : { serviceCode: code }) };
  } catch {
    // Plain text, or a proxy's page.
    return { words: shorten(body) };
  }
}

/** What an answer that went well by its status says of an error, if it does: a proxy's, or a service that fails under way. */
export function errorWithin(json: unknown): string | null {
  const parsed = errorBody.safeParse(json);
  if (!parsed.success) return null;
  const { message, code } = parsed.data;
  const nested = typeof json === "object" && json !== null && "error" in json;
  return nested || code !== undefined ? read(JSON.stringify(json)).words || message : null;
}

export type Refusal = { operation: string; status: number; retryAfter: string | null; body: string; now?: Date };

/** Translates an answer outside 2xx. Whatever is decided on words is decided here and nowhere else. */
export function failureOfStatus({ operation, status, retryAfter, body, now = new Date() }: Refusal): ServiceFailure {
  const { words, ...said } = read(body);
  const details = {
    service,
    operation,
    status,
    words,
    ...said,
    message: `${service} answered ${status}${words && `: ${words}`}`,
  };
  if (status === 429) {
    // No pause helps a project whose allowance is nothing.
    if (/\blimit:? ?0\b(?![.,]\d)/i.test(words)) return new ServiceFailure({ ...details, code: "not-permitted" });
    const retryAfterMs = parseRetryAfter(retryAfter, now);
    const quota = quotaOf(words, operation);
    // Starter's and Builder's monthly read and write units are refused with 429 as well; no pause helps before the month ends.
    // So is the egress beyond the month's free amount there, whether or not the answer names the month.
    if (/\b(current|this|per) month\b|\bmonthly\b|\begress\b/i.test(words)) {
      const until = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1));
      return new ServiceFailure({ ...details, code: "exhausted", until, quota });
    }
    return new ServiceFailure({ ...details, code: "throttled", quota, ...(retryAfterMs !== null && { retryAfterMs }) });
  }
  if (status === 400 && /exceeds the (maximum|limit)|too large|too big|limit is: \d+ bytes/i.test(words)) {
    return new ServiceFailure({ ...details, code: "too-large" });
  }
  // An alias of a namespace can be read; what would be written is meant for the namespace behind it. It isn't a matter of the records.
  if (status < 500 && status !== 404 && /\bnamespace alias(es)?\b/i.test(words)) {
    const next = "Name the namespace that the alias stands for: an alias can only be read.";
    return new ServiceFailure({ ...details, code: "conflict", next });
  }
  const code = codes[status] ?? (status >= 500 ? "unavailable" : "unknown");
  const retryAfterMs = status === 503 ? parseRetryAfter(retryAfter, now) : null;
  return new ServiceFailure({ ...details, code, ...(retryAfterMs !== null && { retryAfterMs }) });
}

const operationWords: Record<string, string> = {
  listIds: "list requests per second",
  fetchHeads: "fetch requests per second",
  fetchRecords: "fetch requests per second",
  settle: "fetch requests per second",
  upsert: "upserts per second",
};

function quotaOf(words: string, operation: string): string {
  if (/\begress\b/i.test(words)) return "egress per month";
  const unit = /\b(read|write) units?\b/i.exec(words)?.[1]?.toLowerCase();
  if (unit && /month/i.test(words)) return `${unit} units per month`;
  if (unit) return `${unit} units per second`;
  if (/upsert size limit/i.test(words)) return "upserted bytes per second";
  return operationWords[operation] ?? "requests per second";
}

/** Seconds, also with a fraction, or an HTTP date. */
function parseRetryAfter(header: string | null, now: Date): number | null {
  if (header === null || header.trim() === "") return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, Math.round(seconds * 1000));
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now.getTime());
}

const timeouts = new Set(["ETIMEDOUT", "UND_ERR_CONNECT_TIMEOUT", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]);

/** Translates a request that got no whole answer. `ended` says whether we ended it ourselves. */
export function failureOfNetwork(
  operation: string,
  error: unknown,
  ended: "expired" | "cancelled" | null,
): ServiceFailure {
  const fail = (code: FailureCode, message: string) =>
    new ServiceFailure({ code, service, operation, message, cause: error });
  if (ended === "cancelled") return fail("aborted", "The call was cancelled");
  if (ended === "expired") return fail("timeout", `${service} gave no whole answer in time`);
  const reason = networkCode(error);
  if (reason !== null && timeouts.has(reason))
    return fail("timeout", `${service} can't be reached in time (${reason})`);
  return fail("connection", `The connection to ${service} failed${reason === null ? "" : ` (${reason})`}`);
}

/** `ECONNRESET`, `ENOTFOUND`, ...: fetch hides it in the cause of its error. */
export function networkCode(error: unknown): string | null {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if ("code" in at && typeof at.code === "string") return at.code;
  }
  return null;
}

/** An answer that doesn't parse or doesn't hold what was asked for. */
export function malformed(operation: string, message: string, cause?: unknown): ServiceFailure {
  return new ServiceFailure({ code: "malformed", service, operation, message, cause });
}
