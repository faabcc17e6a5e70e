import { Pinecone, type PineconeRecord } from "@pinecone-database/pinecone";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openForTests, type TestSandbox } from "../open-for-tests";

let sandbox: TestSandbox;
let pinecone: Pinecone;

const target = (namespace = "limits") => pinecone.index({ host: sandbox.host("target"), namespace });
const values = [1, 0, 0, 0, 0, 0, 0, 0.5];
const one = (fields: Partial<PineconeRecord>) => target().upsert({ records: [{ id: "r", values, ...fields }] });
const stored = (namespace = "limits") => sandbox.control.pinecone.records("target", namespace, { values: true });

/** A request that the SDK's types don't allow. */
const post = async (path: string, body: unknown) => {
  const response = await fetch(`${sandbox.host("target")}${path}`, {
    method: "POST",
    headers: { "api-key": sandbox.apiKeys.pinecone, "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  return { status: response.status, answer, headers: response.headers };
};

beforeAll(async () => {
  sandbox = await openForTests({ namespaceLimit: 20 });
  pinecone = new Pinecone({
    apiKey: sandbox.apiKeys.pinecone,
    controllerHostUrl: sandbox.pinecone.url,
    maxRetries: 0,
  });
});
afterAll(() => sandbox.close());

describe("upserting", () => {
  it("writes whole records, and replaces those of the same ID wholly", async () => {
    await target("replace").upsert({ records: [{ id: "a", values, metadata: { kept: "no", n: 1 } }] });
    await target("replace").upsert({ records: [{ id: "a", values: values.toReversed(), metadata: { n: 2 } }] });
    expect(await stored("replace")).toEqual([{ id: "a", values: values.toReversed(), metadata: { n: 2 } }]);
    const { records } = await target("replace").fetch({ ids: ["a"] });
    expect(records.a?.metadata).toEqual({ n: 2 });
  });

  it("counts an ID once that a request names twice, and keeps the last", async () => {
    const vectors = [1, 2].map((n) => ({ id: "a", values, metadata: { n } }));
    await post("/vectors/upsert", { namespace: "named-twice", vectors });
    expect((await stored("named-twice")).map(({ metadata }) => metadata)).toEqual([{ n: 2 }]);
    expect(Number((await target().describeNamespace("named-twice")).recordCount)).toBe(1);
  });

  it("counts upward the sequence number of each namespace", async () => {
    const write = () => post("/vectors/upsert", { namespace: "lsn", vectors: [{ id: "a", values }] });
    const first = Number((await write()).headers.get("x-pinecone-request-lsn"));
    const second = Number((await write()).headers.get("x-pinecone-request-lsn"));
    expect(second).toBeGreaterThan(first);
  });

  it("refuses a vector of another dimension, of zeros, or with something else than numbers, in the service's words", async () => {
    expect(
      await post("/vectors/upsert", { namespace: "limits", vectors: [{ id: "r", values: [1, 2] }] }),
    ).toMatchObject({
      status: 400,
      answer: { code: 3, message: "Vector dimension 2 does not match the dimension of the index 8", details: [] },
    });
    await expect(one({ values: values.map(() => 0) })).rejects.toThrow(/non-zero/);
    const odd = await post("/vectors/upsert", { vectors: [{ id: "r", values: [null, ...values.slice(1)] }] });
    expect(odd).toMatchObject({ status: 400, answer: { code: 3 } });
    const huge = await post("/vectors/upsert", { vectors: [{ id: "r", values: [1e39, ...values.slice(1)] }] });
    expect(huge.status).toBe(400);
  });

  it("refuses nested metadata, lists of numbers and keys that begin with a dollar sign", async () => {
    const upsert = (metadata: unknown) => post("/vectors/upsert", { vectors: [{ id: "r", values, metadata }] });
    expect(await upsert({ f: { a: 1 } })).toMatchObject({
      status: 400,
      answer: {
        message: `Metadata value must be a string, number, boolean or list of strings, got '{"a":1}' for field 'f'`,
      },
    });
    expect((await upsert({ f: [1, 2] })).status).toBe(400);
    expect((await upsert({ f: ["a", null] })).status).toBe(400);
    expect((await upsert({ $f: "a" })).status).toBe(400);
    expect((await upsert({ list: [], text: "" })).status).toBe(200);
  });

  it("leaves out nulls without a word", async () => {
    await post("/vectors/upsert", {
      namespace: "nulls",
      vectors: [{ id: "a", values, metadata: { gone: null, n: 1 } }],
    });
    expect((await stored("nulls"))[0]?.metadata).toEqual({ n: 1 });
  });

  it("takes metadata of 40,960 bytes and refuses one more", async () => {
    const filled = (bytes: number) => ({ text: "x".repeat(bytes - '{"text":""}'.length) });
    await one({ metadata: filled(40_960) });
    await expect(one({ metadata: filled(40_961) })).rejects.toThrow(
      "Metadata size is 40961 bytes, which exceeds the limit of 40960 bytes per vector",
    );
  });

  it("takes IDs of 512 ASCII characters and refuses longer, empty or other ones", async () => {
    await one({ id: "i".repeat(512) });
    await expect(one({ id: "i".repeat(513) })).rejects.toThrow(/512/);
    await expect(one({ id: "größe" })).rejects.toThrow(/ASCII/);
    expect((await post("/vectors/upsert", { vectors: [{ id: "", values }] })).status).toBe(400);
    expect((await post("/vectors/upsert", { namespace: "n".repeat(513), vectors: [{ id: "a", values }] })).status).toBe(
      400,
    );
  });

  it("takes 1,000 records and refuses 1,001, writing none of them", async () => {
    const records = Array.from({ length: 1001 }, (_, at) => ({ id: `r${at}`, values }));
    await expect(target("thousand").upsert({ records })).rejects.toThrow(/1000/);
    expect(await stored("thousand")).toEqual([]);
    await target("thousand").upsert({ records: records.slice(0, 1000) });
    expect(await stored("thousand")).toHaveLength(1000);
  });

  it("writes nothing of a request that holds one bad record", async () => {
    const records = [
      { id: "good", values },
      { id: "bad", values: [1] },
    ];
    await expect(target("atomic").upsert({ records })).rejects.toThrow(/dimension/);
    expect(await stored("atomic")).toEqual([]);
  });

  it("refuses a body above 2 MB, and one above 4 MB in other words", async () => {
    const records = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ id: `r${at}`, values, metadata: { text: "x".repeat(30_000) } }));
    await expect(target().upsert({ records: records(80) })).rejects.toThrow(
      "Request size 3MB exceeds the maximum supported size of 2MB",
    );
    await expect(target().upsert({ records: records(160) })).rejects.toThrow(/message length too large/);
  });

  it("refuses sparse values that don't fit together or are too many", async () => {
    const sparse = (indices: number[], weights: number[]) => one({ sparseValues: { indices, values: weights } });
    await sparse([1, 5], [0.5, 1]);
    await expect(sparse([1, 5], [0.5])).rejects.toThrow(/same length/);
    await expect(sparse([1, 1], [0.5, 1])).rejects.toThrow(/unique/);
    const many = Array.from({ length: 2049 }, (_, at) => at);
    await expect(sparse(many, many)).rejects.toThrow(/2048/);
  });

  it("refuses a body that isn't JSON", async () => {
    expect(await post("/vectors/upsert", "{")).toMatchObject({ status: 400, answer: { code: 3 } });
  });

  it("refuses with 403 a namespace beyond the index's limit", async () => {
    await sandbox.control.pinecone.createIndex({ name: "crowded", dimension: 8 });
    await sandbox.control.pinecone.fill({ index: "crowded", namespaces: 20 });
    const crowded = pinecone.index({ host: sandbox.host("crowded") });
    await expect(crowded.upsert({ namespace: "one-more", records: [{ id: "a", values }] })).rejects.toThrow(
      /max namespaces/,
    );
    await crowded.upsert({ namespace: "customer-000003", records: [{ id: "a", values }] });
  });
});

