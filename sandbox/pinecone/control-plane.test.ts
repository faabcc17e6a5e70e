import { Errors, Pinecone } from "@pinecone-database/pinecone";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openForTests, type TestSandbox } from "../open-for-tests";

let sandbox: TestSandbox;
let pinecone: Pinecone;

const serverless = { serverless: { cloud: "aws", region: "us-east-1" } } as const;

beforeAll(async () => {
  sandbox = await openForTests({ readyAfterMs: 5000 });
  pinecone = new Pinecone({
    apiKey: sandbox.apiKeys.pinecone,
    controllerHostUrl: sandbox.pinecone.url,
    maxRetries: 0,
  });
});
afterAll(() => sandbox.close());

describe("the control plane", () => {
  it("creates an index that becomes ready after a moment, lists, describes and deletes it", async () => {
    const created = await pinecone.createIndex({
      name: "fresh-1",
      dimension: 16,
      metric: "dotproduct",
      spec: serverless,
    });
    expect(created?.status).toEqual({ ready: false, state: "Initializing" });
    await sandbox.control.pinecone.advance(5000);
    const described = await pinecone.describeIndex("fresh-1");
    expect(described).toMatchObject({ dimension: 16, metric: "dotproduct", status: { ready: true, state: "Ready" } });
    expect((await pinecone.index({ host: described.host }).describeIndexStats()).dimension).toBe(16);
    expect((await pinecone.listIndexes()).indexes?.map(({ name }) => name)).toEqual(["fresh-1", "source", "target"]);
    await pinecone.deleteIndex("fresh-1");
    await expect(pinecone.describeIndex("fresh-1")).rejects.toThrow(Errors.PineconeNotFoundError);
  });

  it("refuses a second index of the same name, a bad name and a bad dimension", async () => {
    const create = (name: string, dimension = 8) => pinecone.createIndex({ name, dimension, spec: serverless });
    await expect(create("source")).rejects.toThrow(Errors.PineconeConflictError);
    await expect(create("Capital_Letters")).rejects.toThrow(Errors.PineconeBadRequestError);
    await expect(create("x".repeat(46))).rejects.toThrow(Errors.PineconeBadRequestError);
    await expect(create("wide", 20_001)).rejects.toThrow(Errors.PineconeUnprocessableEntityError);
  });

  it("words its errors as the control plane does", async () => {
    const response = await fetch(`${sandbox.pinecone.url}/indexes/nowhere`, {
      headers: { "api-key": sandbox.apiKeys.pinecone },
    });
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ status: 404, error: { code: "NOT_FOUND", message: "Resource not found" } });
  });

  it("keeps an index that is protected", async () => {
    await pinecone.createIndex({ name: "kept", dimension: 8, spec: serverless, deletionProtection: "enabled" });
    await expect(pinecone.deleteIndex("kept")).rejects.toThrow(/Deletion protection/);
    expect((await pinecone.describeIndex("kept")).name).toBe("kept");
  });

  it("answers a wrong key with 401 in plain text, on both planes", async () => {
    const stranger = new Pinecone({ apiKey: "wrong", controllerHostUrl: sandbox.pinecone.url, maxRetries: 0 });
    await expect(stranger.listIndexes()).rejects.toThrow(Errors.PineconeAuthorizationError);
    const index = stranger.index({ host: sandbox.host("source") });
    await expect(index.describeIndexStats()).rejects.toThrow(Errors.PineconeAuthorizationError);
    const response = await fetch(`${sandbox.pinecone.url}/indexes`);
    expect([response.status, await response.text()]).toEqual([401, "Unauthorized"]);
  });
});
