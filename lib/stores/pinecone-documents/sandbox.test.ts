import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "@/lib/secret";
import { SandboxControl } from "@/sandbox/control";
import { sandboxKeys, startSandbox } from "@/sandbox/start";
import type { Metadata, VectorRecord } from "../contract";
import { describeStoreContract, type StoreUnderTest } from "../contract.suite";
import { openPineconeSource, openPineconeTarget } from "../pinecone";
import { failureOf } from "../pinecone/scripted.suite";
import { openDocumentSource, openDocumentTarget } from ".";

const whereabouts = { cloud: "aws", region: "us-east-1" } as const;
const settings = { vectorField: "embedding", sparseField: "terms", textFields: "body(en, stemming), title(de)" };

async function open(consistencyMs: number) {
  const quotas = { pinecone: null };
  const sandbox = await startSandbox({ dataDir: null, seed: false, quotas, consistencyMs, readyAfterMs: 50 });
  const project = { apiKey: new Secret(sandboxKeys.pinecone), controllerHost: sandbox.pinecone.url };
  return {
    sandbox,
    control: new SandboxControl(sandbox.pinecone.url),
    source: openDocumentSource(project),
    target: openDocumentTarget(project, { settings, whereabouts }),
    withoutSparse: openDocumentTarget(project, { settings: { ...settings, sparseField: undefined }, whereabouts }),
    classic: openPineconeTarget(project, whereabouts),
    classicSource: openPineconeSource(project),
  };
}

