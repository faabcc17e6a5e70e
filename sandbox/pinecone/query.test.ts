import { Pinecone } from "@pinecone-database/pinecone";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashText, toValues } from "@/lib/embedders/hashing/hash-text";
import { openForTests, type TestSandbox } from "../open-for-tests";

let sandbox: TestSandbox;
let pinecone: Pinecone;

const records = [
  {
    id: "cats",
    metadata: { text: "Cats purr when they are petted and sleep all day.", level: 1, tags: ["pet", "small"] },
  },
  { id: "dogs", metadata: { text: "Dogs bark at strangers and fetch sticks.", level: 2, tags: ["pet"] } },
  { id: "tax", metadata: { text: "The tax return lists income and deductions.", level: 3, draft: true } },
];

const index = () => pinecone.index({ host: sandbox.host("texts"), namespace: "n" });
const ask = (question: string) => toValues(hashText(question, 256));

beforeAll(async () => {
  sandbox = await openForTests();
  pinecone = new Pinecone({
    apiKey: sandbox.apiKeys.pinecone,
    controllerHostUrl: sandbox.pinecone.url,
    maxRetries: 0,
  });
  await sandbox.control.pinecone.createIndex({ name: "texts", dimension: 256 });
  await sandbox.control.pinecone.edit({ index: "texts", namespace: "n", put: records });
});
afterAll(() => sandbox.close());

describe("querying", () => {
  it("ranks records by similarity to a vector or to a record", async () => {
    const { matches } = await index().query({ vector: ask("do cats purr when petted?"), topK: 2 });
    expect(matches.map(({ id }) => id)[0]).toBe("cats");
    expect(matches).toHaveLength(2);
    expect(matches[0]?.score).toBeGreaterThan(matches[1]?.score ?? 1);
    const alike = await index().query({ id: "dogs", topK: 3 });
    expect(alike.matches[0]).toMatchObject({ id: "dogs" });
    expect(alike.matches[0]?.score).toBeCloseTo(1, 4);
  });

  it("sends values and metadata only when asked", async () => {
    const [bare] = (await index().query({ id: "tax", topK: 1 })).matches;
    expect(bare).toEqual({ id: "tax", score: expect.any(Number), values: [] });
    const [whole] = (await index().query({ id: "tax", topK: 1, includeValues: true, includeMetadata: true })).matches;
    expect(whole?.values).toHaveLength(256);
    expect(whole?.metadata).toEqual(records[2]?.metadata);
  });

  it("filters by metadata", async () => {
    const found = async (filter: object) => {
      const { matches } = await index().query({ vector: ask("anything"), topK: 10, filter });
      return matches.map(({ id }) => id).sort();
    };
    expect(await found({ level: 2 })).toEqual(["dogs"]);
    expect(await found({ level: { $gte: 2, $lt: 3 } })).toEqual(["dogs"]);
    expect(await found({ tags: { $in: ["small", "large"] } })).toEqual(["cats"]);
    expect(await found({ tags: { $nin: ["small"] } })).toEqual(["dogs", "tax"]);
    expect(await found({ draft: { $exists: false } })).toEqual(["cats", "dogs"]);
    expect(await found({ draft: { $ne: true } })).toEqual(["cats", "dogs"]);
    expect(await found({ $or: [{ level: 1 }, { $and: [{ draft: true }, { level: { $gt: 2 } }] }] })).toEqual([
      "cats",
      "tax",
    ]);
    await expect(found({ level: { $almost: 2 } })).rejects.toThrow(/not a valid operator/);
    await expect(found({ level: { $gt: "a" } })).rejects.toThrow(/followed by a number/);
  });

  it("fetches whole records by metadata, page by page", async () => {
    const filter = { level: { $gte: 1 } };
    const first = await index().fetchByMetadata({ filter, limit: 2 });
    expect(Object.keys(first.records)).toEqual(["cats", "dogs"]);
    const second = await index().fetchByMetadata({ filter, limit: 2, paginationToken: first.pagination?.next ?? "" });
    expect(Object.keys(second.records)).toEqual(["tax"]);
    expect(second.records.tax?.values).toHaveLength(256);
    expect(second.pagination).toBeUndefined();
  });

  it("refuses a vector of another dimension and a topK beyond the limit", async () => {
    await expect(index().query({ vector: [1, 2], topK: 1 })).rejects.toThrow(/dimension/);
    const response = await fetch(`${sandbox.host("texts")}/query`, {
      method: "POST",
      headers: { "api-key": sandbox.apiKeys.pinecone },
      body: JSON.stringify({ id: "cats", topK: 10_001 }),
    });
    expect(response.status).toBe(400);
  });
});
