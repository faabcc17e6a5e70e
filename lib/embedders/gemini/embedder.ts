import { GoogleGenerativeAI } from "@google/generative-ai";
import { ServiceFailure } from "@/lib/failures";
import { AnswerTooLarge } from "@/lib/http/bounded-answer";
import { type Deadline, withDeadline } from "@/lib/http/deadline";
import type { Secret } from "@/lib/secret";
import { unusable } from "../charged";
import type { Embedded, Embedder, EmbedOptions } from "../contract";
import { checkVector } from "../vector";
import { withBoundedAnswer } from "./bounded-fetch";
import { failureOf, malformed, service } from "./failures";
import { knownModel } from "./models";
import { batchReply, countReply, parseWire, type WireRequest } from "./wire";

export type GeminiOptions = {
  apiKey: Secret | null;
  model: string;
  dimension: number;
  task: string;
  /** Another address; `null` is the vendor's. */
  baseUrl: string | null;
  /** For one request, from sending to the last byte of the answer. */
  timeoutMs?: number;
};

/** What the SDK can do, with requests as they may be on the wire. */
type EmbeddingModel = {
  batchEmbedContents(params: { requests: WireRequest[] }, options: { signal: AbortSignal }): Promise<unknown>;
  countTokens(text: string, options: { signal: AbortSignal }): Promise<unknown>;
};

/** "at most 100 requests can be in one batch", as the service says. */
const textsPerCall = 100;
/** 100 vectors of 3,072 numbers, each on a line of its own, are 8 MB. */
const mostBytesOfVectors = 32 * 1024 * 1024;
const mostBytes: Record<string, number> = { countTokens: 1024 * 1024, probe: 1024 * 1024 };
/** Vectors of another length that tell of the model, or of how it is set, rather than of their texts. */
const tellingBatch = 10;

/** Gemini behind the `Embedder` contract. Asks nothing before the first call; a missing key fails each call with `auth`, without a request. */
export function openGemini(options: GeminiOptions): Embedder {
  const { model: name, dimension, task, timeoutMs = 60_000 } = options;
  const key = options.apiKey?.reveal() ?? "";
  const known = knownModel(name);
  const normalised = known?.normalisedAt.includes(dimension) ?? false;
  const redact = (text: string) => (key === "" ? text : text.replaceAll(key, "[secret]"));
  let opened: EmbeddingModel | null = null;

  const model = (operation: string): EmbeddingModel => {
    // A key with other characters can't be a header, and fetch's error about that would quote it.
    if (!/^[\x21-\x7e]+$/.test(key)) {
      const message =
        key === "" ? `There is no API key for ${service}` : `The API key for ${service} holds odd characters`;
      throw new ServiceFailure({ code: "auth", service, operation, message });
    }
    const address = options.baseUrl === null ? {} : { baseUrl: options.baseUrl };
    opened ??= new GoogleGenerativeAI(key).getGenerativeModel({ model: name }, address);
    return opened;
  };

  const ask = (
    operation: string,
    signal: AbortSignal | undefined,
    invoke: (model: EmbeddingModel, deadline: Deadline) => Promise<unknown>,
  ): Promise<unknown> => {
    const asked = model(operation);
    return withDeadline(timeoutMs, signal, async (deadline) => {
      try {
        // The SDK doesn't look at a signal that has fired already.
        deadline.signal.throwIfAborted();
        const most = mostBytes[operation] ?? mostBytesOfVectors;
        return await withBoundedAnswer(most, () => invoke(asked, deadline));
      } catch (error) {
        if (error instanceof AnswerTooLarge)
          throw malformed(operation, `${service} gave ${error.message}, which ${operation} can't need`);
        throw failureOf(operation, error, deadline.ended(), redact);
      }
    });
  };

  const embedRaw = async (
    texts: readonly string[],
    operation: string,
    { signal, as }: EmbedOptions,
  ): Promise<unknown[][]> => {
    // The second generation takes its task in the text, not as a field.
    const settings = {
      outputDimensionality: dimension,
      // A question to documents is another task than a document (Gemini API, "Embeddings": task types).
      ...(known?.task !== "text" && {
        taskType: as === "query" && task === "RETRIEVAL_DOCUMENT" ? "RETRIEVAL_QUERY" : task,
      }),
    };
    const requests = texts.map((text) => ({ content: { role: "user", parts: [{ text }] }, ...settings }));
    const json = await ask(operation, signal, (asked, deadline) =>
      asked.batchEmbedContents({ requests }, { signal: deadline.signal }),
    );
    const wrong = (message: string) => unusable({ code: "malformed", service, operation, message }, json, "embeddings");
    const { embeddings } = parseWire(batchReply, json, wrong);
    if (embeddings.length !== texts.length)
      throw wrong(`${service} answered ${embeddings.length} vectors for ${texts.length} texts`);
    return embeddings.map(({ values }) => values);
  };

  return {
    service,
    space: { model: name, dimension, task, normalised: true },
    limits: { textsPerCall, tokensPerText: known?.tokensPerText ?? null },
    embed: async (texts, options = {}): Promise<Embedded[]> => {
      if (texts.length === 0) return [];
      const vectors = await embedRaw(texts, "embed", options);
      const [first] = vectors;
      // A few bad vectors are their texts' matter; where a whole batch is of another length, going on would pay for every text and keep none.
      const alike = vectors.every(({ length }) => length === first?.length && length !== dimension);
      if (first && first.length > 0 && alike && vectors.length >= tellingBatch) {
        const message = `${service} makes vectors of ${first.length} numbers of ${name}, not of ${dimension}`;
        throw new ServiceFailure({ code: "conflict", service, operation: "embed", message, charged: true });
      }
      return vectors.map((values) => checkVector(values, dimension, normalised));
    },
    countTokens: async (text, { signal } = {}) => {
      const json = await ask("countTokens", signal, (asked, deadline) =>
        asked.countTokens(text, { signal: deadline.signal }),
      );
      return parseWire(countReply, json, (message) => malformed("countTokens", message)).totalTokens;
    },
    probe: async ({ signal } = {}) => {
      const began = performance.now();
      const [values = []] = await embedRaw(["Portage"], "probe", signal ? { signal } : {});
      return { dimension: values.length, latencyMs: performance.now() - began };
    },
  };
}
