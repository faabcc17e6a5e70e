import { describe, expect, it } from "vitest";
import { Secret } from "@/lib/secret";
import type { VectorRecord, VectorTarget } from "../contract";
import { openPineconeTarget } from ".";
import { failureOf, key, open, place, record, script } from "./scripted.suite";

const upsert = (target: VectorTarget) => target.upsert(place, [record("a"), record("b")]);
const list = (target: VectorTarget) => target.listIds(place);

describe("Pinecone on the wire", () => {
  it("names the default namespace, encodes odd names and sends the key and version", async () => {
    const { target, data } = await open(() => ({ json: { vectors: {} } }));
    await target.fetchHeads({ index: "idx", namespace: "" }, ["a/b c#%?&", "é"]);
    await target.fetchHeads({ index: "idx", namespace: "a/b c#%?&" }, ["x"]);
    const [first, second] = data();
    expect(first?.url.searchParams.get("namespace")).toBe("__default__");
    expect(first?.url.searchParams.getAll("ids")).toEqual(["a/b c#%?&", "é"]);
    expect(first?.headers["api-key"]).toBe(key);
    expect(first?.headers["x-pinecone-api-version"]).toBe("2026-04");
    expect(second?.url.searchParams.get("namespace")).toBe("a/b c#%?&");
  });

  it("sends exactly the bytes that it measured", async () => {
    const { target, data } = await open(() => ({ json: { upsertedCount: 3 } }));
    const records: VectorRecord[] = [
      { ...record("日本"), metadata: { text: '"é"\u2028 😀', tags: ["a"], n: 1e21 } },
      { id: "sparse", values: [], metadata: {}, sparseValues: { indices: [1], values: [0.5] } },
      { ...record("c"), values: [1e-7, 123456.75], sparseValues: { indices: [2], values: [1] } },
    ];
    const measured = records.reduce((sum, each) => sum + target.sizeOf(each), 0);
    await target.upsert({ index: "idx", namespace: 'q"' }, records);
    const body = data()[0]?.body ?? "";
    const frame = Buffer.byteLength('{"vectors":[],"namespace":"q\\""}') - 1;
    expect(Buffer.byteLength(body)).toBe(measured + frame);
    const [first, sparse, third] = records;
    const { values: _, ...withoutValues } = sparse ?? { values: [] };
    expect(JSON.parse(body)).toEqual({ namespace: 'q"', vectors: [first, withoutValues, third] });
    expect(data()[0]).toMatchObject({ method: "POST", headers: { "content-type": "application/json" } });
  });

  it("sends a record's metadata as it is when it is sent, though its vector was measured before", async () => {
    const { target, data } = await open(() => ({ json: { upsertedCount: 1 } }));
    const { id, values } = record("a");
    target.sizeOf({ id, values, metadata: { old: true } });
    await target.upsert(place, [{ id, values, metadata: { clearance_level: 1 } }]);
    expect(JSON.parse(data()[0]?.body ?? "").vectors).toEqual([{ id, values, metadata: { clearance_level: 1 } }]);
  });

  it("keeps the write's sequence number as the receipt", async () => {
    const { target } = await open(() => ({ headers: { "x-pinecone-request-lsn": "42" }, json: { upsertedCount: 2 } }));
    expect(await upsert(target)).toEqual({
      accepted: ["a", "b"],
      rejected: [],
      receipt: { token: "42", ids: ["a", "b"] },
    });
  });

  it("takes an answer that names no count for a confirmation once the records are found", async () => {
    const found = { a: { id: "a" }, b: { id: "b" } };
    const { target, data } = await open(({ method }) => ({ json: method === "POST" ? {} : { vectors: found } }));
    expect(await upsert(target)).toMatchObject({ accepted: ["a", "b"], rejected: [] });
    expect(data().map(({ method }) => method)).toEqual(["POST", "GET"]);
  });

  it("doesn't take such an answer for one while reading fails", async () => {
    const { target } = await open(({ method }) => (method === "POST" ? { json: {} } : { status: 503, json: {} }));
    expect((await failureOf(upsert(target))).code).toBe("unavailable");
  });

  it("takes of a sweep what has metadata that can be read, and leaves the rest to a fetch", async () => {
    const matches = [
      { id: "a", metadata: { page: 1 } },
      { id: "without" },
      { id: "text", metadata: "odd" },
      { id: "deep", metadata: { deep: {} } },
      7,
      { id: "b", metadata: {} },
    ];
    const { target, data } = await open(() => ({ json: { matches, usage: { readUnits: 5 } } }));
    const heads = [
      { id: "a", metadata: { page: 1 } },
      { id: "b", metadata: {} },
    ];
    expect(await target.sweepHeads?.(place, 100)).toEqual({ heads, readUnits: 5 });
    expect(data()).toHaveLength(1);
  });

  it("asks where an index is once, and again when it has gone from there", async () => {
    let gone = true;
    const { target, server } = await open(() => (gone ? { status: 404, json: { message: "Index not found" } } : {}));
    await Promise.allSettled([list(target), list(target)]);
    const lookUps = () => server.seen.filter(({ url: { pathname } }) => pathname === "/indexes/idx").length;
    expect(lookUps()).toBe(1);
    gone = false;
    await list(target);
    await list(target);
    expect(lookUps()).toBe(2);
  });

  it("follows a loopback host without a scheme over plain http when the control plane is plain", async () => {
    const { target, data } = await open(() => ({ json: {} }), { host: (url) => url.replace("http://", "") });
    await list(target);
    expect(data()).toHaveLength(1);
  });

  it("keeps a path in the data plane's host, and drops its slash at the end", async () => {
    for (const host of [(url: string) => `${url.replace("http://", "")}/old/`, (url: string) => `${url}/old`]) {
      const { target, data } = await open(() => ({ json: {} }), { host });
      await target.listIds(place);
      expect(data()[0]?.url.pathname).toBe("/old/vectors/list");
    }
  });

  it("keeps two control planes with the same key and index name apart", async () => {
    const one = await open(() => ({ json: { vectors: [{ id: "one" }] } }));
    const two = await open(() => ({ json: { vectors: [{ id: "two" }] } }));
    expect((await list(one.target)).ids).toEqual(["one"]);
    expect((await list(two.target)).ids).toEqual(["two"]);
  });

  it("creates a serverless index where it was told to, and waits until it is ready", async () => {
    let described = 0;
    const server = await script(({ method }) => {
      if (method === "POST") return { status: 201, json: {} };
      described++;
      if (described === 1) return { status: 404, json: { status: 404, error: { code: "NOT_FOUND", message: "no" } } };
      const status = { ready: described > 3, state: "Initializing" };
      return { json: { name: "new", dimension: 3, metric: "cosine", host: server.url, status } };
    });
    const project = { apiKey: new Secret(key), controllerHost: server.url };
    const target = openPineconeTarget(project, { cloud: "gcp", region: "europe-west4" });
    expect(await target.ensureIndex({ name: "new", dimension: 3, metric: "cosine" })).toBe("created");
    const creation = server.seen.find(({ method }) => method === "POST");
    expect(creation?.url.pathname).toBe("/indexes");
    expect(JSON.parse(creation?.body ?? "")).toMatchObject({
      name: "new",
      dimension: 3,
      metric: "cosine",
      spec: { serverless: { cloud: "gcp", region: "europe-west4" } },
    });
    expect(described).toBe(4);
  });
});
