import { Pinecone } from "@pinecone-database/pinecone";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openForTests, type TestSandbox } from "../open-for-tests";

/** Longer than any test takes: what becomes visible does so because the clock was moved. */
const delayMs = 3_600_000;

let sandbox: TestSandbox;
let pinecone: Pinecone;

const target = (namespace: string) => pinecone.index({ host: sandbox.host("target"), namespace });
const values = [1, 0, 0, 0, 0, 0, 0, 0.5];
const advance = (ms: number) => sandbox.control.pinecone.advance(ms);
const idsOf = async (namespace: string) =>
  ((await target(namespace).listPaginated()).vectors ?? []).map(({ id }) => id);
const upsert = (namespace: string, id: string, title: string) =>
  target(namespace).upsert({ records: [{ id, values, metadata: { title } }] });

async function lsnOf(namespace: string, path: string, body: object, header: string): Promise<number> {
  const response = await fetch(`${sandbox.host("target")}${path}`, {
    method: "POST",
    headers: { "api-key": sandbox.apiKeys.pinecone },
    body: JSON.stringify({ namespace, ...body }),
  });
  await response.arrayBuffer();
  return Number(response.headers.get(header));
}

beforeAll(async () => {
  sandbox = await openForTests({ consistencyMs: delayMs });
  pinecone = new Pinecone({
    apiKey: sandbox.apiKeys.pinecone,
    controllerHostUrl: sandbox.pinecone.url,
    maxRetries: 0,
  });
});
afterAll(() => sandbox.close());

describe("eventual consistency", () => {
  it("shows a new record to fetch and list only after the delay", async () => {
    await upsert("new", "a", "first");
    expect((await target("new").fetch({ ids: ["a"] })).records).toEqual({});
    expect(await idsOf("new")).toEqual([]);
    await advance(delayMs);
    expect((await target("new").fetch({ ids: ["a"] })).records.a?.metadata).toEqual({ title: "first" });
    expect(await idsOf("new")).toEqual(["a"]);
  });

  it("shows the earlier state of a record that was replaced, also twice, until the last write is visible", async () => {
    await upsert("twice", "a", "first");
    await advance(delayMs);
    await upsert("twice", "a", "second");
    await advance(delayMs / 2);
    await upsert("twice", "a", "third");
    const title = async () => (await target("twice").fetch({ ids: ["a"] })).records.a?.metadata?.title;
    expect(await title()).toBe("first");
    await advance(delayMs / 2);
    expect(await title()).toBe("first");
    await advance(delayMs / 2);
    expect(await title()).toBe("third");
  });

  it("doesn't show a record early that was written twice before it was first visible", async () => {
    await upsert("early", "a", "first");
    await upsert("early", "a", "second");
    expect(await idsOf("early")).toEqual([]);
    expect((await target("early").fetch({ ids: ["a"] })).records).toEqual({});
  });

  it("shows a deleted record, in its place, until the delay has passed", async () => {
    for (const id of ["a", "b", "c"]) await upsert("deleted", id, id);
    await advance(delayMs);
    await target("deleted").deleteMany({ ids: ["a", "b"] });
    expect(await idsOf("deleted")).toEqual(["a", "b", "c"]);
    await advance(delayMs);
    expect(await idsOf("deleted")).toEqual(["c"]);
  });

  it("lets statistics and namespace counts lag further behind", async () => {
    await upsert("counted", "a", "first");
    const counts = async () => {
      const stats = await target("counted").describeIndexStats();
      const described = await target("counted").describeNamespace("counted");
      return [stats.namespaces?.counted?.recordCount ?? 0, Number(described.recordCount)];
    };
    await advance(delayMs);
    expect(await idsOf("counted")).toEqual(["a"]);
    expect(await counts()).toEqual([0, 0]);
    await advance(delayMs * 4);
    expect(await counts()).toEqual([1, 1]);
  });

  it("tells by its headers when a write is indexed", async () => {
    const write = await lsnOf("lsn", "/vectors/upsert", { vectors: [{ id: "a", values }] }, "x-pinecone-request-lsn");
    const indexed = () => lsnOf("lsn", "/query", { vector: values, topK: 1 }, "x-pinecone-max-indexed-lsn");
    expect(await indexed()).toBeLessThan(write);
    await advance(delayMs);
    expect(await indexed()).toBeGreaterThanOrEqual(write);
  });

  it("shows edits of the admin endpoint at once, and keeps acknowledged writes where `records` finds them", async () => {
    await sandbox.control.pinecone.edit({ index: "target", namespace: "edited", put: [{ id: "a", values }] });
    expect(await idsOf("edited")).toEqual(["a"]);
    await upsert("edited", "b", "hidden");
    expect(await idsOf("edited")).toEqual(["a"]);
    expect((await sandbox.control.pinecone.records("target", "edited")).map(({ id }) => id)).toEqual(["a", "b"]);
    await sandbox.control.pinecone.edit({ index: "target", namespace: "edited", patch: [{ id: "b", set: { n: 1 } }] });
    expect(await idsOf("edited")).toEqual(["a", "b"]);
  });
});
