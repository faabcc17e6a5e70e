import { z } from "zod";
import { type FailureCode, ServiceFailure } from "@/lib/failures";
import { codeByStatus } from "@/lib/http/code-by-status";

export const service = "Chroma";

/** `{error, message}` since 1.0; before, `error` holds Python's words: `ValueError('Collection x does not exist.')`. Proxies write `detail`. */
const errorBody = z.object({
  error: z.string().catch(""),
  message: z.string().catch(""),
  detail: z.string().catch(""),
});

function wordsOf(body: string): string {
  let said = body;
  try {
    const { error, message, detail } = errorBody.parse(JSON.parse(body));
    said = message || detail || error;
  } catch {
    // A proxy's page, or plain text.
  }
  const words = said.replace(/\s+/g, " ").trim();
  return words.length > 500 ? `${words.slice(0, 500)}…` : words;
}

export type Refusal = { operation: string; status: number; retryAfter: string | null; body: string };

/** Translates an answer outside 2xx. Whatever is decided on words is decided here and nowhere else. */
export function failureOfStatus({ operation, status, retryAfter, body }: Refusal): ServiceFailure {
  const words = wordsOf(body);
  const facts = { service, operation, status, words, message: `${service} answered ${status}${words && `: ${words}`}` };
  const fail = (code: FailureCode, more: { retryAfterMs?: number; quota?: string } = {}) =>
    new ServiceFailure({ ...facts, code, ...more });
  // Servers before 1.0 answer 500 for what was asked wrongly.
  if (
    status >= 400 &&
    /Collection .*does not exist|Could not find (collection|tenant|database)|(Tenant|Database) .*not found/i.test(words)
  )
    return fail("not-found");
  if (status >= 400 && /already exists/i.test(words)) return fail("conflict");
  if (status >= 400 && /dimension(ality)? (of )?\d+.*(got|does not match)|^ValueError|InvalidDimension/i.test(words))
    return fail("invalid");
  if (/quota/i.test(words) && status >= 400 && status < 500 && status !== 429) return fail("too-large");
  const seconds = Number(retryAfter ?? "");
  const retryAfterMs = retryAfter && Number.isFinite(seconds) ? Math.max(0, Math.round(seconds * 1000)) : null;
  const code = codeByStatus[status] ?? (status >= 500 ? "unavailable" : "unknown");
  return fail(code, {
    ...(retryAfterMs !== null && (status === 429 || status === 503) && { retryAfterMs }),
    ...(status === 429 && { quota: "requests" }),
  });
}

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
  return fail("connection", `The connection to ${service} failed${reason === null ? "" : ` (${reason})`}`);
}

/** `ECONNREFUSED`, ...: fetch hides it in the cause of its error. */
function networkCode(error: unknown): string | null {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if ("code" in at && typeof at.code === "string") return at.code;
  }
  return null;
}

export function failure(code: FailureCode, operation: string, message: string): ServiceFailure {
  return new ServiceFailure({ code, service, operation, message });
}

/** Whether the server closed the connection before it answered anything. */
export function wasClosed(error: unknown): boolean {
  return ["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"].includes(networkCode(error) ?? "");
}
