import { z } from "zod";
import { embedderKind, field, secretText } from "../kind";
import { openGemini } from "./index";

const settings = z.strictObject({
  apiKey: field(secretText(), {
    label: "API key",
    help: "A key of Google AI Studio: aistudio.google.com, API keys.",
    secret: true,
  }),
  model: field(
    z
      .string()
      .regex(/^[\w.-]+$/, "a model name")
      .default("gemini-embedding-001"),
    { label: "Model", help: "The embedding model." },
  ),
  dimension: field(z.number().int().min(1).max(20_000).default(3072), {
    label: "Dimension",
    help: "Length of the vectors that it makes; the target's dimension.",
  }),
  task: field(
    z
      .string()
      .regex(/^[A-Z_]+$/, "a task type in capitals")
      .default("RETRIEVAL_DOCUMENT"),
    { label: "Task type", help: "What the vectors are for." },
  ),
  baseUrl: field(z.url({ protocol: /^https?$/ }).optional(), {
    label: "Address",
    help: "Another address than Google's own, for a proxy.",
    placeholder: "https://generativelanguage.googleapis.com",
    address: true,
  }),
  requestsPerMinute: field(z.number().int().min(1).max(1e9).default(3000), {
    label: "Texts a minute",
    help: "What the key's tier allows: each text counts as a request.",
  }),
  tokensPerMinute: field(z.number().int().min(1).max(1e12).default(1_000_000), {
    label: "Tokens a minute",
    help: "What the key's tier allows.",
  }),
  requestsPerDay: field(z.number().int().min(1).max(1e12).optional(), {
    label: "Texts a day",
    help: "What the key's tier allows; empty where there is no daily limit.",
  }),
});

/** Google's embedding models. */
export const gemini = embedderKind({
  kind: "gemini",
  service: "Gemini",
  settings,
  rates: ({ requestsPerMinute, tokensPerMinute, requestsPerDay = null }) => ({
    requestsPerMinute,
    tokensPerMinute,
    requestsPerDay,
  }),
  open: ({ apiKey, model, dimension, task, baseUrl = null }) =>
    openGemini({ apiKey, model, dimension, task, baseUrl: baseUrl?.replace(/\/+$/, "") ?? null }),
});
