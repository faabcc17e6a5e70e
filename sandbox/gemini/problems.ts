import { type Answer, json } from "../http/exchange";

const googleRpc = "type.googleapis.com/google.rpc.";

/** An error as Google's services word it. */
export function googleProblem(code: number, status: string, message: string, details?: unknown[]): Answer {
  return json(code, { error: { code, message, status, ...(details ? { details } : {}) } });
}

export const invalid = (message: string) => googleProblem(400, "INVALID_ARGUMENT", message);

export function invalidKey(): Answer {
  const message = "API key not valid. Please pass a valid API key.";
  return googleProblem(400, "INVALID_ARGUMENT", message, [
    {
      "@type": `${googleRpc}ErrorInfo`,
      reason: "API_KEY_INVALID",
      domain: "googleapis.com",
      metadata: { service: "generativelanguage.googleapis.com" },
    },
    { "@type": `${googleRpc}LocalizedMessage`, locale: "en-US", message },
  ]);
}

export type Exceeded = {
  quota: "requests-per-minute" | "tokens-per-minute" | "requests-per-day";
  limit: number;
  model: string;
  /** `null`: the body names no time to wait. */
  retryAfterSeconds: number | null;
};

const quotaNames: Record<Exceeded["quota"], { metric: string; id: string }> = {
  "requests-per-minute": { metric: "requests", id: "EmbedContentRequestsPerMinutePerUserPerProjectPerModel" },
  "tokens-per-minute": { metric: "input_token_count", id: "EmbedContentInputTokensPerMinutePerUserPerProjectPerModel" },
  "requests-per-day": { metric: "requests", id: "EmbedContentRequestsPerDayPerUserPerProjectPerModel" },
};

/** 429 as the service answers it: which quota, and how long to wait; a daily one names a short wait all the same. */
export function quotaExceeded(exceeded: Exceeded, tier: "free" | "paid"): Answer {
  const { metric, id } = quotaNames[exceeded.quota];
  const quotaMetric = `generativelanguage.googleapis.com/embed_content_${tier}_tier_${metric}`;
  const seconds = exceeded.retryAfterSeconds;
  const wait = seconds === null ? "" : `\nPlease retry in ${seconds}s.`;
  const message = `You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.\n* Quota exceeded for metric: ${quotaMetric}, limit: ${exceeded.limit}, model: ${exceeded.model}${wait}`;
  return googleProblem(429, "RESOURCE_EXHAUSTED", message, [
    {
      "@type": `${googleRpc}Help`,
      links: [
        { description: "Learn more about Gemini API quotas", url: "https://ai.google.dev/gemini-api/docs/rate-limits" },
      ],
    },
    {
      "@type": `${googleRpc}QuotaFailure`,
      violations: [
        {
          quotaMetric,
          quotaId: tier === "free" ? `${id}-FreeTier` : id,
          quotaDimensions: { location: "global", model: exceeded.model },
          quotaValue: String(exceeded.limit),
        },
      ],
    },
    ...(seconds === null ? [] : [{ "@type": `${googleRpc}RetryInfo`, retryDelay: `${seconds}s` }]),
  ]);
}