describe("what a migration must never do, but customers may", () => {
  it("updates a record in part", async () => {
    await target("update").upsert({ records: [{ id: "a", values, metadata: { a: 1, b: "x" } }] });
    await target("update").update({ id: "a", metadata: { b: "y", c: true } });
    expect((await stored("update"))[0]).toEqual({ id: "a", values, metadata: { a: 1, b: "y", c: true } });
  });

  it("changes nothing when an update by filter fails for one of its records", async () => {
    const records: PineconeRecord[] = [
      { id: "a", values, metadata: { kind: "x" } },
      { id: "b", values, metadata: { kind: "x", text: "x".repeat(40_000) } },
    ];
    await target("halfway").upsert({ records });
    const before = await stored("halfway");
    const update = { namespace: "halfway", filter: { kind: "x" }, setMetadata: { more: "y".repeat(2000) } };
    expect(await post("/vectors/update", update)).toMatchObject({ status: 400, answer: { code: 3 } });
    expect(await stored("halfway")).toEqual(before);
  });

  it("keeps the vector of a seeded record whose text is updated", async () => {
    await sandbox.control.pinecone.edit({
      index: "target",
      namespace: "seeded",
      put: [{ id: "a", metadata: { text: "one" } }],
    });
    const before = (await stored("seeded"))[0]?.values;
    await target("seeded").update({ id: "a", metadata: { text: "two" } });
    expect((await stored("seeded"))[0]).toMatchObject({ values: before, metadata: { text: "two" } });
  });

  it("deletes by ID, by filter and all, and counts every one of these calls as a write", async () => {
    await sandbox.control.pinecone.fill({ index: "target", namespace: "deleting", records: 6 });
    const writesBefore = (await sandbox.control.pinecone.counters()).writes.target ?? 0;
    await target("deleting").deleteOne({ id: "record-00000000" });
    await target("deleting").deleteMany({ filter: { chunk_number: { $gte: 4 } } });
    expect((await stored("deleting")).map(({ id }) => id)).toEqual([
      "record-00000001",
      "record-00000002",
      "record-00000003",
    ]);
    await target("deleting").deleteAll();
    expect(await stored("deleting")).toEqual([]);
    expect((await sandbox.control.pinecone.counters()).writes.target).toBe(writesBefore + 3);
  });
});
