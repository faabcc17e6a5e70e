import { GoogleGenerativeAIFetchError } from "@google/generative-ai";
import { z } from "zod";
import { type FailureCode, ServiceFailure } from "@/lib/failures";
import { codeByStatus } from "@/lib/http/code-by-status";
import { nextPacificMidnight } from "@/lib/pacific-day";

export const service = "Gemini";

const codes: Record<number, FailureCode> = { ...codeByStatus, 504: "timeout" };

const violationSchema = z.object({
  quotaId: z.string().catch(""),
  quotaMetric: z.string().catch(""),
  quotaValue: z.string().catch(""),
});
/** Billing that is off, an API that isn't enabled, a suspended project: reasons of google.rpc.ErrorInfo that only a person ends. */
const shutReason =
  /^(BILLING_DISABLED|SERVICE_DISABLED|CONSUMER_SUSPENDED|CONSUMER_INVALID|API_KEY_SERVICE_BLOCKED|USER_PROJECT_DENIED|LOCATION_POLICY_VIOLATED)$/;
/** The same as words, for answers without details: an allowance of nothing, credits used up, a country or plan that isn't served. */
const shutWords =
  /\blimit: ?0\b(?![.,]\d)|\bprepa(?:id|yment)\b.*\b(?:deplet|exhaust|used up|run out)|\b(?:no|insufficient|out of|not enough) (?:remaining )?credits?\b|credits? (?:are|is|have been|were) (?:deplet|exhaust|used)|enable billing|free tier is not available|user location is not supported/i;

type Violation = z.infer<typeof violationSchema>;

/** What Google's error details may hold (google.rpc: RetryInfo, QuotaFailure, ErrorInfo); any of it may be absent. */
const detailSchema = z.object({
  reason: z.string().catch(""),
  retryDelay: z.string().catch(""),
  violations: z.array(violationSchema).catch([]),
});
const detailsSchema = z.array(detailSchema.catch({ reason: "", retryDelay: "", violations: [] })).catch([]);

/** The service's own words: the SDK puts the address and the status before them and the details behind. */
function wordsOf(error: GoogleGenerativeAIFetchError): string {
  const [, words = ""] = /\[\d{3} [^\]]*\] ([\s\S]*)$/.exec(error.message) ?? [];
  const [said = ""] = words.split(' [{"@type"');
  const plain = said.replace(/\s+/g, " ").trim();
  return plain.length > 500 ? `${plain.slice(0, 500)}…` : plain;
}

/** Milliseconds of a protobuf duration such as `37s` or `0.5s`. */
function millisecondsOf(duration: string | undefined): number | null {
  const [, seconds] = /^(\d+(?:\.\d+)?)s$/.exec(duration ?? "") ?? [];
  return seconds === undefined ? null : Math.ceil(Number(seconds) * 1000);
}

/** `EmbedContentRequestsPerMinutePerUserPerProjectPerModel-FreeTier` is "requests per minute". */
function quotaWords({ quotaId, quotaMetric, quotaValue }: Violation): string {
  const unit = /token/i.test(quotaId) || /token/i.test(quotaMetric) ? "tokens" : "requests";
  const time = /PerDay/i.test(quotaId) ? " per day" : /PerMinute/i.test(quotaId) ? " per minute" : "";
  return `${unit}${time}${quotaValue && ` (limit ${quotaValue})`}`;
}

/** Translates an answer outside 2xx. Whatever is decided on words is decided here and nowhere else. */
export function failureOfStatus(
  operation: string,
  error: GoogleGenerativeAIFetchError,
  redact: (text: string) => string,
  now = new Date(),
): ServiceFailure {
  const status = error.status ?? 0;
  const details = detailsSchema.parse(error.errorDetails);
  const words = redact(wordsOf(error));
  // The SDK's error repeats whatever the service wrote; only our own, redacted words go on.
  const facts = { service, operation, status, words, message: `${service} answered ${status}${words && `: ${words}`}` };
  if (status === 429) {
    const violations = details.flatMap((detail) => detail.violations);
    const daily = violations.find(({ quotaId }) => /PerDay/i.test(quotaId));
    const violation = daily ?? violations[0];
    const none = violations.some(({ quotaValue }) => quotaValue.trim() === "0");
    const shut = details.some(({ reason }) => shutReason.test(reason));
    // No pause helps a key whose allowance is nothing: it is the same at midnight.
    if (none || shut || shutWords.test(words)) return new ServiceFailure({ ...facts, code: "not-permitted" });
    const quota = violation && quotaWords(violation);
    // A daily refusal still carries a short RetryInfo: obeying it would mean knocking all day.
    if (daily || (violations.length === 0 && /\bper day\b|PerDay/i.test(words))) {
      return new ServiceFailure({
        ...facts,
        code: "exhausted",
        until: nextPacificMidnight(now),
        quota: quota ?? "requests per day",
      });
    }
    const [, asked] = /retry in (\d+(?:\.\d+)?s)/i.exec(words) ?? [];
    const delays = details.map(({ retryDelay }) => millisecondsOf(retryDelay)).filter((delay) => delay !== null);
    const retryAfterMs = delays.length > 0 ? Math.max(...delays) : millisecondsOf(asked);
    return new ServiceFailure({
      ...facts,
      code: "throttled",
      ...(quota && { quota }),
      ...(retryAfterMs !== null && { retryAfterMs }),
    });
  }
  if (status === 400) {
    const badKey = details.some(({ reason }) => /^API_KEY_/.test(reason)) || /\bAPI key\b/i.test(words);
    if (badKey) return new ServiceFailure({ ...facts, code: "auth" });
  }
  if (
    status >= 400 &&
    status < 500 &&
    (details.some(({ reason }) => shutReason.test(reason)) || shutWords.test(words))
  ) {
    return new ServiceFailure({ ...facts, code: "not-permitted" });
  }
  return new ServiceFailure({ ...facts, code: codes[status] ?? (status >= 500 ? "unavailable" : "unknown") });
}

/** Translates whatever the SDK threw. `ended` says whether we ended the request ourselves. */
export function failureOf(
  operation: string,
  error: unknown,
  ended: "expired" | "cancelled" | null,
  redact: (text: string) => string,
): ServiceFailure {
  const fail = (code: FailureCode, message: string) =>
    new ServiceFailure({ code, service, operation, message, cause: error });
  if (ended === "cancelled") return fail("aborted", "The call was cancelled");
  if (ended === "expired") return fail("timeout", `${service} gave no whole answer in time`);
  if (error instanceof GoogleGenerativeAIFetchError) return failureOfStatus(operation, error, redact);
  if (error instanceof SyntaxError) return malformed(operation, `${service} answered with something that isn't JSON`);
  return fail("connection", `The connection to ${service} failed`);
}

/** An answer that doesn't parse or doesn't hold what was asked for. */
export function malformed(operation: string, message: string): ServiceFailure {
  return new ServiceFailure({ code: "malformed", service, operation, message });
}
