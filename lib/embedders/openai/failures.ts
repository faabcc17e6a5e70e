import { z } from "zod";
import { type FailureCode, ServiceFailure } from "@/lib/failures";
import { codeByStatus } from "@/lib/http/code-by-status";

const codes: Record<number, FailureCode> = { ...codeByStatus, 504: "timeout" };

const said = z.object({
  message: z.string().catch(""),
  code: z.union([z.string(), z.number()]).nullish().catch(null),
  type: z.string().nullish().catch(null),
});
/** `{error: {message, code, type}}`; of others `{error: "words"}`, `{message}` or `{detail}`. */
const errorBody = z.union([
  z.object({ error: said }).transform(({ error }) => error),
  z.object({ error: z.string().min(1) }).transform(({ error }): z.infer<typeof said> => ({ message: error })),
  z.object({ detail: z.string().min(1) }).transform(({ detail }): z.infer<typeof said> => ({ message: detail })),
  z
    .object({ object: z.literal("error"), message: z.string() })
    .transform(({ message }): z.infer<typeof said> => ({ message })),
]);

const shorten = (text: string) => {
  const words = text.replace(/\s+/g, " ").trim();
  return words.length > 500 ? `${words.slice(0, 500)}…` : words;
};

function read(body: string): { words: string; code: string } {
  try {
    const { message, code, type } = errorBody.parse(JSON.parse(body));
    return { words: shorten(message), code: String(code ?? type ?? "") };
  } catch {
    return { words: shorten(body), code: "" };
  }
}

/** What an answer that went well by its status says of an error, if it does. */
export function errorWithin(json: unknown): string | null {
  const parsed = errorBody.safeParse(json);
  return parsed.success ? shorten(parsed.data.message) || "no words" : null;
}

/** No pause helps: credits used up, billing off, a country that isn't served. */
const shutWords =
  /insufficient_quota|exceeded your current quota|billing_hard_limit|billing_not_active|unsupported_country|account.*(deactivated|suspended)/i;
const tooMuchWords =
  /max_tokens_per_request|maximum request size|tokens per request|batch size .*(maximum|exceed|>)|too many inputs/i;

export type Refusal = {
  service: string;
  operation: string;
  status: number;
  headers: Headers;
  body: string;
  now?: Date;
};

/** Translates an answer outside 2xx. Whatever is decided on words is decided here and nowhere else. */
export function failureOfStatus({
  service,
  operation,
  status,
  headers,
  body,
  now = new Date(),
}: Refusal): ServiceFailure {
  const { words, code } = read(body);
  const facts = { service, operation, status, words, message: `${service} answered ${status}${words && `: ${words}`}` };
  const fail = (failure: FailureCode, more: { retryAfterMs?: number; until?: Date; quota?: string } = {}) =>
    new ServiceFailure({ ...facts, code: failure, ...(code && { serviceCode: code }), ...more });
  if (status >= 400 && status < 500 && shutWords.test(`${code} ${words}`)) return fail("not-permitted");
  if ((status === 400 || status === 413 || status === 422) && tooMuchWords.test(`${code} ${words}`))
    return fail("too-large");
  const retryAfterMs = waitOf(headers, now);
  if (status === 429) {
    const quota = /\b(RPD|per day)\b/i.test(words)
      ? "requests per day"
      : /\b(TPM|tokens per min)/i.test(words) || headers.get("x-ratelimit-remaining-tokens") === "0"
        ? "tokens per minute"
        : "requests per minute";
    if (quota === "requests per day" && retryAfterMs !== null)
      return fail("exhausted", { quota, until: new Date(now.getTime() + retryAfterMs) });
    return fail("throttled", { quota, ...(retryAfterMs !== null && { retryAfterMs }) });
  }
  const failure = codes[status] ?? (status >= 500 ? "unavailable" : "unknown");
  return fail(failure, status === 503 && retryAfterMs !== null ? { retryAfterMs } : {});
}

/** How long to wait, as the headers say: asked for outright, else until the allowance that is used up is renewed. */
function waitOf(headers: Headers, now: Date): number | null {
  const exact = Number(headers.get("retry-after-ms") ?? Number.NaN);
  if (Number.isFinite(exact)) return Math.max(0, Math.round(exact));
  const after = headers.get("retry-after");
  if (after !== null) {
    const seconds = Number(after);
    if (Number.isFinite(seconds)) return Math.max(0, Math.round(seconds * 1000));
    const date = Date.parse(after);
    if (!Number.isNaN(date)) return Math.max(0, date - now.getTime());
  }
  const waits = ["requests", "tokens"].flatMap((unit) =>
    headers.get(`x-ratelimit-remaining-${unit}`) === "0" ? [durationOf(headers.get(`x-ratelimit-reset-${unit}`))] : [],
  );
  const known = waits.filter((wait) => wait !== null);
  return known.length > 0 ? Math.max(...known) : null;
}

/** Milliseconds of `6m0s`, `1h2m3.5s` or `120ms`. */
function durationOf(text: string | null): number | null {
  const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  if (text === null || !/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return null;
  let sum = 0;
  for (const [, amount = "", unit = ""] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g))
    sum += Number(amount) * (units[unit] ?? 0);
  return Math.ceil(sum);
}

/** Translates a request that got no whole answer. `ended` says whether we ended it ourselves. */
export function failureOfNetwork(
  { service, operation }: { service: string; operation: string },
  error: unknown,
  ended: "expired" | "cancelled" | null,
): ServiceFailure {
  const fail = (code: FailureCode, message: string) =>
    new ServiceFailure({ code, service, operation, message, cause: error });
  if (ended === "cancelled") return fail("aborted", "The call was cancelled");
  if (ended === "expired") return fail("timeout", `${service} gave no whole answer in time`);
  return fail("connection", `The connection to ${service} failed`);
}
