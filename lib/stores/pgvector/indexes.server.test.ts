import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openPgvectorSource, openPgvectorTarget } from "./index";
import type { PgvectorTarget } from "./target";
import { hasPgvector, openTestSchema, type TestSchema } from "./testing";

describe.runIf(hasPgvector())("the index that is built after loading", () => {
  let schema: TestSchema;
  const opened: { close(): Promise<void> }[] = [];
  beforeAll(async () => {
    schema = await openTestSchema();
  });
  afterAll(async () => {
    await Promise.all(opened.map((each) => each.close()));
    await schema.drop();
  });
  const targetWith = (given: Parameters<TestSchema["settings"]>[0] = {}) => {
    const store = openPgvectorTarget(schema.settings(given));
    opened.push(store);
    return store;
  };
  const at = (index: string) => ({ index, namespace: "" });
  const load = async (
    target: PgvectorTarget,
    index: string,
    dimension: number,
    count: number,
    metric = "cosine" as const,
  ) => {
    await target.ensureIndex({ name: index, dimension, metric });
    const records = Array.from({ length: count }, (_, row) => ({
      id: `r${row}`,
      values: Array.from({ length: dimension }, (_each, column) => Math.sin(row * 7 + column)),
      metadata: {},
    }));
    expect((await target.upsert(at(index), records)).rejected).toEqual([]);
  };
  const indexes = (table: string) =>
    schema.sql<{ definition: string; valid: boolean }>(
      `SELECT pg_get_indexdef(i.indexrelid) AS definition, i.indisvalid AS valid FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
        WHERE c.relname = $1 AND c.relnamespace = $2::regnamespace AND NOT i.indisprimary`,
      [table, schema.name],
    );

  it("is over half-precision numbers at 3,072 dimensions, is used, and says the cast that queries need; a second time it stands", async () => {
    const target = targetWith({ m: 4, efConstruction: 8 });
    await load(target, "wide", 3072, 60);
    const finished = await target.finishIndex(at("wide"));
    expect(finished).toMatchObject({
      outcome: "built",
      note: expect.stringContaining("embedding::halfvec(3072) <=> $1::halfvec(3072)"),
    });
    expect(["yes", "when-asked"]).toContain(finished.used);
    expect(await indexes("wide")).toEqual([
      {
        valid: true,
        definition: expect.stringMatching(
          /hnsw \(\(\(?embedding.*halfvec\(3072\)\)? halfvec_cosine_ops\) WITH \(m='4', ef_construction='8'\)/,
        ),
      },
    ]);
    expect(await target.finishIndex(at("wide"))).toMatchObject({ outcome: "stood", used: finished.used });
    await target.complete?.(at("wide"));
    expect(await indexes("wide")).toHaveLength(1);
    const source = openedSource();
    expect(await source.inspect("wide")).toMatchObject({ metric: "cosine", dimension: 3072 });
    // Whoever searches has to write the same cast, or reads the whole table.
    const question = { values: Array.from({ length: 3072 }, (_, column) => Math.sin(7 * 7 + column)), k: 3 };
    const hits = await source.query?.(at("wide"), question);
    expect(hits?.[0]).toEqual({ id: "r7", score: expect.closeTo(1, 3) });
    const plan = await source.explainQuery?.(at("wide"), question);
    expect(plan?.indexes).toEqual([{ name: expect.stringContaining("hnsw"), valid: true }]);
  });
  const openedSource = () => {
    const source = openPgvectorSource(schema.settings());
    opened.push(source);
    return source;
  };

  it("is planned before anything is run: what is shown is what runs, and a table made by hand from it is the same", async () => {
    const target = targetWith();
    const shape = { name: "shown", dimension: 3072, metric: "dotproduct" as const };
    const plan = await target.planned({ ...shape, rows: 1_000_000 });
    expect(await target.inspect("shown")).toBeNull();
    expect(plan).toMatchObject({ index: { operatorClass: "halfvec_ip_ops", note: expect.stringContaining("<#>") } });
    expect(plan.memoryBytes).toBe(1_000_000 * (2 * 3072 + 256 + 100));
    for (const statement of plan.statements) await schema.sql(statement);
    if ("statement" in plan.index) await schema.sql(plan.index.statement);
    expect(await target.ensureIndex(shape)).toBe("matched");
    expect(await target.planned({ ...shape, rows: 1 })).toMatchObject({ statements: [], index: plan.index });
    expect(await target.finishIndex(at("shown"))).toMatchObject({ outcome: "stood", used: null });
    await expect(target.ensureIndex({ ...shape, metric: "cosine" })).rejects.toMatchObject({ code: "conflict" });
  });

  it("waits for older transactions however long they last, as the limit for locks is for what the application waits for", async () => {
    const target = targetWith({ lockSeconds: 1 });
    await load(target, "waited", 8, 40);
    const holder = new pg.Client({ connectionString: schema.url });
    await holder.connect();
    await holder.query(`BEGIN; DELETE FROM ${schema.name}.waited WHERE id = 'r0'`);
    const finishing = target.finishIndex(at("waited"));
    const waits =
      "SELECT FROM pg_stat_activity WHERE wait_event = 'virtualxid' AND query LIKE '%waited%' AND now() - query_start > '1.2 s'";
    try {
      const waited = vi.waitFor(async () => expect(await schema.sql(waits)).toHaveLength(1), 20_000);
      // One that gives up is told at once.
      await Promise.race([waited, finishing]);
    } finally {
      await holder.query("ROLLBACK");
      await holder.end();
    }
    expect(await finishing).toMatchObject({ outcome: "built" });
  });

  it("is made once when several make its table at the same moment", async () => {
    const shape = { name: "raced", dimension: 8, metric: "cosine" as const };
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => targetWith().ensureIndex(shape)));
    expect(new Set(outcomes).has("created")).toBe(true);
    expect(await targetWith().ensureIndex(shape)).toBe("matched");
  });

  it("is built again where a broken build left one that is invalid", async () => {
    const target = targetWith();
    await load(target, "broken", 8, 40);
    // A build that fails in its midst leaves its index behind, as that of a killed session does.
    const build = schema.sql("CREATE INDEX CONCURRENTLY broken_embedding_hnsw ON broken ((1 / (length(id) - 2)))");
    await expect(build).rejects.toMatchObject({ message: "division by zero" });
    expect((await indexes("broken")).map(({ valid }) => valid)).toEqual([false]);
    expect(await target.finishIndex(at("broken"))).toMatchObject({ outcome: "built" });
    expect((await indexes("broken")).map(({ valid }) => valid)).toEqual([true]);
  });

  it("takes the operators of the metric and IVFFlat where that is asked for, and none above 4,000 dimensions", async () => {
    const target = targetWith({ index: "ivfflat", lists: 3, metric: "euclidean" });
    await schema.sql("CREATE TABLE plain (id text PRIMARY KEY, embedding vector(3), metadata jsonb)");
    await target.upsert(at("plain"), [{ id: "a", values: [1, 2, 3], metadata: {} }]);
    await target.complete?.(at("plain"));
    expect(await indexes("plain")).toEqual([
      { valid: true, definition: expect.stringContaining("ivfflat (embedding) WITH (lists='3')") },
    ]);
    expect(await openedSource().inspect("plain")).toMatchObject({ metric: "euclidean" });
    await load(targetWith(), "widest", 4001, 2);
    expect(await targetWith().finishIndex(at("widest"))).toMatchObject({
      outcome: "none",
      note: expect.stringContaining("at most 4000 dimensions"),
    });
  });

  it("has the rows of one collection in a table that several share, whatever the dimension of the others", async () => {
    await schema.sql(`CREATE TABLE langchain_pg_collection (uuid uuid PRIMARY KEY, name varchar UNIQUE, cmetadata json);
      CREATE TABLE langchain_pg_embedding (id varchar PRIMARY KEY, collection_id uuid, embedding vector, document varchar, cmetadata jsonb);
      INSERT INTO langchain_pg_collection VALUES (gen_random_uuid(), 'three'), (gen_random_uuid(), 'two');
      INSERT INTO langchain_pg_embedding SELECT name || n, uuid, CASE name WHEN 'two' THEN '[1,2]'::vector ELSE '[1,2,3]' END, 'x', '{}'
        FROM langchain_pg_collection, generate_series(1, 20) n`);
    const target = targetWith();
    const finished = await target.finishIndex(at("three"));
    expect(finished).toMatchObject({ outcome: "built", note: expect.stringContaining("embedding::vector(3)") });
    expect(["yes", "when-asked"]).toContain(finished.used);
    expect(await target.finishIndex(at("two"))).toMatchObject({ outcome: "built" });
    expect(await indexes("langchain_pg_embedding")).toHaveLength(2);
    expect(
      (await target.upsert(at("two"), [{ id: "two21", values: [3, 4], metadata: { text: "more" } }])).accepted,
    ).toEqual(["two21"]);
  });
});
