import { countTokens } from "@/lib/embedders/hashing/count-tokens";
import { type Answer, type Exchange, json, parseJson, rawJson } from "../http/exchange";
import type { Call, Service, Worked } from "../http/stand-in";
import type { Ledger } from "./ledger";
import { embeddingJson, geminiModel, modelResource, readable } from "./model";
import { googleProblem, invalid, invalidKey, quotaExceeded } from "./problems";
import type { Quota } from "./quota";
import { BadRequest, readBatch, readCount, readEmbed, type TextRequest } from "./read-request";

/** Scope of this stand-in's counters. */
export const modelScope = "models";

const modelPath = /^\/v1(?:beta)?\/models\/([^/:]+)(?::([A-Za-z]+))?$/;

/** The embedding model of the Gemini API: `:embedContent`, `:batchEmbedContents`, `:countTokens` and the model itself. */
export class GeminiService implements Service {
  constructor(
    readonly quota: Quota,
    readonly ledger: Ledger,
    readonly apiKeys: readonly string[],
  ) {}

  recognise(exchange: Exchange): Call | null {
    const call = (route: string, run: Call["run"]): Call => ({
      scope: modelScope,
      route,
      run: () => orBadRequest(run),
    });
    if (exchange.method === "GET" && /^\/v1(?:beta)?\/models$/.test(exchange.path)) {
      return call("list-models", () => json(200, { models: [modelResource] }));
    }
    const [, model, verb] = modelPath.exec(exchange.path) ?? [];
    if (model === undefined) return null;
    if (exchange.method === "GET" && verb === undefined) {
      return call("get-model", () =>
        model === geminiModel.name ? json(200, modelResource) : unknownModel(model, "get"),
      );
    }
    if (exchange.method !== "POST") return null;
    const known = (run: () => Worked | Promise<Worked>) => () =>
      model === geminiModel.name ? run() : unknownModel(model, verb ?? "");
    const body = () => parseJson(exchange.body);
    if (verb === "embedContent")
      return call(
        "embed",
        known(() => this.#embed(exchange, [readEmbed(body())], "one")),
      );
    if (verb === "batchEmbedContents") {
      return call(
        "embed-batch",
        known(() => this.#embed(exchange, readBatch(body(), model), "many")),
      );
    }
    if (verb === "countTokens") {
      return call(
        "count-tokens",
        known(() => json(200, { totalTokens: countTokens(readCount(body())).tokens })),
      );
    }
    return null;
  }

  async #embed(exchange: Exchange, requests: TextRequest[], shape: "one" | "many"): Promise<Worked> {
    if (exchange.body.length > geminiModel.requestBytes) {
      return invalid(`Request payload size exceeds the limit: ${geminiModel.requestBytes} bytes.`);
    }
    const texts = requests.map(({ text, dimension }) => ({ ...readable(text), dimension }));
    const tokens = texts.reduce((sum, text) => sum + text.tokens, 0);
    const exceeded = this.quota.take(geminiModel.name, requests.length, tokens);
    if (exceeded !== null) return quotaExceeded(exceeded, this.quota.tier);
    await this.ledger.add(
      requests.map(({ text }) => text),
      tokens,
    );
    const pieces: Buffer[] = [Buffer.from(shape === "one" ? '{"embedding":' : '{"embeddings":[')];
    for (const [at, { read, dimension }] of texts.entries()) {
      if (at > 0) pieces.push(Buffer.from(","));
      pieces.push(embeddingJson(read, dimension));
    }
    pieces.push(Buffer.from(shape === "one" ? "}" : "]}"));
    return { ...rawJson(Buffer.concat(pieces)), records: requests.length };
  }

  refuseKey(exchange: Exchange): Answer | null {
    const key = exchange.header("x-goog-api-key") ?? exchange.query.get("key");
    if (key === null || key === undefined || key === "") {
      return googleProblem(
        403,
        "PERMISSION_DENIED",
        "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
      );
    }
    return this.apiKeys.includes(key) ? null : invalidKey();
  }

  unknownRoute(): Answer {
    return googleProblem(404, "NOT_FOUND", "Not found");
  }

  throttled(_call: Call, retryAfterSeconds: number | null): Answer {
    const limit = this.quota.quotas.requestsPerMinute ?? 3000;
    return quotaExceeded(
      { quota: "requests-per-minute", limit, model: geminiModel.name, retryAfterSeconds },
      this.quota.tier,
    );
  }

  exhausted(): Answer {
    const limit = this.quota.quotas.requestsPerDay ?? 1000;
    return quotaExceeded(
      { quota: "requests-per-day", limit, model: geminiModel.name, retryAfterSeconds: 37 },
      this.quota.tier,
    );
  }

  broken(_call: Call, status: number): Answer {
    return status === 503
      ? googleProblem(503, "UNAVAILABLE", "The model is overloaded. Please try again later.")
      : googleProblem(status, "INTERNAL", "An internal error has occurred. Please retry or report the problem.");
  }
}

function unknownModel(model: string, verb: string): Answer {
  return googleProblem(
    404,
    "NOT_FOUND",
    `models/${model} is not found for API version v1beta, or is not supported for ${verb}. Call ListModels to see the list of available models and their supported methods.`,
  );
}

async function orBadRequest(run: () => Worked | Promise<Worked>): Promise<Worked> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof BadRequest) return invalid(error.message);
    throw error;
  }
}
