import { z } from "zod";
import { countTokens } from "@/lib/embedders/hashing/count-tokens";
import { hashText } from "@/lib/embedders/hashing/hash-text";
import { type Answer, type Exchange, json, parseJson, rawJson } from "../http/exchange";
import type { Call, Service, Worked } from "../http/stand-in";
import { millionthsToJson } from "../values-json";
import { openAiModels } from "./models";

/** Scope of this stand-in's counters. */
export const openAiScope = "openai";

/** As documented (API reference, "Create embeddings", read 2026-11). */
const limits = { texts: 2048, tokens: 300_000 } as const;

const requestSchema = z.object({
  model: z.string(),
  input: z.union([z.string(), z.array(z.string())]),
  dimensions: z.number().int().positive().optional(),
  encoding_format: z.enum(["float", "base64"]).default("base64"),
});

/** OpenAI's embeddings: `POST /v1/embeddings` and the list of models. */
export class OpenAiService implements Service {
  constructor(readonly apiKeys: readonly string[]) {}

  recognise(exchange: Exchange): Call | null {
    if (exchange.method === "GET" && exchange.path === "/v1/models")
      return {
        scope: openAiScope,
        route: "list-models",
        run: () => json(200, { object: "list", data: openAiModels.map(({ name: id }) => ({ id, object: "model" })) }),
      };
    if (exchange.method !== "POST" || exchange.path !== "/v1/embeddings") return null;
    return { scope: openAiScope, route: "embed", run: () => embed(parseJson(exchange.body)) };
  }

  refuseKey(exchange: Exchange): Answer | null {
    const [, key] = /^Bearer (.+)$/.exec(exchange.header("authorization") ?? "") ?? [];
    if (key !== undefined && this.apiKeys.includes(key)) return null;
    return problem(401, "Incorrect API key provided.", "invalid_api_key");
  }

  unknownRoute({ method, path }: Exchange): Answer {
    return problem(404, `Invalid URL (${method} ${path})`, null);
  }

  throttled(_call: Call, retryAfterSeconds: number | null): Answer {
    const wait: Record<string, string> =
      retryAfterSeconds === null ? {} : { "retry-after": String(Math.ceil(retryAfterSeconds)) };
    return problem(429, "Rate limit reached on requests per min (RPM).", "rate_limit_exceeded", wait);
  }

  exhausted(): Answer {
    return problem(429, "You exceeded your current quota, please check your plan and billing.", "insufficient_quota");
  }

  broken(_call: Call, status: number): Answer {
    return problem(status, "The server had an error while processing your request.", null);
  }
}

function embed(body: unknown): Worked {
  const parsed = requestSchema.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return problem(400, `Invalid type for '${issue?.path.join(".") ?? "body"}'.`, "invalid_type");
  }
  const { model: asked, input, dimensions, encoding_format: format } = parsed.data;
  const model = openAiModels.find(({ name }) => name === asked);
  if (model === undefined) return problem(404, `The model \`${asked}\` does not exist.`, "model_not_found");
  const dimension = dimensions ?? model.dimension;
  if (dimensions !== undefined && !model.shortens)
    return problem(400, "This model does not support specifying dimensions.", null);
  if (dimension > model.dimension)
    return problem(400, `Invalid value for 'dimensions': at most ${model.dimension}.`, "invalid_value");
  const texts = typeof input === "string" ? [input] : input;
  if (texts.length === 0 || texts.length > limits.texts || texts.includes(""))
    return problem(400, "'$.input' is invalid. Please check the API reference.", "invalid_request_error");
  const counts = texts.map((text) => countTokens(text).tokens);
  const long = counts.find((tokens) => tokens > model.tokensPerText);
  if (long !== undefined)
    return problem(
      400,
      `This model's maximum context length is ${model.tokensPerText} tokens, you requested ${long}.`,
      null,
    );
  const tokens = counts.reduce((sum, count) => sum + count, 0);
  if (tokens > limits.tokens)
    return problem(
      400,
      `Requested ${tokens} tokens, max ${limits.tokens} tokens per request`,
      "max_tokens_per_request",
    );
  const pieces: Buffer[] = [Buffer.from('{"object":"list","data":[')];
  for (const [index, text] of texts.entries()) {
    pieces.push(Buffer.from(`${index > 0 ? "," : ""}{"object":"embedding","index":${index},"embedding":`));
    pieces.push(vectorJson(text, { model: model.name, dimension, format }), Buffer.from("}"));
  }
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  pieces.push(Buffer.from(`],"model":${JSON.stringify(model.name)},"usage":${JSON.stringify(usage)}}`));
  return { ...rawJson(Buffer.concat(pieces)), records: texts.length };
}

/** Another space for each model: a text's vectors by two of them have nothing in common. */
function vectorJson(text: string, { model, dimension, format }: { model: string; dimension: number; format: string }) {
  const vector = hashText(`${model}\n${text}`, dimension);
  if (format === "float") return millionthsToJson(vector);
  return Buffer.from(
    JSON.stringify(
      Buffer.from(Float32Array.from(vector, (millionths) => millionths / 1_000_000).buffer).toString("base64"),
    ),
  );
}

function problem(status: number, message: string, code: string | null, headers?: Record<string, string>): Answer {
  return json(status, { error: { message, type: "invalid_request_error", param: null, code } }, headers);
}
