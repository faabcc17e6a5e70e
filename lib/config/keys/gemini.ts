import { z } from "zod";
import { keysOf, optionalWhole, text, url, whole } from "./key";

const key = keysOf("Gemini");

/** The embedder and its quotas. */
export const geminiKeys = {
  GOOGLE_AI_API_KEY: key("GOOGLE_AI_API_KEY", text, "", "a Google AI API key", "Key for the embedding model.", true),
  GEMINI_EMBEDDING_MODEL: key(
    "GEMINI_EMBEDDING_MODEL",
    text.regex(/^[\w.-]+$/),
    "gemini-embedding-001",
    "a model name",
    "Embedding model.",
  ),
  GEMINI_OUTPUT_DIMENSIONS: key(
    "GEMINI_OUTPUT_DIMENSIONS",
    whole(1, 20000),
    "3072",
    "a whole number from 1 to 20000",
    "Dimension of the new vectors. Below 3072 they are normalised by Portage.",
  ),
  GEMINI_TASK_TYPE: key(
    "GEMINI_TASK_TYPE",
    text.regex(/^[A-Z_]+$/),
    "RETRIEVAL_DOCUMENT",
    "a task type in capitals",
    "What the vectors are for.",
  ),
  GOOGLE_GEMINI_BASE_URL: key(
    "GOOGLE_GEMINI_BASE_URL",
    url,
    "",
    "an http:// or https:// address, without user name, password and query",
    "Overrides the API's address (proxy, stand-in). Empty: the vendor's.",
  ),
  GEMINI_TIER: key(
    "GEMINI_TIER",
    z.enum(["", "free", "1", "2", "3"]),
    "",
    "free, 1, 2 or 3",
    "Sets the three quotas below to those of a usage tier; a quota that is set itself wins.",
  ),
  GEMINI_REQUESTS_PER_MINUTE: key(
    "GEMINI_REQUESTS_PER_MINUTE",
    whole(1, 1e9),
    "3000",
    "a whole number above 0",
    "Quota of the key: each text counts as a request.",
  ),
  GEMINI_TOKENS_PER_MINUTE: key(
    "GEMINI_TOKENS_PER_MINUTE",
    whole(1, 1e12),
    "1000000",
    "a whole number above 0",
    "Quota of the key.",
  ),
  GEMINI_REQUESTS_PER_DAY: key(
    "GEMINI_REQUESTS_PER_DAY",
    optionalWhole,
    "unlimited",
    "a whole number above 0, or unlimited",
    "Quota of the key; days end at midnight Pacific time.",
  ),
} as const;

/** Requests a minute, tokens a minute, requests a day of the usage tiers (2026-11; Google publishes them in AI Studio only). */
export const tiers = {
  free: { requestsPerMinute: 100, tokensPerMinute: 30_000, requestsPerDay: 1000 },
  "1": { requestsPerMinute: 3000, tokensPerMinute: 1_000_000, requestsPerDay: null },
  "2": { requestsPerMinute: 5000, tokensPerMinute: 5_000_000, requestsPerDay: null },
  "3": { requestsPerMinute: 20_000, tokensPerMinute: 10_000_000, requestsPerDay: null },
} as const;
