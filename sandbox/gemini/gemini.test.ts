import {
  type EmbedContentRequest,
  GoogleGenerativeAI,
  GoogleGenerativeAIFetchError,
  TaskType,
} from "@google/generative-ai";
import { afterEach, describe, expect, it } from "vitest";
import { openForTests, type TestSandbox } from "../open-for-tests";
import type { SandboxOptions } from "../start";

let sandbox: TestSandbox;
afterEach(() => sandbox.close());

const request = (
  text: string,
  outputDimensionality?: number,
): EmbedContentRequest & { outputDimensionality?: number } => ({
  content: { role: "user", parts: [{ text }] },
  taskType: TaskType.RETRIEVAL_DOCUMENT,
  ...(outputDimensionality === undefined ? {} : { outputDimensionality }),
});

async function open(options: Partial<SandboxOptions> = {}, name = "gemini-embedding-001", key?: string) {
  sandbox = await openForTests(options);
  const vendor = new GoogleGenerativeAI(key ?? sandbox.apiKeys.gemini);
  return vendor.getGenerativeModel({ model: name }, { baseUrl: sandbox.gemini.url });
}

const refusal = async (work: Promise<unknown>) => {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof GoogleGenerativeAIFetchError)) throw new Error(`Not refused: ${String(error)}`);
  return error;
};

const lengthOf = (values: readonly number[] = []) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

describe("embedding", () => {
  it("answers one vector per text, in order, the same as one at a time", async () => {
    const model = await open();
    const { embeddings } = await model.batchEmbedContents({ requests: [request("one"), request("two")] });
    expect(embeddings).toHaveLength(2);
    expect(embeddings[1]).toEqual((await model.embedContent(request("two"))).embedding);
    expect(embeddings[0]).not.toEqual(embeddings[1]);
    expect(embeddings[0]?.values).toHaveLength(3072);
  });

  it("normalises 3,072 dimensions only: fewer are the beginning of them", async () => {
    const model = await open();
    const { embeddings } = await model.batchEmbedContents({
      requests: [request("some text about cats"), request("some text about cats", 768)],
    });
    expect(lengthOf(embeddings[0]?.values)).toBeCloseTo(1, 3);
    expect(embeddings[1]?.values).toEqual(embeddings[0]?.values.slice(0, 768));
    expect(lengthOf(embeddings[1]?.values)).toBeLessThan(0.8);
    for (const dimension of [127, 3073]) {
      expect((await refusal(model.embedContent(request("text", dimension)))).status).toBe(400);
    }
  });

  it("cuts a text off after 2,048 tokens without a word", async () => {
    const model = await open();
    const long = "語".repeat(2048);
    const { embeddings } = await model.batchEmbedContents({
      requests: [request(long), request(`${long}末尾`), request(`別${long}`)],
    });
    expect(embeddings[1]).toEqual(embeddings[0]);
    expect(embeddings[2]).not.toEqual(embeddings[0]);
    expect((await model.countTokens(`${long}末尾`)).totalTokens).toBe(2050);
  });

  it("refuses more than 100 texts, an empty text and an unknown model", async () => {
    const model = await open();
    const many = Array.from({ length: 101 }, (_, at) => request(`text ${at}`));
    const tooMany = await refusal(model.batchEmbedContents({ requests: many }));
    expect([tooMany.status, tooMany.message]).toEqual([
      400,
      expect.stringContaining("at most 100 requests can be in one batch"),
    ]);
    expect((await model.batchEmbedContents({ requests: many.slice(1) })).embeddings).toHaveLength(100);
    const empty = await refusal(model.batchEmbedContents({ requests: [request("fine"), request("")] }));
    expect([empty.status, empty.message]).toEqual([
      400,
      expect.stringContaining("requests[1].content contains an empty Part"),
    ]);
    const other = new GoogleGenerativeAI(sandbox.apiKeys.gemini).getGenerativeModel(
      { model: "text-embedding-004" },
      { baseUrl: sandbox.gemini.url },
    );
    expect((await refusal(other.embedContent("text"))).status).toBe(404);
  });

  it("refuses a wrong key with the service's own reason", async () => {
    const model = await open({}, "gemini-embedding-001", "wrong");
    const error = await refusal(model.embedContent("text"));
    expect(error.status).toBe(400);
    expect(error.errorDetails?.[0]).toMatchObject({ reason: "API_KEY_INVALID" });
  });

  it("describes its model", async () => {
    await open();
    const response = await fetch(`${sandbox.gemini.url}/v1beta/models/gemini-embedding-001`, {
      headers: { "x-goog-api-key": sandbox.apiKeys.gemini },
    });
    expect(await response.json()).toMatchObject({ name: "models/gemini-embedding-001", inputTokenLimit: 2048 });
  });
});

