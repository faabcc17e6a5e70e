import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RouteBook } from "@/lib/routes/open-route";
import { openWorld, type World } from "@/lib/runs/testing/testing";
import { Secret } from "@/lib/secret";
import type { VectorSource } from "@/lib/stores/contract";
import { openExportSource } from "@/lib/stores/export-folder/source";
import { openPgvectorSource, openPgvectorTarget } from "@/lib/stores/pgvector";
import { hasPgvector, openTestSchema, type TestSchema } from "@/lib/stores/pgvector/testing";
import { openPineconeSource } from "@/lib/stores/pinecone";
import { openForTests, type TestSandbox } from "@/sandbox/open-for-tests";
import { addConnection, addConnectionInput } from "../connections/add-connection";
import { addRoute, addRouteInput } from "../routes/add-route";
import type { Context } from "../verbs/context";
import { parseInput } from "../verbs/parse-input";
import { applyPlan, applyPlanInput } from "./apply-plan";
import { planReembedding } from "./plan-reembedding";
import { readPlan } from "./plan-view";

const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
const [one, two] = ["0b9d1f6e-7c7f-4b57-9d2e-0f8a3c5b1e2d", "5f8a3c5b-1e2d-4b57-9d2e-0b9d1f6e7c7f"];

/** What frameworks and applications make, with two records each. */
const layouts = [
  {
    collection: "own",
    sql: "",
    ids: ["a", "b"],
  },
  {
    collection: "handbook",
    sql: `CREATE TABLE langchain_pg_collection (uuid uuid PRIMARY KEY, name varchar NOT NULL UNIQUE, cmetadata json);
      CREATE TABLE langchain_pg_embedding (id varchar PRIMARY KEY, collection_id uuid REFERENCES langchain_pg_collection, embedding vector, document varchar, cmetadata jsonb);
      INSERT INTO langchain_pg_collection VALUES ('${one}', 'handbook'), ('${two}', 'letters');
      INSERT INTO langchain_pg_embedding VALUES ('h1', '${one}', '[1,2,0.5]', 'One', '{"page": 1}'), ('h2', '${one}', '[3,2,1]', 'Two', '{"tags": ["a"]}'),
        ('l1', '${two}', '[1,2]', 'of another collection', '{}')`,
    ids: ["h1", "h2"],
  },
  {
    collection: "handbook_v2",
    sql: `CREATE TABLE handbook_v2 (langchain_id uuid PRIMARY KEY, content text NOT NULL, embedding vector(3) NOT NULL, langchain_metadata json, author text);
      INSERT INTO handbook_v2 VALUES ('${one}', 'One', '[1,2,0.5]', '{"page": 1}', 'Ada'), ('${two}', 'Two', '[3,2,1]', '{}', NULL)`,
    ids: [one, two],
  },
  {
    collection: "data_nodes",
    sql: `CREATE TABLE data_nodes (id bigserial PRIMARY KEY, text varchar NOT NULL, metadata_ json, node_id varchar, embedding vector(3));
      INSERT INTO data_nodes (text, metadata_, node_id, embedding) VALUES ('One', '{"_node_content": "{}"}', 'n1', '[1,2,0.5]'), ('Two', '{"ref_doc_id": "d"}', 'n2', '[3,2,1]')`,
    ids: ["n1", "n2"],
  },
  {
    collection: "documents",
    sql: `CREATE TABLE documents (id bigserial PRIMARY KEY, content text, metadata jsonb, embedding vector(3));
      INSERT INTO documents VALUES (9, 'One', '{"page": 1}', '[1,2,0.5]'), (10, 'Two', '{}', '[3,2,1]')`,
    ids: ["10", "9"],
  },
  {
    collection: "papers",
    sql: `CREATE TABLE papers (id varchar PRIMARY KEY, vec vector(3) NOT NULL, metadata jsonb NOT NULL DEFAULT '{}');
      INSERT INTO papers VALUES ('p/1', '[1,2,0.5]', '{"year": 1999}'), ('P 2', '[3,2,1]', '{}')`,
    ids: ["P 2", "p/1"],
  },
  {
    collection: "articles",
    sql: `CREATE TABLE articles (uri text PRIMARY KEY, title text, body text, topic text, stars int, embedding halfvec(3));
      INSERT INTO articles VALUES ('a', 'A', 'about a', 'ai', 3, '[1,2,0.5]'), ('b', 'B', NULL, 'law', NULL, '[3,2,1]'), ('bare', 'no vector', NULL, 'ai', NULL, NULL)`,
    ids: ["a", "b"],
    given: { textColumns: "title, body", namespaceColumn: "topic" },
    // Its row without a vector is told, and not copied.
    skipped: 1,
  },
] as const;

