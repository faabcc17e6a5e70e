import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { VectorTarget } from "../../contract";
import { openPgvectorTarget } from "../index";
import { hasPgvector, openTestSchema, type TestSchema } from "../testing";

describe.runIf(hasPgvector())("the index of a partitioned table", () => {
  let schema: TestSchema;
  beforeAll(async () => {
    schema = await openTestSchema();
  });
  afterAll(() => schema.drop());

  async function finish(write?: (target: VectorTarget) => Promise<unknown>): Promise<string> {
    const target = openPgvectorTarget(schema.settings());
    try {
      await write?.(target);
      return (await target.finish?.({ index: "parts" }))?.words.join(" ") ?? "";
    } finally {
      await target.close();
    }
  }

  it("is left to whoever may lock the table, with the statement", async () => {
    await schema.sql(`CREATE TABLE parts (id text PRIMARY KEY, embedding vector(3), metadata jsonb) PARTITION BY HASH (id);
      CREATE TABLE parts_0 PARTITION OF parts FOR VALUES WITH (MODULUS 1, REMAINDER 0)`);
    const words = await finish((target) =>
      target.upsert({ index: "parts", namespace: "" }, [{ id: "a", values: [1, 2, 3], metadata: {} }]),
    );
    const [, statement = ""] = /(CREATE INDEX .*);/.exec(words) ?? [];
    await schema.sql(statement);
    expect(await finish()).toContain("hnsw stands");
  });
});