describeStoreContract(
  "Pinecone's documents over API 2026-07, against the stand-in,",
  async (): Promise<StoreUnderTest> => {
    const { sandbox, source, target } = await open(30);
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
  let world: Awaited<ReturnType<typeof open>>;
  const place = { index: "docs", namespace: "n" };
  const record = (id: string, metadata: Metadata = {}): VectorRecord => ({ id, values: [0.5, -0.25], metadata });
  beforeAll(async () => {
    world = await open(0);
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

  it("lead back to what was: a classic index, documents of it, and a classic index again are equal", async () => {
    const { classic, target } = world;
    const key = fc
      .stringMatching(/^[a-zA-Z][a-z./ é日]{0,12}$/)
      .filter((name) => !["embedding", "terms", "body", "title"].includes(name));
    const value = fc.oneof(
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.array(fc.string(), { maxLength: 3 }),
    );
    const metadata = fc.tuple(
      fc.dictionary(key, value, { maxKeys: 5 }),
      fc.option(fc.string()),
      fc.option(fc.string()),
    );
    const id = fc.stringMatching(/^[!-~]{1,30}$/);
    const float = fc.float({ noNaN: true, noDefaultInfinity: true, min: -1, max: 1 }).filter((number) => number !== 0);
    const one = fc.record({ id, metadata, values: fc.tuple(float, float) });
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(one, { selector: (made) => made.id, minLength: 1, maxLength: 5 }),
        async (made) => {
          const namespace = `round-${round++}`;
          const records = made.map(
            ({ id, values, metadata: [own, body, title] }): VectorRecord => ({
              id,
              values: [...values],
              metadata: { ...own, ...(body !== null && { body }), ...(title !== null && { title }) },
            }),
          );
          const ids = records.map((each) => each.id);
          const there = { index: "classic", namespace };
          await classic.upsert(there, records);
          const before = await classic.fetchRecords(there, ids);
          await target.upsert({ index: "docs", namespace }, before.records);
          const between = await target.fetchRecords({ index: "docs", namespace }, ids);
          await classic.upsert({ index: "classic", namespace: `${namespace}-back` }, between.records);
          expect(between).toEqual(before);
          expect(await classic.fetchRecords({ index: "classic", namespace: `${namespace}-back` }, ids)).toEqual(before);
        },
      ),
      { numRuns: 8 },
    );
  });

  it("say before a write what they can't take, each as the service would refuse it", async () => {
    const { target, withoutSparse } = world;
    const absent = { name: "absent", dimension: 2, metric: "cosine" } as const;
    const sparse = { id: "a", metadata: {}, sparseValues: { indices: [1], values: [1] } };
    expect((await target.refusalOf?.("absent", absent))?.(sparse)).toBeNull();
    expect((await withoutSparse.refusalOf?.("absent", absent))?.(sparse)).toContain("no field for them");
    const refusal = await target.refusalOf?.("docs", null);
    const cases: [Metadata, RegExp][] = [
      [{ _hidden: 1 }, /begins with _/],
      [{ $set: 1 }, /begins with _ or \$/],
      [{ "": 1 }, /empty name/],
      [{ ["é".repeat(33)]: 1 }, /more than 64 bytes/],
      [{ embedding: "x" }, /vector field/],
      [{ terms: "x" }, /vector field/],
      [{ body: ["a"] }, /isn't a text/],
      [{ body: "x".repeat(102_401) }, /102401 bytes/],
      [{ body: "a ".repeat(10_001) }, /tokens/],
      [{ note: "x".repeat(41_000) }, /41\d+ bytes/],
    ];
    for (const [metadata, words] of cases) {
      expect(refusal?.({ id: "a", metadata }), JSON.stringify(metadata).slice(0, 40)).toMatch(words);
      expect((await failureOf(target.upsert(place, [record("fine"), record("bad", metadata)]))).code).toBe("invalid");
    }
    expect((await target.listIds(place)).ids).toEqual([]);
    expect(refusal?.({ id: "a", metadata: { body: "word ".repeat(9000), gone: null, score: 1 } })).toBeNull();
    await target.upsert({ ...place, namespace: "nulls" }, [record("a", { gone: null, kept: 1 })]);
    expect((await target.fetchHeads({ ...place, namespace: "nulls" }, ["a"])).records[0]?.metadata).toEqual({
      kept: 1,
    });
  });

  it("change metadata and leave the vector as it is, bit for bit, without sending one", async () => {
    const { target, control } = world;
    const there = { ...place, namespace: "partial" };
    const sparseValues = { indices: [3], values: [0.5] };
    const before: VectorRecord = {
      ...record("a", { body: "old", gone: "x", same: 1 }),
      values: [0.1, 1 / 3],
      sparseValues,
    };
    await target.upsert(there, [before]);
    const stored = (await target.fetchRecords(there, ["a"])).records[0];
    await control.reset();
    const metadata: Metadata = { body: "new", same: 1, more: ["y"] };
    const changed = await target.changeMetadata?.(there, [{ id: "a", metadata, before: before.metadata, owned: [] }]);
    expect(changed?.accepted).toEqual(["a"]);
    const { docs } = (await control.counters()).scopes;
    expect(docs).toMatchObject({ "documents-update": { calls: 1 } });
    expect(docs).not.toHaveProperty("documents-upsert");
    expect((await target.fetchRecords(there, ["a"])).records).toEqual([{ ...stored, metadata }]);
  });

  it("don't take a change of a document that is gone for written, nor wait to see it", async () => {
    const { target } = world;
    const there = { ...place, namespace: "partly-gone" };
    await target.upsert(there, [record("a", { page: 1 })]);
    const changed = await target.changeMetadata?.(
      there,
      ["a", "gone"].map((id) => ({ id, metadata: { page: 2 }, before: { page: 1 }, owned: [] })),
    );
    expect(changed).toMatchObject({ accepted: ["a"], rejected: [{ id: "gone" }], receipt: { ids: ["a"] } });
    expect(changed?.receipt && (await target.settle(there, changed.receipt, { timeoutMs: 0 }))).toBe(true);
    const absent = [{ id: "gone", metadata: { page: 2 }, before: {}, owned: [] }];
    expect(await target.changeMetadata?.({ ...place, namespace: "all-gone" }, absent)).toMatchObject({
      accepted: [],
      rejected: [{ id: "gone", detail: expect.stringContaining("deleted") }],
      receipt: null,
    });
  });

  it("are as the source is after a change, whatever else was edited since the look, but for what the target owns", async () => {
    const { target } = world;
    const there = { ...place, namespace: "edited" };
    await target.upsert(there, [record("a", { page: 1, title: "edited", level: 3 })]);
    const before = { page: 1, title: "as seen", level: 2 };
    await target.changeMetadata?.(there, [{ id: "a", metadata: { ...before, page: 2 }, before, owned: ["level"] }]);
    const { records } = await target.fetchHeads(there, ["a"]);
    expect(records).toEqual([{ id: "a", metadata: { page: 2, title: "as seen", level: 3 } }]);
  });

  it("may hold documents without a vector, which are told and not passed over", async () => {
    const { sandbox, source } = world;
    await fetch(`${sandbox.pinecone.url}/data/docs/namespaces/texts/documents/upsert`, {
      method: "POST",
      headers: { "api-key": sandboxKeys.pinecone, "x-pinecone-api-version": "2026-07" },
      body: JSON.stringify({ documents: [{ _id: "only-text", body: "no vector" }] }),
    });
    const there = { ...place, namespace: "texts" };
    expect((await source.fetchHeads(there, ["only-text"])).records).toEqual([
      { id: "only-text", metadata: { body: "no vector" } },
    ]);
    expect((await source.fetchRecords(there, ["only-text"])).unreadable).toEqual([
      { id: "only-text", detail: expect.stringContaining("it has no vector") },
    ]);
  });
});
