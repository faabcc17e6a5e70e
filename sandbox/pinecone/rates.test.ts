import { afterEach, describe, expect, it } from "vitest";
import { openForTests, type TestSandbox } from "../open-for-tests";

let sandbox: TestSandbox;
afterEach(() => sandbox.close());

const values = [1, 0, 0, 0, 0, 0, 0, 0.5];

async function call(method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> {
  const response = await fetch(`${sandbox.host("target")}${path}`, {
    method,
    headers: { "api-key": sandbox.apiKeys.pinecone },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text() };
}

const upsert = (namespace: string, text = "") =>
  call("POST", "/vectors/upsert", { namespace, vectors: [{ id: "a", values, metadata: { text } }] });

describe("rates per second", () => {
  it("throttles a namespace's upserts in the documented words, leaves other namespaces alone, and forgets after a second", async () => {
    sandbox = await openForTests({ quotas: { gemini: null, pinecone: { upserts: 3 } } });
    const statuses = [];
    for (let at = 0; at < 4; at++) statuses.push((await upsert("busy")).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    const { text } = await upsert("busy");
    expect(JSON.parse(text)).toMatchObject({ code: 8, details: [] });
    expect(text).toContain("You've reached the upsert QPS limit for namespace busy (3 QPS)");
    expect((await upsert("calm")).status).toBe(200);
    await sandbox.control.pinecone.advance(1000);
    expect((await upsert("busy")).status).toBe(200);
  });

  it("throttles by bytes", async () => {
    sandbox = await openForTests({ quotas: { gemini: null, pinecone: { upsertBytes: 50_000 } } });
    expect((await upsert("heavy", "x".repeat(30_000))).status).toBe(200);
    const second = await upsert("heavy", "x".repeat(30_000));
    expect(second.status).toBe(429);
    expect(second.text).toContain("max upsert size limit per second for index target");
  });

  it("throttles fetches, lists and statistics of an index, whatever the namespace", async () => {
    sandbox = await openForTests({ quotas: { gemini: null, pinecone: { fetches: 1, lists: 1, statistics: 1 } } });
    for (const [method, path] of [
      ["GET", "/vectors/fetch?ids=a&namespace="],
      ["GET", "/vectors/list?namespace="],
      ["POST", "/describe_index_stats?"],
    ] as const) {
      expect((await call(method, `${path}one`)).status).toBe(200);
      const second = await call(method, `${path}two`);
      expect(second.status).toBe(429);
      expect(second.text).toContain("requests per second for index target");
    }
  });

  it("counts what it throttles apart from what it refuses", async () => {
    sandbox = await openForTests({ quotas: { gemini: null, pinecone: { upserts: 1 } } });
    await upsert("n");
    await upsert("n");
    await call("POST", "/vectors/upsert", { namespace: "other", vectors: [{ id: "a", values: [1] }] });
    expect((await sandbox.control.pinecone.counters()).scopes.target?.upsert).toMatchObject({
      calls: 3,
      answered: 1,
      throttled: 1,
      refused: 1,
      records: 1,
    });
  });

  it("limits nothing when it is told so", async () => {
    sandbox = await openForTests();
    const answers = await Promise.all(Array.from({ length: 300 }, () => call("GET", "/vectors/list?namespace=n")));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });
});
