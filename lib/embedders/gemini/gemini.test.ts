import { afterEach, describe, expect, it } from "vitest";
import { parseConfig } from "@/lib/config";
import { isServiceFailure, type ServiceFailure } from "@/lib/failures";
import { type Reply, type ScriptedServer, type Seen, scriptServer } from "@/lib/http/scripted-server.suite";
import { Secret } from "@/lib/secret";
import { openEmbedder } from "../registry";
import { type GeminiOptions, openGemini } from ".";
import { embeddings, perDay, refusal, refusals, violation } from "./gemini-refusals.suite";

const key = "AIza-test-9Qx1";
let servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  servers = [];
});

async function open(answer: (request: Seen) => Reply | Promise<Reply>, options: Partial<GeminiOptions> = {}) {
  const server = await scriptServer(answer);
  servers.push(server);
  const embedder = openGemini({
    apiKey: new Secret(key),
    model: "gemini-embedding-001",
    dimension: 3,
    task: "RETRIEVAL_DOCUMENT",
    baseUrl: server.url,
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
const failing = async (reply: Reply) => {
  const { embedder } = await open(() => reply);
  return failureOf(embedder.embed(["one", "two"]));
};
describe("Gemini on the wire", () => {
  it("takes a vector that is left out for an empty one, which costs its own text alone", async () => {
    const { embedder } = await open(() => ({ json: { embeddings: [{}, { values: [0, 1, 0] }] } }));
    expect(await embedder.embed(["bad", "good"])).toMatchObject([
      { ok: false, reason: "vector-invalid" },
      { ok: true, values: [0, 1, 0] },
    ]);
  });

  it("stops where every vector of a batch is of another length: each text would be paid for in vain", async () => {
    const texts = Array.from({ length: 10 }, (_, at) => `text ${at}`);
    const { embedder } = await open(() => embeddings(...texts.map(() => [1, 0])));
    await expect(embedder.embed(texts)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("2 numbers"),
    });
  });

  it("leaves vectors of another length to their texts where they are few, or the batch has others", async () => {
    const few = await open(() => embeddings([1, 0]));
    expect(await few.embedder.embed(["alone"])).toMatchObject([{ ok: false }]);
    const mixed = await open(() => embeddings([1, 0], [0, 1, 0]));
    expect(await mixed.embedder.embed(["bad", "good"])).toMatchObject([{ ok: false }, { ok: true }]);
  });

  it("sends one request for all texts, with dimension and task", async () => {
    const { embedder, server } = await open(() => embeddings([0.6, 0.8, 0], [0, 1, 0]));
    expect(await embedder.embed(["eins", "日本"])).toEqual([
      { ok: true, values: [0.6, 0.8, 0] },
      { ok: true, values: [0, 1, 0] },
    ]);
    expect(server.seen).toHaveLength(1);
    const [seen] = server.seen;
    expect(seen?.url.pathname).toBe("/v1beta/models/gemini-embedding-001:batchEmbedContents");
    expect(seen?.headers["x-goog-api-key"]).toBe(key);
    expect(seen?.url.search).toBe("");
    const request = (text: string) => ({
      model: "models/gemini-embedding-001",
      content: { role: "user", parts: [{ text }] },
      taskType: "RETRIEVAL_DOCUMENT",
      outputDimensionality: 3,
    });
    expect(JSON.parse(seen?.body ?? "")).toEqual({ requests: [request("eins"), request("日本")] });
  });

  it("normalises every dimension but 3,072, which the service has normalised", async () => {
    const { embedder } = await open(() => embeddings([3, 4, 0]));
    expect(await embedder.embed(["a"])).toEqual([{ ok: true, values: [0.6, 0.8, 0] }]);
    const full = Array.from({ length: 3072 }, (_, at) => (at === 0 ? 0.5 : 0));
    const other = await open(() => embeddings(full), { dimension: 3072 });
    expect(await other.embedder.embed(["a"])).toEqual([{ ok: true, values: full }]);
  });

  it("gives each text its own outcome", async () => {
    const { embedder } = await open(() => embeddings([1, 0, 0], [1, 0], [0, 0, 0], [1, null, 0]));
    const outcomes = await embedder.embed(["a", "b", "c", "d"]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, false, false]);
  });

  it("counts tokens by the model's own tokenizer", async () => {
    const { embedder, server } = await open(() => ({ json: { totalTokens: 7 } }));
    expect(await embedder.countTokens("a text")).toBe(7);
    expect(server.seen[0]?.url.pathname).toBe("/v1beta/models/gemini-embedding-001:countTokens");
    expect(server.seen[0]?.body).toContain("a text");
  });

  it("tells a probe the dimension that came, not the one hoped for", async () => {
    const { embedder } = await open(() => embeddings([1, 0, 0, 0]));
    expect((await embedder.probe()).dimension).toBe(4);
  });

  it("knows the models' limits", async () => {
    const limitsOf = async (model: string) => (await open(() => ({}), { model })).embedder.limits;
    expect(await limitsOf("gemini-embedding-001")).toEqual({ textsPerCall: 100, tokensPerText: 2048 });
    expect(await limitsOf("gemini-embedding-2")).toEqual({ textsPerCall: 100, tokensPerText: 8192 });
    expect(await limitsOf("gemini-embedding-2-preview")).toEqual({ textsPerCall: 100, tokensPerText: 8192 });
    expect(await limitsOf("models/gemini-embedding-001")).toEqual({ textsPerCall: 100, tokensPerText: 2048 });
    expect(await limitsOf("gemini-embedding-20")).toEqual({ textsPerCall: 100, tokensPerText: null });
    expect(await limitsOf("some-model")).toEqual({ textsPerCall: 100, tokensPerText: null });
  });
});

describe("Gemini's refusals become codes", () => {
  for (const [name, reply, expected] of refusals) {
    it(name, async () => {
      expect(await failing(reply)).toMatchObject({ ...expected, service: "Gemini", operation: "embed" });
    });
  }

  it("says until when a day's allowance is gone: midnight in California", async () => {
    const { until } = await failing(refusal(429, "quota", [violation(perDay)]));
    const clock = new Intl.DateTimeFormat("en-GB", { timeZone: "America/Los_Angeles", timeStyle: "medium" });
    expect(clock.format(until)).toBe("00:00:00");
    expect(until?.getTime()).toBeGreaterThan(Date.now());
  });

  it("makes one request for each call, whatever comes back", async () => {
    const { embedder, server } = await open(() => refusal(503, "overloaded"));
    await failureOf(embedder.embed(["a"]));
    expect(server.seen).toHaveLength(1);
  });

  it("never repeats the key, even when the service does", async () => {
    const failure = await failing(refusal(403, `Key ${key} may not`));
    expect(failure.message).toContain("[secret]");
    expect(String(failure.cause)).not.toContain(key);
  });

  it("fails with auth, without a request, when the key is missing or can't be sent", async () => {
    for (const apiKey of [null, new Secret("two\nlines")]) {
      const { embedder, server } = await open(() => ({}), { apiKey });
      const failure = await failureOf(embedder.embed(["a"]));
      expect(failure).toMatchObject({ code: "auth" });
      expect(failure.message).not.toContain("lines");
      expect(server.seen).toHaveLength(0);
    }
    await expect(openEmbedder(parseConfig([], ".")).probe()).rejects.toMatchObject({ code: "auth" });
  });
});

describe("a call to Gemini can be ended", () => {
  it("by its caller, in mid-flight", async () => {
    const controller = new AbortController();
    const { embedder } = await open(() => {
      controller.abort();
      return "hang";
    });
    expect((await failureOf(embedder.embed(["a"], { signal: controller.signal }))).code).toBe("aborted");
  });

  it("by its deadline", async () => {
    const { embedder } = await open(() => "hang", { timeoutMs: 50 });
    expect((await failureOf(embedder.embed(["a"]))).code).toBe("timeout");
  });

  it("before it began: then nothing is sent", async () => {
    const { embedder, server } = await open(() => embeddings([1, 0, 0]));
    expect((await failureOf(embedder.embed(["a"], { signal: AbortSignal.abort() }))).code).toBe("aborted");
    expect(server.seen).toHaveLength(0);
  });
});
