import { z } from "zod";
import { embedderKind, field, secretText } from "../kind";
import { openOpenAi, vendor } from "./index";
import { knownOpenAiModel } from "./models";

const settings = z.strictObject({
  apiKey: field(secretText().optional(), {
    label: "API key",
    help: "A key of platform.openai.com, or of the server; local ones mostly need none.",
    secret: true,
  }),
  model: field(z.string().min(1).max(200).default("text-embedding-3-small"), {
    label: "Model",
    help: "The embedding model, as the server calls it.",
  }),
  dimension: field(z.number().int().min(1).max(20_000).default(1536), {
    label: "Dimension",
    help: "Length of the vectors that it makes; the target's dimension.",
  }),
  baseUrl: field(z.url({ protocol: /^https?$/ }).default(vendor), {
    label: "Address",
    help: "Of a server that speaks the same protocol (Ollama, vLLM, LM Studio and others), up to /v1.",
    placeholder: "http://127.0.0.1:11434/v1",
    address: true,
  }),
  askForDimension: field(z.enum(["auto", "yes", "no"]).default("auto"), {
    label: "Ask for the dimension",
    help: "Whether requests name it: models that can't shorten their vectors refuse that; auto does where it is known to be taken.",
  }),
  tokensPerText: field(z.number().int().min(1).max(1_000_000).optional(), {
    label: "Tokens of one text",
    help: "What the model reads of one text; known of OpenAI's.",
  }),
  textsPerCall: field(z.number().int().min(1).max(2048).optional(), {
    label: "Texts in one request",
    help: "What the server takes; 256 of OpenAI's and 32 of others where it is left empty.",
  }),
  textsPerMinute: field(z.number().int().min(1).max(1e9).default(100_000), {
    label: "Texts a minute",
    help: "OpenAI limits requests, each of many texts, and tokens; this is for servers that count texts.",
  }),
  tokensPerMinute: field(z.number().int().min(1).max(1e12).default(1_000_000), {
    label: "Tokens a minute",
    help: "What the key's tier allows: 1,000,000 in the first one.",
  }),
  usdPerMillionTokens: field(z.number().min(0).max(10_000).optional(), {
    label: "Price of a million tokens",
    help: "In US dollars; known of OpenAI's models by their names, and nothing of others where it is left empty.",
  }),
});

/** OpenAI's embedding models, and any server of the same protocol. */
export const openai = embedderKind({
  kind: "openai",
  service: "OpenAI",
  settings,
  rates: ({ textsPerMinute, tokensPerMinute, usdPerMillionTokens, model }) => ({
    requestsPerMinute: textsPerMinute,
    tokensPerMinute,
    requestsPerDay: null,
    // Behind another address a model of OpenAI's has its price all the same: an estimate may be above what is spent.
    usdPerMillionTokens: usdPerMillionTokens ?? knownOpenAiModel(model)?.perMillionTokens ?? 0,
  }),
  open: ({ apiKey = null, model, dimension, baseUrl, askForDimension, tokensPerText = null, textsPerCall = null }) =>
    openOpenAi({ apiKey, model, dimension, baseUrl, askForDimension, tokensPerText, textsPerCall }),
});