describe("quotas", () => {
  const quota = (gemini: NonNullable<SandboxOptions["quotas"]>["gemini"]) =>
    open({ quotas: { gemini, pinecone: null } });
  const batch = (size: number, text = "text") => ({
    requests: Array.from({ length: size }, (_, at) => request(`${text} ${at}`)),
  });
  const detail = (error: GoogleGenerativeAIFetchError, type: string) =>
    error.errorDetails?.find((candidate) => candidate["@type"]?.endsWith(type));

  it("count each text as a request, in a window of a minute that slides", async () => {
    const model = await quota({ requestsPerMinute: 150 });
    await model.batchEmbedContents(batch(100));
    await sandbox.control.gemini.advance(30_000);
    const error = await refusal(model.batchEmbedContents(batch(60)));
    expect(error.status).toBe(429);
    expect(detail(error, "QuotaFailure")).toMatchObject({
      violations: [{ quotaId: expect.stringContaining("RequestsPerMinute"), quotaValue: "150" }],
    });
    const delay = String(detail(error, "RetryInfo")?.retryDelay);
    expect(delay).toMatch(/^\d+(\.\d+)?s$/);
    expect(Number.parseFloat(delay)).toBeGreaterThan(25);
    expect(Number.parseFloat(delay)).toBeLessThanOrEqual(30);
    await model.batchEmbedContents(batch(50));
    await sandbox.control.gemini.advance(30_000);
    await model.batchEmbedContents(batch(100));
  });

  it("count tokens, at most 2,048 of a text", async () => {
    const model = await quota({ requestsPerMinute: null, tokensPerMinute: 5000 });
    await model.batchEmbedContents({ requests: [request("語".repeat(3000)), request("語".repeat(2048))] });
    const error = await refusal(model.embedContent(request("語".repeat(1000))));
    expect(detail(error, "QuotaFailure")).toMatchObject({
      violations: [{ quotaId: expect.stringContaining("TokensPerMinute") }],
    });
    expect((await sandbox.control.gemini.counters()).embedded.tokens).toBe(4096);
  });

  it("of a day are renewed on the next, and named as daily though the wait is short", async () => {
    const model = await quota({ requestsPerMinute: 100, requestsPerDay: 10 });
    await model.batchEmbedContents(batch(10));
    const error = await refusal(model.embedContent("one more"));
    expect(detail(error, "QuotaFailure")).toMatchObject({
      violations: [{ quotaId: "EmbedContentRequestsPerDayPerUserPerProjectPerModel-FreeTier", quotaValue: "10" }],
    });
    expect(Number.parseFloat(String(detail(error, "RetryInfo")?.retryDelay))).toBeLessThan(60);
    await sandbox.control.gemini.advance(86_400_000);
    await model.embedContent("the next day");
  });
});

describe("the ledger", () => {
  it("counts calls, texts, refusals and every text that was embedded more than once", async () => {
    const model = await open();
    await model.batchEmbedContents({ requests: [request("once"), request("twice"), request("thrice")] });
    await model.batchEmbedContents({ requests: [request("twice"), request("thrice"), request("thrice")] });
    await refusal(model.embedContent(request("")));
    const { scopes, embedded, repeated } = await sandbox.control.gemini.counters();
    expect(scopes.models?.["embed-batch"]).toMatchObject({ calls: 2, records: 6, throttled: 0 });
    expect(scopes.models?.embed).toMatchObject({ calls: 1, refused: 1, records: 0 });
    expect(embedded).toMatchObject({ texts: 6, distinct: 3, repeats: 3 });
    expect(Object.values(repeated).sort()).toEqual([2, 3]);
    await sandbox.control.gemini.reset();
    expect((await sandbox.control.gemini.counters()).embedded).toMatchObject({ texts: 0, repeats: 0 });
  });
});
