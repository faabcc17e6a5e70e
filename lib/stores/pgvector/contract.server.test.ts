import { describe, expect, inject, it } from "vitest";
import type { VectorRecord } from "../contract";
import { describeStoreContract } from "../contract.suite";
import { openPgvectorSource, openPgvectorTarget } from "./index";
import { hasPgvector, openTestSchema } from "./testing";

describe.runIf(hasPgvector())("on a real server", () => {
  describeStoreContract("PostgreSQL with pgvector", async () => {
    const schema = await openTestSchema();
    const settings = schema.settings();
    const source = openPgvectorSource(settings);
    const target = openPgvectorTarget(settings);
    await target.ensureIndex({ name: "contract", dimension: 8, metric: "cosine" });
    return {
      ...{ source, target, index: "contract", dimension: 8, metric: "cosine" as const, anyIds: true },
      close: async () => {
        await Promise.all([source.close(), target.close()]);
        await schema.drop();
      },
    };
  });

  it("leaves rows that can't be copied to the statement that refuses one for its content, names no model beside a copied vector, and counts by any value", async () => {
    const schema = await openTestSchema();
    await schema.sql(`CREATE TABLE typed (id text PRIMARY KEY, embedding vector(3), ref uuid, made int4, few int2,
      model text DEFAULT 'of other vectors')`);
    const target = openPgvectorTarget(schema.settings({ metadataColumns: "ref, made, few", modelColumn: "model" }));
    const at = { index: "typed", namespace: "" };
    const upsert = (id: string, metadata: VectorRecord["metadata"]) =>
      target.upsert(at, [{ id, values: [1, 2, 3], metadata }]);
    for (const [key, number] of [
      ["made", 1_700_000_000_000],
      ["made", -(2 ** 31) - 1],
      ["few", 2 ** 15],
    ] as const)
      await expect(upsert("x", { [key]: number })).rejects.toMatchObject({
        code: "invalid",
        message: expect.stringContaining(`that the column ${key} of the type`),
      });
    await expect(upsert("x", { ref: "none" })).rejects.toMatchObject({ code: "invalid", serviceCode: "22P02" });
    const ref = "0b9d1f6e-7c7f-4b57-9d2e-0f8a3c5b1e2d";
    await upsert("plain", { ref, made: 2 ** 31 - 1, few: -(2 ** 15) });
    await upsert("braced", { ref: `{${ref}}` });
    expect(await schema.sql("SELECT id, ref, made, few, model FROM typed ORDER BY id")).toEqual([
      { id: "braced", ref, made: null, few: null, model: null },
      { id: "plain", ref, made: 2 ** 31 - 1, few: -(2 ** 15), model: null },
    ]);
    await schema.sql("UPDATE typed SET id = '$& $1::' WHERE id = 'braced'");
    const chosen = target.toFill?.({ where: { column: "id", value: "$& $1::" } });
    expect(await chosen?.coverage?.("typed")).toMatchObject({ rows: 1, withVector: 1 });
    await target.close();
    await schema.drop();
  });
});

it("has a real PostgreSQL with pgvector where tests may not be skipped", () => {
  expect(inject("testPgvectorMissing")).toBe("");
});
