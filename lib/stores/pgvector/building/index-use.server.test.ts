import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkCopies } from "@/lib/gate/testing";
import type { VectorTarget } from "../../contract";
import { openPgvectorTarget } from "../index";
import { hasPgvector, openTestSchema, type TestSchema } from "../testing";

const dimension = 600;
const records = Array.from({ length: 3000 }, (_, row) => ({
  id: `r${row}`,
  values: Array.from({ length: dimension }, (_each, column) => Math.fround(Math.sin(row * 0.002 + column * 0.7))),
  metadata: { page: row, even: row % 2 === 0, text: `${row} `.repeat(80) },
}));

/** Vectors that stand beside their rows: by the server's own costs reading all of them seems cheaper than the index. */
describe.runIf(hasPgvector())("an index that the server wouldn't use as it is set", () => {
  let schema: TestSchema;
  let target: VectorTarget;
  let words = "";
  let query = "";
  const place = { index: "long", namespace: "" };
  const opened = (pageCost: string) => {
    const address = new URL(schema.url);
    address.searchParams.set("options", `-c random_page_cost=${pageCost}`);
    return openPgvectorTarget(schema.settings({ address: address.href, m: 8, efConstruction: 40 }));
  };
  const question = { values: records[7]?.values ?? [], k: 3 };
  const vector = JSON.stringify(question.values);

  beforeAll(async () => {
    schema = await openTestSchema();
    target = opened("4");
    await target.ensureIndex({ name: "long", dimension, metric: "cosine" });
    for (let at = 0; at < records.length; at += 1000) await target.upsert(place, records.slice(at, at + 1000));
    const finished = await target.finish?.({ index: "long" });
    words = finished?.words.join(" ") ?? "";
    query = finished?.query ?? "";
  });
  afterAll(async () => {
    await target.close();
    await schema.drop();
  });

  it("is used by Portage's searches, and told with statements that have the application's use it", async () => {
    expect(words).toContain("the server reads the whole table for the application's query instead (EXPLAIN)");
    expect(await target.explainQuery?.(place, question)).toMatchObject({
      index: "long_embedding_hnsw",
      configured: { index: null, advice: expect.stringContaining("SET random_page_cost = 1.1;") },
    });
    const plan = async () =>
      JSON.stringify(await schema.sql(`EXPLAIN ${query.replace("$1::", `'${vector}'::`)}`)).includes("Index Scan");
    const costs = /ALTER FUNCTION [^;]+;/.exec(words)?.[0] ?? "";
    for (const statement of ["SET LOCAL random_page_cost = 1.1", costs]) {
      await schema.sql("BEGIN; SET LOCAL random_page_cost = 4");
      expect(await plan()).toBe(false);
      await schema.sql(statement);
      expect(await plan()).toBe(true);
      await schema.sql("ROLLBACK");
    }
    // What the server is set to lower counts: it is never raised.
    const quick = opened("1");
    expect((await quick.finish?.({ index: "long" }))?.words.join(" ")).toContain(
      "The server uses it for the application's query (EXPLAIN)",
    );
    expect(await quick.explainQuery?.(place, question)).toMatchObject({ configured: { index: "long_embedding_hnsw" } });
    await quick.close();
  });

  it("leaves a search with a filter as complete as the application's", async () => {
    const filter = { key: "page", is: "lt", value: 30 } as const;
    const hits = await target.query?.(place, { ...question, k: 20, filter });
    expect(hits).toHaveLength(20);
    expect(hits?.[0]?.id).toBe("r7");
  });

  it("is used by the function that a switch leads to it, by whatever plan it is called, and its filters stay complete", async () => {
    const names = { view: null, function: "match_documents", text: ["text"] };
    await target.runFacade?.((await target.facadeSteps?.({ index: "long", ...names })) ?? []);
    const scans = "SELECT pg_stat_get_xact_numscans('long_embedding_hnsw'::regclass) AS scans";
    await schema.sql("BEGIN; SET LOCAL random_page_cost = 4; SET LOCAL plan_cache_mode = force_generic_plan");
    const found = await schema.sql("SELECT id FROM match_documents($1, 3)", [vector]);
    expect(found[0]).toEqual({ id: "r7" });
    expect(await schema.sql(scans)).toEqual([{ scans: "1" }]);
    await schema.sql("ROLLBACK");
    // The index finds some 40 at once, of which half are even.
    const even = await schema.sql(`SELECT id FROM match_documents($1, 35, '{"even": true}')`, [vector]);
    expect(even).toHaveLength(35);
    const one = await schema.sql(`SELECT id FROM match_documents($1, 3, '{"page": 2900}')`, [vector]);
    expect(one).toEqual([{ id: "r2900" }]);
    expect(await schema.sql("SELECT id FROM match_documents($1, 3, '{}', 'elsewhere')", [vector])).toEqual([]);
  });

  it("is said by the gate to be the gate's alone", async () => {
    const { notes, uses, sweep } = await checkCopies(target, target, { source: "long", target: "long" });
    expect(uses).toMatchObject({ index: "long_embedding_hnsw", configured: { index: null } });
    expect(notes).toContainEqual(
      expect.stringMatching(
        /^The gate's questions were answered by the index long_.* reading all 3,000 rows\. For the/,
      ),
    );
    expect(sweep?.rows.length).toBeGreaterThan(0);
  });
});
