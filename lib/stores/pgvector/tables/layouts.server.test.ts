import { describe, expect, it } from "vitest";
import { hasPgvector } from "../testing";
import { describeApplicationTables } from "./application-tables.suite";
import { at, openLayouts, record } from "./layouts.suite";

describe.runIf(hasPgvector())("tables as frameworks and applications make them", () => {
  const layouts = openLayouts();
  const { sql, source, target, roundTrip } = layouts;

  it("LangChain PGVector: two collections of different dimensions in one table, and an ID of another one isn't taken over", async () => {
    await sql(`CREATE TABLE langchain_pg_collection (uuid uuid PRIMARY KEY, name varchar NOT NULL UNIQUE, cmetadata json);
      CREATE TABLE langchain_pg_embedding (id varchar PRIMARY KEY, collection_id uuid REFERENCES langchain_pg_collection ON DELETE CASCADE,
        embedding vector, document varchar, cmetadata jsonb);
      INSERT INTO langchain_pg_collection VALUES (gen_random_uuid(), 'handbook'), (gen_random_uuid(), 'letters');
      INSERT INTO langchain_pg_embedding SELECT 'l1', uuid, '[1,2]', 'Dear Sir', '{"year": 1851}' FROM langchain_pg_collection WHERE name = 'letters'`);
    await roundTrip("handbook", [
      record("h1", { text: "Chapter one", page: 1 }),
      record("h2", { text: "Chapter two", tags: ["a"] }),
    ]);
    const found = new Map<string, number | null>();
    for await (const { name, dimension } of source().collections()) found.set(name, dimension);
    expect([found.get("handbook"), found.get("letters"), found.has("langchain_pg_embedding")]).toEqual([3, 2, false]);
    expect(await source().count(at("handbook"))).toMatchObject({ value: 2, exact: true });
    // An application that asks the table itself has to be told which rows are meant.
    const [letters] = await sql("SELECT uuid FROM langchain_pg_collection WHERE name = 'letters'");
    expect((await source().sqlPlace?.("letters"))?.within).toEqual({
      ...{ column: "collection_id", type: `"pg_catalog"."uuid"`, value: letters?.uuid },
    });
    const both = await target().upsert(at("handbook"), [
      record("l1", { text: "mine" }),
      record("h3", { text: "Chapter three" }),
    ]);
    expect(both.accepted).toEqual(["h3"]);
    expect(both.rejected).toEqual([{ id: "l1", detail: expect.stringContaining("in another collection already") }]);
    expect((await source().fetchHeads(at("letters"), ["l1"])).records).toEqual([
      { id: "l1", metadata: { text: "Dear Sir", year: 1851 } },
    ]);
    await expect(target().upsert(at("letters"), [record("l2", { text: "x" })])).rejects.toMatchObject({
      code: "invalid",
      message: '"l2" has 3 dimensions, and the column 2',
    });
    await expect(target().upsert(at("handbook", "tenant"), [record("h4", {})])).rejects.toMatchObject({
      code: "conflict",
    });
  });

  it("LangChain PGVectorStore: UUIDs, a text that must be there, columns of its own read", async () => {
    await sql(`CREATE TABLE handbook_v2 (langchain_id uuid PRIMARY KEY, content text NOT NULL, embedding vector(3) NOT NULL,
      langchain_metadata json, author text)`);
    const id = "0b9d1f6e-7c7f-4b57-9d2e-0f8a3c5b1e2d";
    const nested = { a: [1, null, { b: "c" }], none: null };
    await roundTrip("handbook_v2", [record(id, { text: "One", nested })]);
    await roundTrip("handbook_v2", [record(id, { text: "One", page: 1 })]);
    await sql("UPDATE handbook_v2 SET author = 'Ada'");
    expect((await source().fetchHeads(at("handbook_v2"), [id])).records[0]?.metadata).toEqual({
      text: "One",
      page: 1,
      author: "Ada",
    });
    expect((await target().fetchHeads(at("handbook_v2"), [id])).records[0]?.metadata).toEqual({ text: "One", page: 1 });
    await expect(target().upsert(at("handbook_v2"), [record("doc#1", { text: "x" })])).rejects.toMatchObject({
      message: `"doc#1" can't be an ID here: column langchain_id holds UUIDs in small letters`,
    });
    await expect(target().upsert(at("handbook_v2"), [record(id, { page: 2 })])).rejects.toMatchObject({
      message: `"${id}" has no metadata "text", and the column content must have a value`,
    });
    expect(await source().fetchHeads(at("handbook_v2"), ["doc#1"])).toMatchObject({ missing: ["doc#1"] });
  });

  it("LlamaIndex: the ID is node_id, which needs a unique index to be written by, and one that stands twice is said", async () => {
    await sql(`CREATE TABLE data_nodes (id bigserial PRIMARY KEY, text varchar NOT NULL, metadata_ json, node_id varchar, embedding vector(3));
      INSERT INTO data_nodes (text, metadata_, node_id, embedding) VALUES ('a', '{"_node_content": "{}"}', 'n1', '[1,0,0]'), ('b', '{}', 'n2', '[0,1,0]'), ('b again', '{}', 'n2', '[0,1,0]')`);
    expect((await source().listIds(at("data_nodes"))).ids).toEqual(["n1", "n2"]);
    expect(await source().count(at("data_nodes"))).toEqual({ value: 2, exact: true });
    expect(await source().fetchRecords(at("data_nodes"), ["n1", "n2"])).toEqual({
      records: [{ id: "n1", values: [1, 0, 0], metadata: { text: "a", _node_content: "{}" } }],
      missing: [],
      unreadable: [{ id: "n2", detail: expect.stringContaining("more than one row has this ID") }],
    });
    await expect(target().upsert(at("data_nodes"), [record("n3", { text: "c" })])).rejects.toMatchObject({
      code: "conflict",
      next: expect.stringContaining("CREATE UNIQUE INDEX CONCURRENTLY"),
    });
    await sql("DELETE FROM data_nodes; CREATE UNIQUE INDEX ON data_nodes (node_id)");
    await roundTrip("data_nodes", [record("n3", { text: "c", ref_doc_id: "d" })]);
  });

  it("Supabase: vecs, and documents whose IDs are numbers, listed in the order of bytes", async () => {
    await sql(`CREATE TABLE papers (id varchar PRIMARY KEY, vec vector(3) NOT NULL, metadata jsonb NOT NULL DEFAULT '{}');
      CREATE TABLE documents (id bigserial PRIMARY KEY, content text, metadata jsonb, embedding vector(3), fts tsvector)`);
    await roundTrip("papers", [record("p/1", { year: 1999, flag: true }), record("P 2", {})]);
    const numbers = [
      "-30",
      "-4",
      "-9223372036854775808",
      "0",
      "1",
      "10",
      "100",
      "11",
      "2",
      "21",
      "9",
      "9223372036854775807",
    ];
    await roundTrip(
      "documents",
      numbers.map((id) => record(id, { text: `text ${id}` })),
    );
    const pages: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await source().listIds(at("documents"), { limit: 2, ...(cursor !== undefined && { cursor }) });
      pages.push(...page.ids);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(pages).toEqual(numbers);
    expect((await source().listIds(at("documents"), { prefix: "1" })).ids).toEqual(["1", "10", "100", "11"]);
    expect((await source().listIds(at("documents"), { prefix: "-" })).ids).toEqual(numbers.slice(0, 3));
  });

  describeApplicationTables(layouts);

  it("lists an ID once that stands in a table and in one that inherits from it, and says so; a key of its own is none to write by", async () => {
    await sql(`CREATE TABLE parent (id text PRIMARY KEY, embedding vector(3), metadata jsonb); CREATE TABLE child () INHERITS (parent);
      INSERT INTO parent VALUES ('a', '[1,0,0]', '{}'), ('b', '[0,1,0]', '{}'); INSERT INTO child VALUES ('b', '[0,0,1]', '{}'), ('c', '[0,0,1]', '{}')`);
    expect((await source().listIds(at("parent"))).ids).toEqual(["a", "b", "c"]);
    expect((await source().count(at("parent"))).value).toBe(3);
    const { records, unreadable } = await source().fetchRecords(at("parent"), ["a", "b", "c"]);
    expect([records.map(({ id }) => id), unreadable.map(({ id }) => id)]).toEqual([["a", "c"], ["b"]]);
    await expect(target().upsert(at("parent"), [record("d", {})])).rejects.toMatchObject({ code: "conflict" });
  });

  it("says what a table lacks, and treats what metadata can't hold as unreadable", async () => {
    await sql(`CREATE TABLE keyless (embedding vector(3)); CREATE TABLE two (id text PRIMARY KEY, a vector(3), b vector(3));
      CREATE TABLE odd (id text PRIMARY KEY, embedding vector(3), metadata jsonb);
      INSERT INTO odd VALUES ('big', '[1,1,1]', '{"n": 12345678901234567890, "t": "1234567890123456789"}'), ('list', '[1,1,1]', '[1]'), ('none', '[1,1,1]', NULL),
        ('text', '[1,1,1]', '{"t": "1234567890123456789"}')`);
    await expect(source().inspect("keyless")).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("has no key of one column"),
    });
    await expect(source().inspect("two")).rejects.toMatchObject({
      message: expect.stringContaining("2 columns of vectors (a, b): name one"),
    });
    await expect(source({ idColumn: "nope", vectorColumn: "a" }).inspect("two")).rejects.toMatchObject({
      message: "Table two has no column nope",
    });
    const { records, unreadable } = await source().fetchHeads(at("odd"), ["big", "list", "none", "text"]);
    expect(records).toEqual([
      { id: "none", metadata: {} },
      { id: "text", metadata: { t: "1234567890123456789" } },
    ]);
    expect(unreadable.map(({ detail }) => detail)).toEqual([
      expect.stringContaining("the number 12345678901234567890, which can't be kept exactly"),
      expect.stringContaining("are not an object"),
    ]);
  });
});
