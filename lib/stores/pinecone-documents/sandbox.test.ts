import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sandboxKeys } from "@/sandbox/start";
import type { Metadata, VectorRecord } from "../contract";
import { describeStoreContract, type StoreUnderTest } from "../contract.suite";
import { failureOf } from "../pinecone/scripted.suite";
import { type DocumentsWorld, openDocumentsWorld } from "./documents-world.suite";
import { describeFields } from "./fields.suite";
import { describeRecords } from "./records.suite";

describeStoreContract(
  "Pinecone's documents over API 2026-07, against the stand-in,",
  async (): Promise<StoreUnderTest> => {
    const { sandbox, source, target } = await openDocumentsWorld(30);
    await target.ensureIndex({ name: "contract", dimension: 8, metric: "cosine" });
    const close = () => sandbox.close();
    return {
      source,
      target,
      index: "contract",
      dimension: 8,
      metric: "cosine",
      anyIds: false,
      dottedNames: false,
      close,
    };
  },
);

describe("Pinecone's document indexes", () => {
  let world: DocumentsWorld;
  const place = { index: "docs", namespace: "n" };
  const record = (id: string, metadata: Metadata = {}): VectorRecord => ({ id, values: [0.5, -0.25], metadata });
  beforeAll(async () => {
    world = await openDocumentsWorld(0);
    await world.target.ensureIndex({ name: "docs", dimension: 2, metric: "cosine" });
    await world.classic.ensureIndex({ name: "classic", dimension: 2, metric: "cosine" });
  });
  afterAll(() => world.sandbox.close());

  it("are told from the other kinds of indexes, and one of a kind to come hides none of the others", async () => {
    const { control, source, classicSource } = world;
    const made = { dimension: 2 };
    await control.createIndex({
      ...made,
      name: "later",
      fields: { where: { type: "geo_point" }, v: { type: "sparse_vector" } },
    });
    await control.createIndex({
      ...made,
      name: "mixed",
      fields: { _values: { type: "dense_vector", dimension: 2, metric: "cosine" }, own: { type: "sparse_vector" } },
    });
    await control.createIndex({
      ...made,
      name: "embeds",
      fields: { text: { type: "semantic_text", model: "e5", dimension: 2, metric: "cosine" } },
    });
    await control.createIndex({
      ...made,
      name: "pods",
      fields: { _values: { type: "dense_vector", dimension: 2, metric: "cosine" } },
      deployment: { deployment_type: "pod", environment: "x", pod_type: "p1.x1" },
    });
    const page = { type: "float", filterable: true, description: "its page" };
    await control.createIndex({ ...made, name: "thin", fields: { _sparse_values: { type: "sparse_vector" }, page } });
    await control.createIndex({
      ...made,
      name: "embedded",
      fields: { text: { type: "string", embed: { model: "e5" } }, v: { type: "sparse_vector" } },
    });
    await control.createIndex({ ...made, name: "odd", fields: { nothing: 7 } });
    const sorts = async (store: typeof source) => {
      const seen: Record<string, [string | undefined, boolean]> = {};
      for await (const { name, sort, unfit } of store.collections()) seen[name] = [sort, unfit === undefined];
      return seen;
    };
    const unknown = "index of a kind that Portage doesn't know";
    expect(await sorts(classicSource)).toEqual({
      classic: ["classic index", true],
      docs: ["document index", false],
      embedded: [unknown, false],
      embeds: ["index with integrated embedding", true],
      later: [unknown, false],
      mixed: [unknown, false],
      odd: [unknown, false],
      pods: ["pod-based index", true],
      thin: ["classic index of sparse vectors only", true],
    });
    expect(Object.entries(await sorts(source)).filter(([, [, fits]]) => fits)).toEqual([
      ["docs", ["document index", true]],
    ]);
    expect((await source.inspect("classic"))?.unfit?.next).toContain("kind pinecone");
    expect((await classicSource.inspect("docs"))?.unfit?.next).toContain("pinecone-documents");
    expect((await source.inspect("later"))?.unfit?.words).toContain("where");
  });

  it("are never written to by the calls of the other family, nor others by theirs", async () => {
    const { control, target, classic } = world;
    await control.reset();
    const wrong = [
      async () => classic.upsert(place, [record("a")]),
      async () => classic.listIds(place),
      async () => classic.fetchHeads(place, ["a"]),
      async () => target.upsert({ ...place, index: "classic" }, [record("a")]),
      async () => target.changeMetadata?.({ ...place, index: "classic" }, [{ ...record("a"), before: {}, owned: [] }]),
      async () => target.listIds({ ...place, index: "classic" }),
      async () => target.ensureIndex({ name: "classic", dimension: 2, metric: "cosine" }),
      async () => classic.ensureIndex({ name: "docs", dimension: 2, metric: "cosine" }),
    ];
    for (const call of wrong) expect((await failureOf(call())).code).toBe("conflict");
    const { writes, scopes } = await control.counters();
    expect(Object.values(writes).reduce((sum, count) => sum + count, 0)).toBe(0);
    expect(Object.keys(scopes)).toEqual(["control"]);
  });

  it("refuse, as the stand-in plays it, each call of the other family", async () => {
    const headers = { "api-key": sandboxKeys.pinecone, "content-type": "application/json" };
    const post = async (index: string, path: string, body: unknown, version = "2026-07") => {
      const response = await fetch(`${world.sandbox.pinecone.url}/data/${index}${path}`, {
        method: "POST",
        headers: { ...headers, "x-pinecone-api-version": version },
        body: JSON.stringify(body),
      });
      const answer: unknown = await response.json();
      return [response.status, JSON.stringify(answer)];
    };
    const vectors = { vectors: [{ id: "a", values: [1, 2] }] };
    const documents = { documents: [{ _id: "a", embedding: [1, 2] }] };
    const [status, words] = await post("docs", "/vectors/upsert", vectors);
    expect([status, words]).toEqual([400, expect.stringContaining("document schema")]);
    expect((await post("classic", "/namespaces/n/documents/upsert", documents))[0]).toBe(400);
    expect((await post("docs", "/namespaces/n/documents/upsert", documents, "2026-04"))[0]).toBe(400);
    const lists = { documents: [{ _id: "a", embedding: [1, 2], body: ["not", "a text"] }] };
    expect((await post("docs", "/namespaces/n/documents/upsert", lists))[0]).toBe(400);
    expect(
      (
        await post("docs", "/namespaces/n/documents/upsert", {
          documents: [{ _id: "a", note: null, embedding: [1, 2] }],
        })
      )[0],
    ).toBe(400);
  });

  it("are made with the schema that was shown, and no other", async () => {
    const { target, source } = world;
    const shape = { name: "shown", dimension: 2, metric: "dotproduct" } as const;
    const shown = await target.steps?.({ ...shape, records: 3 });
    expect(shown?.steps[0]?.what).toBe(
      "Makes the document index shown: embedding (vectors of 2, dotproduct), terms (sparse values), body (full-text search, en with stemming), title (full-text search, de). All else stays metadata",
    );
    const edited = (shown?.steps ?? []).map((step) => ({
      ...step,
      statement: step.statement.replace("title", "name"),
    }));
    expect((await failureOf(target.ensureIndex({ ...shape, steps: edited }))).code).toBe("conflict");
    expect(await source.inspect("shown")).toBeNull();
    expect(await target.ensureIndex({ ...shape, steps: shown?.steps ?? [] })).toBe("created");
    expect(await source.inspect("shown")).toMatchObject({ dimension: 2, metric: "dotproduct", sparse: true });
    expect((await target.steps?.({ ...shape, records: 3 }))?.steps).toEqual([]);
    const refused = await failureOf(target.ensureIndex({ ...shape, metric: "cosine" }));
    expect(refused.message).toContain("compares by dotproduct, not cosine");
  });

  describeRecords(() => world);
  describe("of which fields", () => describeFields(() => world));
});
