import { type FailureCode, ServiceFailure } from "@/lib/failures";
import { AnswerTooLarge, boundContainers, readBounded } from "@/lib/http/bounded-answer";
import { withDeadline } from "@/lib/http/deadline";
import type { Secret } from "@/lib/secret";
import { unusable } from "../charged";
import type { Embedded, Embedder } from "../contract";
import { checkVector } from "../vector";
import { vectorsIn } from "./answer";
import { errorWithin, failureOfNetwork, failureOfStatus } from "./failures";
import { knownOpenAiModel, tokensPerCall } from "./models";

export const vendor = "https://api.openai.com/v1";

export type OpenAiOptions = {
  apiKey: Secret | null;
  model: string;
  dimension: number;
  /** Up to and without `/embeddings`; {@link vendor} is OpenAI's own. */
  baseUrl: string;
  /** `auto`: where the model is known to take it. Others refuse the field, or pass over it. */
  askForDimension: "auto" | "yes" | "no";
  /** `null`: as is known of the model. */
  textsPerCall: number | null;
  tokensPerText: number | null;
  /** For one request, from sending to the last byte of the answer. */
  timeoutMs?: number;
};

/** OpenAI takes 2,048; an answer stays within reason with fewer. A text-embeddings-inference server takes 32 where nobody allowed more. */
const textsAtOnce = { openai: 256, other: 32 };
/** 256 vectors of 3,072 numbers are 20 MB. */
const mostBytes = 64 * 1024 * 1024;
const mostContainers = 100_000;

/** OpenAI, or a server of the same protocol, behind the `Embedder` contract. Plain requests: OpenAI's own client takes base64 for granted and makes other vectors of a server's numbers. */
export function openOpenAi(options: OpenAiOptions): Embedder {
  const { model, dimension, timeoutMs = 60_000 } = options;
  const base = options.baseUrl.replace(/\/+$/, "").replace(/\/embeddings$/, "");
  const isOpenAi = new URL(base).hostname === new URL(vendor).hostname;
  const service = isOpenAi ? "OpenAI" : `The embedding server at ${new URL(base).host}`;
  const known = knownOpenAiModel(model);
  const key = options.apiKey?.reveal() ?? "";
  const asksForDimension =
    options.askForDimension === "yes" || (options.askForDimension === "auto" && known?.shortens === true);
  const textsPerCall = options.textsPerCall ?? (isOpenAi ? textsAtOnce.openai : textsAtOnce.other);

  const fail = (code: FailureCode, operation: string, message: string, cause?: unknown) =>
    new ServiceFailure({ code, service, operation, message, cause });
  const redact = (text: string) => (key === "" ? text : text.replaceAll(key, "[secret]"));

  const ask = async (operation: string, texts: readonly string[], signal?: AbortSignal): Promise<unknown> => {
    if (signal?.aborted) throw fail("aborted", operation, "The call was cancelled");
    if (key === "" && isOpenAi) throw fail("auth", operation, `There is no API key for ${service}`);
    if (!/^[\x21-\x7e]*$/.test(key)) throw fail("auth", operation, `The API key for ${service} holds odd characters`);
    const body = JSON.stringify({
      model,
      input: texts,
      // A client that leaves it out may be answered base64, which reads as a vector of other numbers.
      encoding_format: "float",
      ...(asksForDimension && { dimensions: dimension }),
    });
    const { status, headers, bytes } = await withDeadline(timeoutMs, signal, async (deadline) => {
      try {
        const response = await fetch(`${base}/embeddings`, {
          method: "POST",
          body,
          headers: {
            "content-type": "application/json",
            accept: "application/json",
            ...(key !== "" && { authorization: `Bearer ${key}` }),
          },
          signal: deadline.signal,
          // Followed, a key would go wherever an answer says.
          redirect: "manual",
        });
        return { status: response.status, headers: response.headers, bytes: await readBounded(response, mostBytes) };
      } catch (error) {
        if (error instanceof AnswerTooLarge) throw fail("malformed", operation, `${service} gave ${error.message}`);
        throw failureOfNetwork({ service, operation }, error, deadline.ended());
      }
    });
    if (status < 200 || status > 299)
      throw failureOfStatus({ service, operation, status, headers, body: redact(bytes.toString("utf8")) });
    let json: unknown;
    try {
      boundContainers(bytes, mostContainers);
      json = JSON.parse(bytes.toString("utf8"));
    } catch (error) {
      if (error instanceof AnswerTooLarge) throw fail("malformed", operation, `${service} gave ${error.message}`);
      throw fail("malformed", operation, `${service} answered ${status} with something that isn't JSON`, error);
    }
    const said = errorWithin(json);
    if (said !== null)
      throw fail("malformed", operation, `${service} answered ${status} with an error in it: ${redact(said)}`);
    return json;
  };

  const embedRaw = async (operation: string, texts: readonly string[], signal?: AbortSignal) => {
    const json = await ask(operation, texts, signal);
    const answer = vectorsIn(json, texts.length, model);
    if (!("wrong" in answer)) return answer;
    throw unusable({ code: answer.code, service, operation, message: `${service} ${answer.wrong}` }, json, "data");
  };

  return {
    service,
    space: { model, dimension, task: "none", normalised: known !== null },
    limits: {
      textsPerCall,
      tokensPerText: options.tokensPerText ?? known?.tokensPerText ?? null,
      ...(isOpenAi && { tokensPerCall }),
    },
    embed: async (texts, { signal } = {}): Promise<Embedded[]> => {
      const operation = "embed";
      if (texts.length === 0) return [];
      if (texts.length > textsPerCall) throw fail("invalid", operation, `${texts.length} texts in one call`);
      // Some servers make a vector of nothing, or leave it out and shift the others.
      if (texts.includes("")) throw fail("invalid", operation, "The call holds an empty text");
      const { vectors } = await embedRaw(operation, texts, signal);
      const [first] = vectors;
      // The length is the model's matter, never a text's: going on would pay for every text and keep none.
      if (first && first.length !== dimension && vectors.every(({ length }) => length === first.length))
        throw new ServiceFailure({
          ...{ code: "conflict", service, operation, charged: true },
          message: `${service} makes vectors of ${first.length} numbers of ${model}, not of ${dimension}`,
        });
      // Vectors stay as the server gives them: whoever asks it for a query's vector gets one of the same length.
      return vectors.map((values) => checkVector(values, dimension, true));
    },
    countTokens: async (text, { signal } = {}) => {
      const { tokens } = await embedRaw("countTokens", [text], signal);
      if (tokens === null) throw fail("malformed", "countTokens", `${service} doesn't say how many tokens it read`);
      return tokens;
    },
    probe: async ({ signal } = {}) => {
      const began = performance.now();
      const { vectors } = await embedRaw("probe", ["Portage"], signal);
      return { dimension: vectors[0]?.length ?? 0, latencyMs: performance.now() - began };
    },
  };
}
