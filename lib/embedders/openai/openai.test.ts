import { afterEach, describe, expect, it } from "vitest";
import { isServiceFailure, type ServiceFailure } from "@/lib/failures";
import { type Reply, type ScriptedServer, type Seen, scriptServer } from "@/lib/http/scripted-server.suite";
import { Secret } from "@/lib/secret";
import { describeEmbedderContract } from "../contract.suite";
import { embedderKinds } from "../registry";
import { type OpenAiOptions, openOpenAi } from ".";
import { askedOf, documented, key } from "./documented-server.suite";

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function open(answer: (request: Seen) => Reply | Promise<Reply>, options: Partial<OpenAiOptions> = {}) {
  const server = await scriptServer(answer);
  servers.push(server);
  const embedder = openOpenAi({
    ...{ apiKey: new Secret(key), model: "text-embedding-3-small", dimension: 3, baseUrl: `${server.url}/v1` },
    ...{ askForDimension: "auto", textsPerCall: null, tokensPerText: null },
    ...options,
  });
  return { embedder, server };
}
async function failureOf(call: Promise<unknown>): Promise<ServiceFailure> {
  try {
    await call;
  } catch (error) {
    if (isServiceFailure(error)) return error;
    throw error;
  }
  throw new Error("The call didn't fail");
}
const failing = async (reply: Reply, texts = ["one", "two"]) => {
  const { embedder } = await open(() => reply);
  return failureOf(embedder.embed(texts));
};
const vectors = (...all: unknown[]): Reply => ({
  json: { data: all.map((embedding, index) => ({ index, embedding })), model: "m" },
});

describeEmbedderContract("OpenAI's protocol", documented);

describe("a request", () => {
  it("asks for numbers, and for the dimension where the model is known to take it", async () => {
    const { embedder, server } = await open(() => vectors([1, 0, 0]));
    await embedder.embed(["one"]);
    expect(server.seen.map(askedOf)[0]).toEqual({
      model: "text-embedding-3-small",
      input: ["one"],
      encoding_format: "float",
      dimensions: 3,
    });
    expect(server.seen[0]?.headers.authorization).toBe(`Bearer ${key}`);
    for (const [options, dimensions] of [
      [{ model: "nomic-embed-text" }, undefined],
      [{ model: "text-embedding-ada-002" }, undefined],
      [{ model: "nomic-embed-text", askForDimension: "yes" as const }, 3],
    ] as const) {
      const other = await open(() => vectors([1, 0, 0]), options);
      await other.embedder.embed(["one"]);
      expect(other.server.seen.map(askedOf)[0]?.dimensions).toBe(dimensions);
    }
  });

  it("needs a key of OpenAI, and none of a server of one's own", async () => {
    const { embedder, server } = await open(() => vectors([1, 0, 0]), { apiKey: null });
    expect(await embedder.embed(["one"])).toMatchObject([{ ok: true }]);
    expect(server.seen[0]?.headers.authorization).toBeUndefined();
    expect(embedder.service).toBe(`The embedding server at ${new URL(server.url).host}`);
    const own = openOpenAi({
      ...{ apiKey: null, model: "text-embedding-3-small", dimension: 3, baseUrl: "https://api.openai.com/v1" },
      ...{ askForDimension: "auto", textsPerCall: null, tokensPerText: null },
    });
    expect(await failureOf(own.probe())).toMatchObject({ code: "auth", service: "OpenAI" });
  });

  it("knows limits by the model, and by what the connection says of others", async () => {
    const kind = embedderKinds.get("openai");
    expect(kind?.open({ apiKey: key }).limits).toEqual({
      textsPerCall: 256,
      tokensPerText: 8191,
      tokensPerCall: 270_000,
    });
    expect(kind?.rates({ model: "text-embedding-3-large" })).toMatchObject({ usdPerMillionTokens: 0.13 });
    const local = { baseUrl: "http://127.0.0.1:11434/v1", model: "nomic-embed-text", dimension: 768 };
    expect(kind?.open({ ...local, tokensPerText: 2048, textsPerCall: 64 }).limits).toEqual({
      textsPerCall: 64,
      tokensPerText: 2048,
    });
    expect(kind?.open(local)).toMatchObject({
      limits: { textsPerCall: 32, tokensPerText: null },
      space: { normalised: false },
    });
    expect(kind?.rates(local)).toMatchObject({ usdPerMillionTokens: 0 });
  });
});

