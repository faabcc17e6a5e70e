import fc from "fast-check";
import { expect, it } from "vitest";
import { sandboxKeys } from "@/sandbox/start";
import type { Metadata, VectorRecord } from "../contract";
import { failureOf } from "../pinecone/scripted.suite";
import type { DocumentsWorld } from "./documents-world.suite";

/** What becomes of records in document indexes; `opened` has the indexes docs (documents) and classic. */
export function describeRecords(opened: () => DocumentsWorld): void {
  const place = { index: "docs", namespace: "n" };
  const record = (id: string, metadata: Metadata = {}): VectorRecord => ({ id, values: [0.5, -0.25], metadata });

  it("lead back to what was: a classic index, documents of it, and a classic index again are equal", async () => {
    const { classic, target } = opened();
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
    const { target, withoutSparse } = opened();
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
    const { target, control } = opened();
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
    const { target } = opened();
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
    const { target } = opened();
    const there = { ...place, namespace: "edited" };
    await target.upsert(there, [record("a", { page: 1, title: "edited", level: 3 })]);
    const before = { page: 1, title: "as seen", level: 2 };
    await target.changeMetadata?.(there, [{ id: "a", metadata: { ...before, page: 2 }, before, owned: ["level"] }]);
    const { records } = await target.fetchHeads(there, ["a"]);
    expect(records).toEqual([{ id: "a", metadata: { page: 2, title: "as seen", level: 3 } }]);
  });

  it("may hold documents without a vector, which are told and not passed over", async () => {
    const { sandbox, source } = opened();
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
}
