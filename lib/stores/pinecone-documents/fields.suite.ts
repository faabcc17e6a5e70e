import { expect, it } from "vitest";
import type { VectorRecord } from "../contract";
import { failureOf } from "../pinecone/scripted.suite";
import type { DocumentsWorld } from "./documents-world.suite";

/** What becomes of a schema's named and required fields. */
export function describeFields(opened: () => DocumentsWorld): void {
  const record: VectorRecord = { id: "a", values: [0.5, -0.25], metadata: { body: "words" } };

  it("are written where a route names them, and an index that lacks one is written nothing", async () => {
    const { target, control } = opened();
    const vector = { type: "dense_vector", dimension: 2, metric: "cosine" };
    await control.createIndex({ name: "named", dimension: 2, fields: { meaning: vector } });
    const place = { index: "named", namespace: "n" };
    const fitting = target.withFields?.({ vector: "meaning", texts: [] });
    expect((await fitting?.refusalOf?.("named", null))?.(record)).toBeNull();
    expect(await fitting?.ensureIndex({ name: "named", dimension: 2, metric: "cosine" })).toBe("matched");
    await fitting?.upsert(place, [record]);
    expect((await control.records("named", "n", { values: true }))[0]).toMatchObject({ id: "a" });
    for (const fields of [
      { vector: "embedding" },
      { sparse: "terms" },
      { texts: [{ name: "body", language: "en", stemming: false }] },
    ]) {
      const lacking = target.withFields?.(fields);
      const shape = { name: "named", dimension: 2, metric: "cosine" } as const;
      expect((await failureOf(lacking?.refusalOf?.("named", null) ?? Promise.resolve())).code).toBe("conflict");
      expect((await failureOf(lacking?.ensureIndex(shape) ?? Promise.resolve())).message).toContain("it has no");
      expect((await lacking?.fieldsOf?.(shape))?.stops).toHaveLength(1);
    }
    const wider = { name: "named", dimension: 3, metric: "cosine" } as const;
    expect((await failureOf(target.ensureIndex(wider))).message).toContain("has dimension 2, not 3");
  });

  it("that are required are missed before a write, as the service would", async () => {
    const { target, control } = opened();
    const fields = {
      meaning: { type: "dense_vector", dimension: 2, metric: "cosine", required: true },
      terms: { type: "sparse_vector", required: true },
      body: { type: "string", full_text_search: {}, required: true },
    };
    await control.createIndex({ name: "strict", dimension: 2, fields });
    const place = { index: "strict", namespace: "n" };
    const sparseValues = { indices: [1], values: [0.5] };
    const refusal = await target.refusalOf?.("strict", null);
    expect(refusal?.({ ...record, sparseValues })).toBeNull();
    expect(refusal?.(record)).toContain("has no sparse values, and the index requires them");
    expect(refusal?.({ ...record, sparseValues, metadata: { body: null } })).toContain('nothing for "body"');
    expect((await failureOf(target.upsert(place, [record]))).code).toBe("invalid");
    await target.upsert(place, [{ ...record, sparseValues }]);
    const change = { ...record, sparseValues, metadata: {}, before: record.metadata, owned: [] };
    expect((await failureOf(target.changeMetadata?.(place, [change]) ?? Promise.resolve())).code).toBe("invalid");
  });

  it("are read again once somebody looked at an index that was made again", async () => {
    const { target, source, control } = opened();
    const make = (name: string) =>
      control.createIndex({
        name: "again",
        dimension: 2,
        fields: {
          [name]: { type: "dense_vector", dimension: 2, metric: "cosine" },
          body: { type: "string", full_text_search: {} },
        },
      });
    await make("first");
    await target.upsert({ index: "again", namespace: "n" }, [record]);
    await make("second");
    await target.inspect("again");
    await target.upsert({ index: "again", namespace: "m" }, [record]);
    expect((await source.fetchRecords({ index: "again", namespace: "m" }, ["a"])).records).toMatchObject([
      { id: "a", metadata: { body: "words" } },
    ]);
  });
}