describe("an answer", () => {
  it("goes by its index, whatever its order; vectors stay as they are", async () => {
    const data = [
      { index: 1, embedding: [0, 2, 0] },
      { index: 0, embedding: [3, 0, 0] },
    ];
    const { embedder } = await open(() => ({ json: { data } }), { model: "local" });
    expect(await embedder.embed(["one", "two"])).toEqual([
      { ok: true, values: [3, 0, 0] },
      { ok: true, values: [0, 2, 0] },
    ]);
  });

  it("of a bad vector costs its own text alone", async () => {
    const { embedder } = await open(() => vectors([1, 0, 0], [0, 0, 0], [null, 1, 0], [1]));
    expect((await embedder.embed(["a", "b", "c", "d"])).map(({ ok }) => ok)).toEqual([true, false, false, false]);
  });

  it.each<[string, Reply, string, RegExp]>([
    ["base64", vectors("AACAPwAAAAAAAAAA", "AACAPwAAAAAAAAAA"), "conflict", /base64/],
    ["fewer vectors", vectors([1, 0, 0]), "malformed", /1 vectors for 2 texts/],
    [
      "other dimensions",
      vectors([1, 0], [0, 1]),
      "conflict",
      /vectors of 2 numbers of text-embedding-3-small, not of 3/,
    ],
    [
      "one index twice",
      { json: { data: [0, 0].map((index) => ({ index, embedding: [1, 0, 0] })) } },
      "malformed",
      /which belongs to which/,
    ],
    [
      "an error with status 200",
      { json: { error: { message: "model is loading" } } },
      "malformed",
      /200 with an error in it: model is loading/,
    ],
    [
      "another model",
      { json: { data: [0, 1].map((index) => ({ index, embedding: [1, 0, 0] })), model: "text-embedding-ada-002" } },
      "conflict",
      /of text-embedding-ada-002, not of/,
    ],
    ["a page", { text: "<html>Welcome</html>" }, "malformed", /isn't JSON/],
    ["nothing documented", { json: { vectors: [] } }, "malformed", /isn't as documented at data/],
    ["an end in the middle", "half", "connection", /failed/],
    ["a broken connection", "reset", "connection", /failed/],
    ["no end", "endless", "malformed", /more than 64 MiB/],
    ["another address", { status: 307, headers: { location: "/stolen" } }, "unknown", /307/],
  ])("that is %s is a failure with a name", async (_, reply, code, message) => {
    expect(await failing(reply)).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it("that holds vectors is charged for, whatever is wrong with them; another isn't", async () => {
    const charged = async (reply: Reply) => (await failing(reply)).charged;
    expect(await charged(vectors([1, 0, 0]))).toBe(true);
    expect(await charged(vectors([1, 0], [0, 1]))).toBe(true);
    expect(await charged({ json: { vectors: [] } })).toBe(false);
    expect(await charged({ text: "<html>Welcome</html>" })).toBe(false);
  });
});

describe("a refusal", () => {
  const refusal = (status: number, error: object, headers: Record<string, string> = {}): Reply => ({
    status,
    headers,
    json: { error },
  });

  it.each<[string, Reply, object]>([
    [
      "a wrong key",
      refusal(401, { message: "Incorrect API key", code: "invalid_api_key" }),
      { code: "auth", serviceCode: "invalid_api_key" },
    ],
    [
      "no such model",
      refusal(404, { message: "The model does not exist", code: "model_not_found" }),
      { code: "not-found" },
    ],
    [
      "a text that is too long",
      refusal(400, { message: "maximum context length is 8192 tokens" }),
      { code: "invalid" },
    ],
    [
      "too many tokens in all",
      refusal(400, {
        message: "Requested 310000 tokens, max 300000 tokens per request",
        code: "max_tokens_per_request",
      }),
      { code: "too-large" },
    ],
    [
      "too many texts",
      { status: 422, json: { error: "batch size 256 > maximum allowed batch size 32" } },
      { code: "too-large" },
    ],
    [
      "credits used up",
      refusal(429, { message: "You exceeded your current quota", code: "insufficient_quota" }),
      { code: "not-permitted" },
    ],
    [
      "too fast",
      refusal(429, { message: "Rate limit reached" }, { "retry-after": "1.5" }),
      { code: "throttled", retryAfterMs: 1500, quota: "requests per minute" },
    ],
    [
      "tokens used up",
      refusal(
        429,
        { message: "Limit reached" },
        {
          "x-ratelimit-remaining-tokens": "0",
          "x-ratelimit-reset-tokens": "1m0.5s",
          "x-ratelimit-reset-requests": "1h",
        },
      ),
      { code: "throttled", retryAfterMs: 60_500, quota: "tokens per minute" },
    ],
    [
      "a day's requests",
      refusal(429, { message: "on requests per day (RPD): Limit 200" }, { "retry-after-ms": "7200000" }),
      { code: "exhausted", quota: "requests per day", until: expect.any(Date) },
    ],
    ["a bad gateway", { status: 502, text: "<html>Bad gateway</html>" }, { code: "unavailable" }],
  ])("for %s has its code", async (_, reply, expected) => {
    expect(await failing(reply)).toMatchObject(expected);
  });

  it("repeats no key", async () => {
    const failure = await failing(refusal(401, { message: `Incorrect API key provided: ${key}` }));
    expect(failure.message).toContain("[secret]");
    expect(JSON.stringify([failure.message, failure.words])).not.toContain(key);
  });
});
