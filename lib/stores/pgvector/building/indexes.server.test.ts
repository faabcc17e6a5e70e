import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { VectorTarget } from "../../contract";
import { openPgvectorSource, openPgvectorTarget } from "../index";
import { hasPgvector, openTestSchema, type TestSchema } from "../testing";

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
  const finish = async (target: VectorTarget, index: string) => {
    const finished = await target.finish?.({ index });
    return { words: finished?.words.join(" "), query: finished?.query };
  };
  const load = async (
    target: VectorTarget,
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
    expect(await finish(target, "wide")).toEqual({
      words: expect.stringMatching(/^The index wide_embedding_hnsw was built, in .* for the application's query/),
      query: expect.stringMatching(
        /ORDER BY "embedding"::"public".halfvec\(3072\) OPERATOR\("public".<=>\) \$1::"public".halfvec\(3072\) LIMIT 10$/,
      ),
    });
    expect(await indexes("wide")).toEqual([
      {
        valid: true,
        definition: expect.stringMatching(
          /hnsw \(\(\(?embedding.*halfvec\(3072\)\)? halfvec_cosine_ops\) WITH \(m='4', ef_construction='8'\)/,
        ),
      },
    ]);
    expect(await finish(target, "wide")).toMatchObject({ words: expect.stringContaining("stood already") });
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
    const target = targetWith({ indexMemoryMb: 64 });
    const shape = { name: "shown", dimension: 3072, metric: "dotproduct" as const };
    const plan = await target.steps?.({ ...shape, records: 1_000_000 });
    expect(await target.inspect("shown")).toBeNull();
    expect(
      plan?.steps.map(({ when, by, statement }) => [when, by, statement.split(" ").slice(0, 3).join(" ")]),
    ).toEqual([
      ["before", "portage", "CREATE TABLE IF"],
      ["before", "portage", "COMMENT ON TABLE"],
      ["after", "portage", "SET maintenance_work_mem ="],
      ["after", "portage", "CREATE INDEX CONCURRENTLY"],
      ["after", "portage", `ANALYZE "${schema.name}"."shown"`],
    ]);
    expect(plan?.notes).toEqual([
      expect.stringContaining("embedding::halfvec(3072) <#> $1::halfvec(3072)"),
      expect.stringMatching(/ SET random_page_cost = 1\.1; .*\.halfvec_negative_inner_product\(.*\) COST 100;$/),
      expect.stringMatching(/about 6.1 GB of memory .* gives it 64 MB: .* to 6199\.$/),
    ]);
    for (const { statement } of plan?.steps ?? []) await schema.sql(statement);
    expect(await target.ensureIndex(shape)).toBe("matched");
    const again = await target.steps?.({ ...shape, records: 2000 });
    expect(again?.steps.map(({ statement }) => statement)).toEqual([`ANALYZE "${schema.name}"."shown"`]);
    expect(again?.notes).toContainEqual(
      expect.stringMatching(
        /^The index shown_embedding_hnsw stands while 2,000 records are written: .* about 2 min\. /,
      ),
    );
    expect(again?.query).toBe(plan?.query);
    expect(await finish(target, "shown")).toMatchObject({ words: expect.stringContaining("stood already") });
    await expect(target.ensureIndex({ ...shape, metric: "cosine" })).rejects.toMatchObject({ code: "conflict" });
  });

  it("is the one that was agreed to, whatever the settings say by then; and the table, too", async () => {
    const shape = { name: "agreed", dimension: 8, metric: "cosine" as const };
    const plan = await targetWith({ index: "ivfflat", lists: 2 }).steps?.({ ...shape, records: 40 });
    const steps = plan?.steps ?? [];
    const other = targetWith({ index: "hnsw" });
    const shown = steps.map((step) => ({ ...step, statement: step.statement.replace("jsonb NOT NULL", "jsonb") }));
    // A plan made while the table stood has no statement that makes it: nothing is run, and nothing is called created.
    await expect(other.ensureIndex({ ...shape, steps: [] })).rejects.toMatchObject({ code: "not-found" });
    expect(await other.ensureIndex({ ...shape, steps: shown })).toBe("created");
    const nullable = `SELECT is_nullable FROM information_schema.columns WHERE table_schema = $1 AND table_name = 'agreed' AND column_name = 'metadata'`;
    expect(await schema.sql(nullable, [schema.name])).toEqual([{ is_nullable: "YES" }]);
    await load(other, "agreed", 8, 40);
    await other.finish?.({ index: "agreed", steps });
    expect((await indexes("agreed")).map(({ definition }) => definition)).toEqual([
      expect.stringContaining("USING ivfflat (embedding vector_cosine_ops) WITH (lists='2')"),
    ]);
    await load(other, "bare", 8, 40);
    expect(await other.finish?.({ index: "bare", steps: [] })).toEqual({
      words: ["No index was built: none was planned."],
      query: null,
    });
    expect(await indexes("bare")).toEqual([]);
  });

  it("tells how far the build has come, and leaves nothing that works on when it is stopped", async () => {
    const target = targetWith();
    await load(target, "stopped", 8, 40);
    const holder = new pg.Client({ connectionString: schema.url });
    await holder.connect();
    await holder.query(`BEGIN; DELETE FROM ${schema.name}.stopped WHERE id = 'r0'`);
    const stop = new AbortController();
    const told: string[] = [];
    const finishing = target.finish?.(
      { index: "stopped" },
      {
        signal: stop.signal,
        onProgress: (words) => {
          told.push(words);
          if (words.includes("waits")) stop.abort();
        },
      },
    );
    const builds = `SELECT FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX%stopped%' AND state = 'active' AND pid <> pg_backend_pid()`;
    try {
      await expect(finishing).rejects.toMatchObject({ code: "aborted" });
      // While the holder keeps the build from its end, only being stopped ends it.
      await vi.waitFor(async () => expect(await schema.sql(builds)).toEqual([]), 5000);
    } finally {
      await holder.query("ROLLBACK");
      await holder.end();
    }
    expect(told.at(-1)).toBe(
      "the index stopped_embedding_hnsw to be built: the server waits for transactions that began before",
    );
    expect(await indexes("stopped")).toMatchObject([{ valid: false }]);
    expect(
      (await target.steps?.({ name: "stopped", dimension: 8, metric: "cosine", records: 1 }))?.steps[0]?.statement,
    ).toBe(`DROP INDEX CONCURRENTLY "${schema.name}"."stopped_embedding_hnsw"`);
    expect(await finish(target, "stopped")).toMatchObject({ words: expect.stringContaining("was built again, since") });
    expect(await indexes("stopped")).toMatchObject([{ valid: true }]);
  });

  it("waits for older transactions however long they last, as the limit for locks is for what the application waits for", async () => {
    const target = targetWith({ lockSeconds: 1 });
    await load(target, "waited", 8, 40);
    const holder = new pg.Client({ connectionString: schema.url });
    await holder.connect();
    await holder.query(`BEGIN; DELETE FROM ${schema.name}.waited WHERE id = 'r0'`);
    const finishing = finish(target, "waited");
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
    expect(await finishing).toMatchObject({ words: expect.stringContaining("was built, in") });
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
    expect(await finish(target, "broken")).toMatchObject({ words: expect.stringContaining("was built again") });
    expect((await indexes("broken")).map(({ valid }) => valid)).toEqual([true]);
  });

  it("takes the operators of the metric and IVFFlat where that is asked for, and none above 4,000 dimensions", async () => {
    const target = targetWith({ index: "ivfflat", lists: 3, metric: "euclidean" });
    await schema.sql("CREATE TABLE plain (id text PRIMARY KEY, embedding vector(3), metadata jsonb)");
    await target.upsert(at("plain"), [{ id: "a", values: [1, 2, 3], metadata: {} }]);
    await target.finish?.({ index: "plain" });
    expect(await indexes("plain")).toEqual([
      { valid: true, definition: expect.stringContaining("ivfflat (embedding) WITH (lists='3')") },
    ]);
    expect(await openedSource().inspect("plain")).toMatchObject({ metric: "euclidean" });
    await load(targetWith(), "widest", 4001, 2);
    expect(await finish(targetWith(), "widest")).toEqual({
      words: expect.stringContaining("at most 4000 dimensions"),
      query: null,
    });
  });

  it("has the rows of one collection in a table that several share, whatever the dimension of the others", async () => {
    await schema.sql(`CREATE TABLE langchain_pg_collection (uuid uuid PRIMARY KEY, name varchar UNIQUE, cmetadata json);
      CREATE TABLE langchain_pg_embedding (id varchar PRIMARY KEY, collection_id uuid, embedding vector, document varchar, cmetadata jsonb);
      INSERT INTO langchain_pg_collection VALUES (gen_random_uuid(), 'three'), (gen_random_uuid(), 'two');
      INSERT INTO langchain_pg_embedding SELECT name || n, uuid, CASE name WHEN 'two' THEN '[1,2]'::vector ELSE '[1,2,3]' END, 'x', '{}'
        FROM langchain_pg_collection, generate_series(1, 20) n`);
    const target = targetWith();
    expect(await finish(target, "three")).toEqual({
      words: expect.stringMatching(/was built, in .* for the application's query/),
      query: expect.stringMatching(/WHERE "collection_id" = '.*' ORDER BY "embedding"::"public".vector\(3\) /),
    });
    expect(await finish(target, "two")).toMatchObject({ words: expect.stringContaining("was built") });
    expect(await indexes("langchain_pg_embedding")).toHaveLength(2);
    expect(
      (await target.upsert(at("two"), [{ id: "two21", values: [3, 4], metadata: { text: "more" } }])).accepted,
    ).toEqual(["two21"]);
  });
});
