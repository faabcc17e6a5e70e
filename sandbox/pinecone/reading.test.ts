import { Errors, Pinecone } from "@pinecone-database/pinecone";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openForTests, type TestSandbox } from "../open-for-tests";

let sandbox: TestSandbox;
let pinecone: Pinecone;

const index = (namespace: string) => pinecone.index({ host: sandbox.host("source"), namespace });
const put = (namespace: string, ids: readonly string[]) =>
  sandbox.control.pinecone.edit({
    index: "source",
    namespace,
    put: ids.map((id) => ({ id, metadata: { text: `text of ${id}` } })),
  });

async function listAll(namespace: string, options: { prefix?: string; limit?: number } = {}) {
  const ids: string[] = [];
  let token: string | undefined;
  do {
    const page = await index(namespace).listPaginated({ ...options, ...(token ? { paginationToken: token } : {}) });
    ids.push(...(page.vectors ?? []).map(({ id }) => id ?? ""));
    token = page.pagination?.next;
  } while (token);
  return ids;
}

beforeAll(async () => {
  sandbox = await openForTests();
  pinecone = new Pinecone({
    apiKey: sandbox.apiKeys.pinecone,
    controllerHostUrl: sandbox.pinecone.url,
    maxRetries: 0,
  });
});
afterAll(() => sandbox.close());

describe("listing", () => {
  it("gives every ID once in byte order, page by page, whatever the page's size", async () => {
    const ids = [
      "Z",
      "a",
      "a#1",
      "a-1",
      "a1",
      "b/c",
      "~",
      "0",
      "a b",
      "A?&",
      ...Array.from({ length: 230 }, (_, at) => `n${at}`),
    ];
    await put("order", ids);
    const sorted = ids.toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
    for (const limit of [1, 7, 100]) expect(await listAll("order", { limit })).toEqual(sorted);
    expect(await listAll("order")).toEqual(sorted);
  });

  it("keeps to a prefix", async () => {
    await put("prefixes", ["a", "ab", "abc", "ac", "b"]);
    expect(await listAll("prefixes", { prefix: "ab", limit: 1 })).toEqual(["ab", "abc"]);
    expect(await listAll("prefixes", { prefix: "nothing" })).toEqual([]);
  });

  it("is empty for a namespace that doesn't exist", async () => {
    expect(await listAll("never-written")).toEqual([]);
  });

  it("refuses a limit above 100 and a token that belongs to another listing", async () => {
    await put("tokens", ["a", "b"]);
    await expect(index("tokens").listPaginated({ limit: 101 })).rejects.toThrow(/between 1 and 100/);
    const { pagination } = await index("tokens").listPaginated({ limit: 1 });
    const paginationToken = pagination?.next ?? "";
    await expect(index("order").listPaginated({ paginationToken })).rejects.toThrow(/pagination token/);
    await expect(index("tokens").listPaginated({ paginationToken: "nonsense" })).rejects.toThrow(/pagination token/);
  });
});

describe("fetching", () => {
  it("answers 1,000 IDs of 36 characters in one URL, leaves missing ones out, and refuses 1,001", async () => {
    const ids = Array.from({ length: 1000 }, (_, at) => `00000000-0000-4000-8000-${String(at).padStart(12, "0")}`);
    await put("many", ids.slice(0, 990));
    const { records, usage } = await index("many").fetch({ ids });
    expect(Object.keys(records).sort()).toEqual(ids.slice(0, 990));
    expect(usage?.readUnits).toBe(99);
    await expect(index("many").fetch({ ids: [...ids, "one-more"] })).rejects.toThrow(/more than 1000/);
  });

  it("gives back float32 values, metadata and sparse values", async () => {
    const values = [0.1, -0.25, 1e-7, 3, 0, 0.123456789, 1 / 3, -1];
    await sandbox.control.pinecone.edit({
      index: "source",
      namespace: "whole",
      put: [
        { id: "r", values, metadata: { n: 1.5, list: ["x"] }, sparseValues: { indices: [3, 1], values: [0.5, 2] } },
      ],
    });
    const { records } = await index("whole").fetch({ ids: ["r"] });
    expect(Float32Array.from(records.r?.values ?? [])).toEqual(Float32Array.from(values));
    expect(records.r).toMatchObject({
      id: "r",
      metadata: { n: 1.5, list: ["x"] },
      sparseValues: { indices: [3, 1], values: [0.5, 2] },
    });
  });
});

describe("namespaces and statistics", () => {
  it("takes both names of the default namespace for the same", async () => {
    await put("", ["in-default"]);
    for (const name of ["", "__default__"]) expect(await listAll(name)).toEqual(["in-default"]);
    const stats = await index("").describeIndexStats();
    expect(stats.namespaces?.[""]?.recordCount).toBe(1);
    expect((await index("").describeNamespace("__default__")).name).toBe("__default__");
  });

  it("serves names with odd characters", async () => {
    const name = "a/b c#%?&";
    await put(name, ["odd#1?&%"]);
    expect(await listAll(name)).toEqual(["odd#1?&%"]);
    expect(Object.keys((await index(name).fetch({ ids: ["odd#1?&%"] })).records)).toEqual(["odd#1?&%"]);
    expect((await index("").describeNamespace(name)).name).toBe(name);
  });

  it("lists names in byte order, with counts as strings as the documentation shows", async () => {
    await sandbox.control.pinecone.fill({ index: "target", namespace: "customer-{n}", namespaces: 120, records: 2 });
    const target = pinecone.index({ host: sandbox.host("target") });
    const first = await target.listNamespaces({ limit: 100 });
    const second = await target.listNamespaces({ limit: 100, paginationToken: first.pagination?.next ?? "" });
    const all = [...(first.namespaces ?? []), ...(second.namespaces ?? [])];
    expect(all.map(({ name }) => name)).toEqual(
      Array.from({ length: 120 }, (_, at) => `customer-${String(at).padStart(6, "0")}`),
    );
    expect(second.pagination).toBeUndefined();
    expect(all[0]?.recordCount).toBe("2");
    expect((await target.listNamespaces({ prefix: "customer-00001" })).namespaces).toHaveLength(10);
    expect((await target.describeIndexStats()).totalRecordCount).toBe(240);
  });

  it("creates, describes and deletes a namespace", async () => {
    const source = index("");
    expect(await source.createNamespace({ name: "made" })).toMatchObject({ name: "made", recordCount: "0" });
    await expect(source.createNamespace({ name: "made" })).rejects.toThrow(/already exists/);
    await source.deleteNamespace("made");
    await expect(source.describeNamespace("made")).rejects.toThrow(Errors.PineconeNotFoundError);
  });

  it("rejects statistics with a filter", async () => {
    const response = await fetch(`${sandbox.host("source")}/describe_index_stats`, {
      method: "POST",
      headers: { "api-key": sandbox.apiKeys.pinecone },
      body: JSON.stringify({ filter: { a: 1 } }),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 3, details: [] });
  });
});
