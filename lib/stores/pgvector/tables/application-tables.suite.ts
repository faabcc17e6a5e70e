import { expect, it } from "vitest";
import type { VectorRecord } from "../../contract";
import { at, type Layouts, record } from "./layouts.suite";

/** Tables that an application made for itself, with columns as it pleased. */
export function describeApplicationTables({ sql, source, target, roundTrip }: Layouts): void {
  it("an application's table: columns given, rows without a vector counted, only their vectors written", async () => {
    await sql(`CREATE TABLE articles (uri text PRIMARY KEY, title text, summary text, topic text, published date, embedding vector(3), model text);
      INSERT INTO articles VALUES ('a', 'A', 'about a', 'ai', '2026-01-02', NULL), ('b', 'B', NULL, 'law', NULL, '[1,1,1]')`);
    const given = { textColumns: "title, summary", namespaceColumn: "topic" };
    expect((await source(given).fetchHeads(at("articles", "ai"), ["a"])).records).toEqual([
      { id: "a", metadata: { title: "A", summary: "about a" } },
    ]);
    expect(await source(given).fetchRecords(at("articles", "ai"), ["a"])).toMatchObject({
      unreadable: [{ id: "a", detail: expect.stringContaining("has no vector") }],
    });
    expect((await source().fetchHeads(at("articles"), ["a"])).records[0]?.metadata).toMatchObject({
      topic: "ai",
      published: "2026-01-02",
    });
    const update = { writes: "update", metadataColumns: "model" };
    expect(await target(update).count(at("articles"))).toEqual({ value: 1, exact: true, note: "1 row has no vector" });
    expect((await target(update).listIds(at("articles"))).ids).toEqual(["b"]);
    expect((await target(update).fetchHeads(at("articles"), ["a"])).missing).toEqual(["a"]);
    const written = await target(update).upsert(at("articles"), [
      record("a", { text: "not the app's", model: "m1" }),
      record("gone", {}),
    ]);
    expect(written.accepted).toEqual(["a"]);
    expect(written.rejected).toEqual([{ id: "gone", detail: "The table articles has no row with this ID" }]);
    expect(await sql("SELECT title, summary, model, embedding IS NULL AS bare FROM articles WHERE uri = 'a'")).toEqual([
      { title: "A", summary: "about a", model: "m1", bare: false },
    ]);
    expect(await sql("SELECT count(*)::int AS rows FROM articles")).toEqual([{ rows: 2 }]);
  });

  it("an application's table whose key is the ID alone: one that stands in another namespace isn't taken over, and the others are written", async () => {
    await sql(
      `CREATE TABLE keyed (id text PRIMARY KEY, tenant uuid NOT NULL, stars int, embedding vector(3), metadata jsonb)`,
    );
    const given = { namespaceColumn: "tenant", metadataColumn: "metadata", metadataColumns: "stars" };
    const [one, other] = ["0b9d1f6e-7c7f-4b57-9d2e-0f8a3c5b1e2d", "0b9d1f6e-7c7f-4b57-9d2e-0f8a3c5b1e2e"];
    await roundTrip("keyed", [record("k1", { stars: 3, live: true }), record("k2", { text: "é" })], given, one);
    const { accepted, rejected } = await target(given).upsert(at("keyed", other), [record("k1", {}), record("k3", {})]);
    expect([accepted, rejected]).toEqual([
      ["k3"],
      [{ id: "k1", detail: expect.stringContaining("in another namespace already, and its key is the ID alone") }],
    ]);
    expect(await target(given).refusedNamespace?.("keyed", [one, "acme"])).toMatchObject({
      words: `Namespace "acme" can't be written: the table keyed can't hold it as a namespace`,
    });
  });

  it("an application's table: whole records, with columns of every kind and the namespace under a metadata key", async () => {
    await sql(`CREATE TABLE notes (id text PRIMARY KEY, body text NOT NULL, stars int, rate float8, live boolean, tags text[],
      about jsonb NOT NULL, embedding halfvec(3), made timestamptz NOT NULL DEFAULT now())`);
    const given = { textColumns: "body", metadataColumns: "stars, rate, live, tags", namespaceKey: "tenant" };
    const note: VectorRecord = {
      ...{ id: "n", values: [0.5, -2, 65_504] },
      metadata: { body: 'b "q" \\ é', stars: 3, rate: 0.1, live: false, tags: ["x", 'y"z'], other: "kept" },
    };
    await roundTrip("notes", [note], given, "t1");
    expect(await sql("SELECT about FROM notes")).toEqual([{ about: { other: "kept", tenant: "t1" } }]);
    const names = [];
    for await (const page of source(given).namespaces("notes")) names.push(...page.namespaces);
    expect(names).toEqual([{ name: "t1", count: { value: 1, exact: true } }]);
    expect(await source(given).sqlPlace?.("notes")).toMatchObject({ namespace: null, namespaceKey: "tenant" });
    expect((await target(given).upsert(at("notes", "t2"), [note])).rejected).toHaveLength(1);
    await expect(
      target(given).upsert(at("notes", "t1"), [{ ...note, metadata: { body: "b", stars: 1.5 } }]),
    ).rejects.toMatchObject({
      message: `"n" has metadata "stars" that the column stars of the type integer can't hold`,
    });
    await expect(target(given).upsert(at("notes", "t1"), [{ ...note, values: [1, 2, 70_000] }])).rejects.toMatchObject({
      code: "invalid",
    });
  });
}
