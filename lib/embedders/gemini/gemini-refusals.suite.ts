import type { ServiceFailure } from "@/lib/failures";
import type { Reply } from "@/lib/http/scripted-server.suite";

export const embeddings = (...vectors: unknown[]): Reply => ({
  json: { embeddings: vectors.map((values) => ({ values })) },
});

const google = "type.googleapis.com/google.rpc.";
export const refusal = (status: number, message: string, details?: unknown[]): Reply => ({
  status,
  json: { error: { code: status, message, status: "X", ...(details && { details }) } },
});
export const violation = (quotaId: string, quotaValue = "100") => ({
  "@type": `${google}QuotaFailure`,
  violations: [{ quotaMetric: "generativelanguage.googleapis.com/embed_content_requests", quotaId, quotaValue }],
});
export const retry = (retryDelay: string) => ({ "@type": `${google}RetryInfo`, retryDelay });
const perMinute = "EmbedContentRequestsPerMinutePerUserPerProjectPerModel-FreeTier";
export const perDay = "EmbedContentRequestsPerDayPerUserPerProjectPerModel-FreeTier";

/** What the service may answer instead of vectors, and what becomes of it. */
export const refusals: [name: string, reply: Reply, expected: Partial<ServiceFailure>][] = [
  [
    "429 per minute",
    refusal(429, "You exceeded your current quota", [violation(perMinute), retry("37s")]),
    { code: "throttled", retryAfterMs: 37_000, quota: "requests per minute (limit 100)", status: 429 },
  ],
  [
    "429 for tokens with a fraction of a second",
    refusal(429, "quota", [violation("EmbedContentInputTokensPerMinute", "30000"), retry("0.5s")]),
    { code: "throttled", retryAfterMs: 500, quota: "tokens per minute (limit 30000)" },
  ],
  [
    "429 whose words alone say how long",
    refusal(429, "Quota exceeded.\nPlease retry in 37.41s."),
    { code: "throttled", retryAfterMs: 37_410 },
  ],
  ["429 without anything", { status: 429, text: "" }, { code: "throttled", retryAfterMs: undefined, quota: undefined }],
  [
    "429 with details of another shape",
    refusal(429, "no", [1, null, { "@type": 3, violations: "x" }, retry("soon")]),
    { code: "throttled", retryAfterMs: undefined },
  ],
  [
    "429 per day, in spite of a short RetryInfo",
    refusal(429, "quota", [violation(perMinute), violation(perDay, "1000"), retry("20s")]),
    { code: "exhausted", retryAfterMs: undefined, quota: "requests per day (limit 1000)" },
  ],
  [
    "400",
    refusal(400, "at most 100 requests can be in one batch"),
    { code: "invalid", message: "Gemini answered 400: at most 100 requests can be in one batch" },
  ],
  [
    "400 for the key",
    refusal(400, "API key not valid. Please pass a valid API key.", [
      { "@type": `${google}ErrorInfo`, reason: "API_KEY_INVALID", domain: "googleapis.com" },
    ]),
    { code: "auth" },
  ],
  ["400 for the country", refusal(400, "User location is not supported for the API use."), { code: "not-permitted" }],
  ["402", refusal(402, "Payment required"), { code: "not-permitted" }],
  [
    "429 for a quota of nothing, as a value",
    refusal(429, "quota", [violation(perMinute, "0"), violation(perDay, "0"), retry("40s")]),
    { code: "not-permitted" },
  ],
  [
    "429 for a quota of nothing, in words alone",
    refusal(
      429,
      "Quota exceeded.\n* metric: embed_content_free_tier_requests, limit: 0, model: m\nPlease retry in 40.2s.",
    ),
    { code: "not-permitted" },
  ],
  [
    "429 for a limit that begins with nothing",
    refusal(429, "Quota exceeded, limit: 0.5 a second", [retry("1s")]),
    { code: "throttled", retryAfterMs: 1000 },
  ],
  [
    "429 for prepaid credits that are used up",
    refusal(429, "Your prepayment credits are depleted. Please go to AI Studio to manage your project and billing."),
    { code: "not-permitted" },
  ],
  [
    "403 for a project without billing",
    refusal(403, "This API method requires billing to be enabled.", [
      { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "BILLING_DISABLED", domain: "googleapis.com" },
    ]),
    { code: "not-permitted" },
  ],
  ["401", refusal(401, "no"), { code: "auth" }],
  ["403", refusal(403, "no"), { code: "auth" }],
  ["404", refusal(404, "models/x is not found"), { code: "not-found" }],
  ["413", { status: 413, text: "<html>" }, { code: "too-large" }],
  ["500", refusal(500, "internal"), { code: "unavailable", charged: false }],
  ["503", refusal(503, "The model is overloaded"), { code: "unavailable", status: 503 }],
  ["504", refusal(504, "deadline"), { code: "timeout" }],
  ["a reset", "reset", { code: "connection" }],
  ["an answer that breaks off", "half", { code: "connection" }],
  ["something that isn't JSON", { text: "{" }, { code: "malformed" }],
  ["fewer vectors than texts", embeddings([1, 0, 0]), { code: "malformed", charged: true }],
  ["more vectors than texts", embeddings([1, 0, 0], [1, 0, 0], [1, 0, 0]), { code: "malformed" }],
  ["no vectors", { json: {} }, { code: "malformed", charged: false }],
  ["a vector that isn't a list", embeddings([1, 0, 0], "x"), { code: "malformed", charged: true }],
];