describe.runIf(hasPgvector())("a table as others made it, as a source", () => {
  let world: World;
  let schema: TestSchema;
  let sandbox: TestSandbox;
  let ctx: Context;
  let folder: string;
  const opened: VectorSource[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "portage-layouts-"));
    sandbox = await openForTests();
    schema = await openTestSchema();
    world = await openWorld({ environment: { PINECONE_API_KEY: "pc-key", PORTAGE_FOLDERS: folder } });
    const book = new RouteBook(world.parts);
    world.parts.routes = book;
    ctx = { ...world.parts, wake: async () => {}, actor: "cli:test" };
    const connect = (name: string, kind: string, settings: object) =>
      addConnection(ctx, parseInput(addConnectionInput, { name, kind, settings, untested: true }));
    await connect("pinecone", "pinecone", { apiKey: sandbox.apiKeys.pinecone, controllerHost: sandbox.pinecone.url });
    for (const { collection, sql, ...layout } of layouts) {
      const given = "given" in layout ? layout.given : {};
      if (sql !== "") await schema.sql(sql);
      await connect(collection.replaceAll("_", "-"), "pgvector", {
        address: schema.url,
        schema: schema.name,
        ...given,
      });
      await connect(`out-${collection.replaceAll("_", "-")}`, "export-folder", { path: path.join(folder, collection) });
    }
    const own = openPgvectorTarget(schema.settings());
    await own.ensureIndex({ name: "own", dimension: 3, metric: "cosine" });
    await own.upsert({ index: "own", namespace: "n" }, [
      { id: "a", values: [1, 2, 0.5], metadata: { text: "One", page: 1 } },
      { id: "b", values: [3, 2, 1], metadata: {} },
    ]);
    await own.close();
    await world.work();
  });
  afterAll(async () => {
    await Promise.all(opened.map((store) => store.close()));
    await world.close();
    await schema.drop();
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  });

  const kept = <S extends VectorSource>(store: S): S => {
    opened.push(store);
    return store;
  };
  /** Every record with its namespace. */
  const all = async (store: VectorSource, index: string) => {
    const found = [];
    for await (const { namespaces } of store.namespaces(index))
      for (const { name } of namespaces) {
        const { ids } = await store.listIds({ index, namespace: name });
        const { records } = await store.fetchRecords({ index, namespace: name }, ids);
        found.push(...records.map((record) => ({ ...record, namespace: name })));
      }
    return found.sort((a, b) => (a.id < b.id ? -1 : 1));
  };

  it.each(layouts)(
    "$collection goes to Pinecone and to an export folder bit for bit",
    async ({ collection, ids, ...layout }) => {
      const connection = collection.replaceAll("_", "-");
      const given = "given" in layout ? layout.given : {};
      const there = await all(kept(openPgvectorSource(schema.settings(given))), collection);
      expect(there.map(({ id }) => id)).toEqual([...ids]);
      const project = { apiKey: new Secret(sandbox.apiKeys.pinecone), controllerHost: sandbox.pinecone.url };
      const ends = [
        { connection: "pinecone", collection: `from-${connection}`, open: () => openPineconeSource(project) },
        {
          connection: `out-${connection}`,
          collection: "",
          open: () => openExportSource(path.join(folder, collection)),
        },
      ];
      for (const { open, ...target } of ends) {
        const name = `${connection}-to-${target.connection}`;
        const definition = { source: { connection, collection }, target, vectors: { from: "source" } };
        await addRoute(ctx, parseInput(addRouteInput, { name, definition }));
        const planned = await planReembedding(ctx, { all: true, route: name });
        expect(await world.until(planned.run.id, ended)).toMatchObject({ state: expect.stringMatching("succeeded") });
        const { id, hash, counts } = await readPlan(ctx.database, planned.plan.id);
        expect(counts).toMatchObject({ create: ids.length, problem: "skipped" in layout ? layout.skipped : 0 });
        const { run } = await applyPlan(ctx, parseInput(applyPlanInput, { id, hash }));
        expect(await world.until(run?.id ?? "", ended)).toMatchObject({
          written: ids.length,
          failed: 0,
          verdict: { ok: true },
        });
        expect(await all(kept(open()), target.collection)).toEqual(there);
      }
    },
  );
});
