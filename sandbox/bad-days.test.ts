import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { FaultRequest } from "./control";
import { openForTests, type TestSandbox } from "./open-for-tests";

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await openForTests();
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  await sandbox.control.pinecone.reset();
  await sandbox.control.gemini.reset();
});

const values = [1, 0, 0, 0, 0, 0, 0, 0.5];

type Outcome = { status: number; text: string; headers: Headers } | { broken: true };

async function send(url: string, headers: Record<string, string>, body?: unknown): Promise<Outcome> {
  try {
    const response = await fetch(url, {
      headers,
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text(), headers: response.headers };
  } catch {
    return { broken: true };
  }
}

const pinecone = (path: string, body?: unknown) =>
  send(`${sandbox.host("target")}${path}`, { "api-key": sandbox.apiKeys.pinecone }, body);
const upsert = (namespace: string, ids = ["a"]) =>
  pinecone("/vectors/upsert", { namespace, vectors: ids.map((id) => ({ id, values })) });
const embed = (...texts: string[]) =>
  send(
    `${sandbox.gemini.url}/v1beta/models/gemini-embedding-001:batchEmbedContents`,
    { "x-goog-api-key": sandbox.apiKeys.gemini },
    {
      requests: texts.map((text) => ({ model: "models/gemini-embedding-001", content: { parts: [{ text }] } })),
    },
  );
const stored = async (namespace: string) =>
  (await sandbox.control.pinecone.records("target", namespace)).map(({ id }) => id);
const always = (kind: NonNullable<FaultRequest["rules"]>[number]["kind"], more: object = {}): FaultRequest => ({
  rules: [{ kind, ...more }],
});
function whole(outcome: Outcome) {
  if ("broken" in outcome) throw new Error("The connection broke.");
  return outcome;
}
const parsed = (outcome: Outcome): unknown => JSON.parse(whole(outcome).text);

describe("a bad day at Pinecone", () => {
  it("throttles with or without a time to wait, and does nothing then", async () => {
    await sandbox.control.pinecone.faults(always("throttled", { retryAfterSeconds: 2.5 }));
    const told = whole(await upsert("throttled"));
    expect([told.status, told.headers.get("retry-after")]).toEqual([429, "2.5"]);
    await sandbox.control.pinecone.faults(always("throttled", { retryAfterSeconds: null }));
    expect(whole(await upsert("throttled")).headers.get("retry-after")).toBeNull();
    expect(await stored("throttled")).toEqual([]);
  });

  it("tells a used-up month in the documented words", async () => {
    await sandbox.control.pinecone.faults(always("exhausted"));
    const { status, text } = whole(await upsert("month"));
    expect(status).toBe(429);
    expect(text).toContain("write unit limit for the current month");
  });

  it("fails with the status asked for", async () => {
    for (const status of [500, 502, 503]) {
      await sandbox.control.pinecone.faults(always("error", { status }));
      expect(whole(await upsert("failed")).status).toBe(status);
    }
    expect(await stored("failed")).toEqual([]);
  });

  it("cuts the connection before or after the write took effect", async () => {
    await sandbox.control.pinecone.faults(always("reset-before"));
    expect(await upsert("before")).toEqual({ broken: true });
    expect(await stored("before")).toEqual([]);
    await sandbox.control.pinecone.faults(always("reset-after"));
    expect(await upsert("after")).toEqual({ broken: true });
    expect(await stored("after")).toEqual(["a"]);
  });

  it("sends half a document, whole or cut off, after the write took effect", async () => {
    await sandbox.control.pinecone.faults(always("malformed"));
    const half = whole(await upsert("malformed"));
    expect(half.status).toBe(200);
    expect(() => JSON.parse(half.text)).toThrow(SyntaxError);
    await sandbox.control.pinecone.faults(always("truncated"));
    expect(await upsert("truncated")).toEqual({ broken: true });
    expect([await stored("malformed"), await stored("truncated")]).toEqual([["a"], ["a"]]);
  });

  it("cuts off a streamed answer", async () => {
    await upsert("streamed", ["a", "b"]);
    await sandbox.control.pinecone.faults(always("truncated", { routes: ["fetch"] }));
    expect(await pinecone("/vectors/fetch?ids=a&ids=b&namespace=streamed")).toEqual({ broken: true });
  });

  it("miscounts what it wrote", async () => {
    await sandbox.control.pinecone.faults(always("wrong-count"));
    expect(parsed(await upsert("miscounted", ["a", "b", "c"]))).toEqual({ upsertedCount: 2 });
    expect(await stored("miscounted")).toEqual(["a", "b", "c"]);
  });

  it("lists out of order, and leaves a record out of a fetch", async () => {
    await upsert("odd", ["a", "b", "c"]);
    await sandbox.control.pinecone.faults({
      rules: [
        { kind: "unordered", routes: ["list"] },
        { kind: "missing-answers", routes: ["fetch"] },
      ],
    });
    expect(parsed(await pinecone("/vectors/list?namespace=odd"))).toMatchObject({
      vectors: [{ id: "c" }, { id: "b" }, { id: "a" }],
    });
    const fetched = whole(await pinecone("/vectors/fetch?ids=a&ids=b&namespace=odd")).text;
    expect(fetched).toContain('"a":');
    expect(fetched).not.toContain('"b":');
  });

  it("answers late", async () => {
    await sandbox.control.pinecone.faults(always("slow", { delayMs: 60_000, routes: ["list"] }));
    const signal = AbortSignal.timeout(50);
    const late = fetch(`${sandbox.host("target")}/vectors/list`, {
      headers: { "api-key": sandbox.apiKeys.pinecone },
      signal,
    });
    await expect(late).rejects.toThrow(/timeout/);
    expect(whole(await upsert("meanwhile")).status).toBe(200);
  });

  it("is down for a while, by cut connections or by 503", async () => {
    await sandbox.control.pinecone.faults({ downMs: 600_000 });
    expect(await upsert("down")).toEqual({ broken: true });
    await sandbox.control.pinecone.faults({ downMs: 600_000, downStatus: 503 });
    expect(whole(await upsert("down")).status).toBe(503);
    await sandbox.control.pinecone.advance(600_000);
    expect(whole(await upsert("down")).status).toBe(200);
  });

  it("counts what was spoilt", async () => {
    await sandbox.control.pinecone.faults(always("reset-after", { times: 1 }));
    await upsert("counted");
    await upsert("counted");
    const { scopes } = await sandbox.control.pinecone.counters();
    expect(scopes.target?.upsert).toMatchObject({ calls: 2, faulted: 1, records: 2 });
  });
});

describe("a bad day at Gemini", () => {
  it("throttles with or without RetryInfo", async () => {
    await sandbox.control.gemini.faults(always("throttled", { retryAfterSeconds: 7 }));
    expect(whole(await embed("text")).text).toContain('"retryDelay":"7s"');
    await sandbox.control.gemini.faults(always("throttled", { retryAfterSeconds: null }));
    const { status, text } = whole(await embed("text"));
    expect(status).toBe(429);
    expect(text).not.toContain("RetryInfo");
    expect((await sandbox.control.gemini.counters()).embedded.texts).toBe(0);
  });

  it("tells a used-up day", async () => {
    await sandbox.control.gemini.faults(always("exhausted"));
    expect(whole(await embed("text")).text).toContain("RequestsPerDay");
  });

  it("embeds, and is paid for, when the connection breaks only afterwards", async () => {
    await sandbox.control.gemini.faults(always("reset-after", { times: 1 }));
    expect(await embed("paid twice")).toEqual({ broken: true });
    expect(whole(await embed("paid twice")).status).toBe(200);
    expect((await sandbox.control.gemini.counters()).embedded).toMatchObject({ texts: 2, distinct: 1, repeats: 1 });
  });

  it("spoils vectors", async () => {
    const first = async (kind: "vector-nan" | "vector-zero" | "vector-short") => {
      await sandbox.control.gemini.faults(always(kind));
      const answer = parsed(await embed("one", "two"));
      await sandbox.control.gemini.faults({});
      const right = parsed(await embed("one", "two"));
      return { answer, right };
    };
    const nan = await first("vector-nan");
    expect(nan.answer).toMatchObject({ embeddings: [{ values: expect.arrayContaining(["NaN"]) }, {}] });
    const zero = await first("vector-zero");
    expect(zero.answer).toMatchObject({ embeddings: [{ values: Array.from({ length: 3072 }, () => 0) }, {}] });
    const short = await first("vector-short");
    expect(short.answer).not.toEqual(short.right);
    expect(short.right).toMatchObject({ embeddings: [{ values: { length: 3072 } }, { values: { length: 3072 } }] });
    expect(short.answer).toMatchObject({ embeddings: [{ values: { length: 3071 } }, { values: { length: 3072 } }] });
  });

  it("leaves out an embedding", async () => {
    await sandbox.control.gemini.faults(always("missing-answers"));
    expect(parsed(await embed("one", "two"))).toMatchObject({ embeddings: { length: 1 } });
  });

  it("refuses a plan of faults that it doesn't understand", async () => {
    await expect(sandbox.control.gemini.faults({ rules: [{ kind: "error", status: 404 }] })).rejects.toThrow(/400/);
  });
});
