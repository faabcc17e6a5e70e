import { cp, mkdir, readFile, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import sqlite from "node-sqlite3-wasm";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { everything, failureOf, fileKinds, fixtures, floatsOf } from "../files/file-kinds.suite";

const { scratch, open } = fileKinds();

type Wanted = Record<string, Record<string, { text?: string | null; vector: string }>>;
/** Not by `z.record`, which leaves out a key `__proto__`. */
const expectedSchema = z.object({ collections: z.custom<Wanted>() });

describe.each(["chroma-0.4", "chroma-1.5"])("a folder of %s", (version) => {
  const folder = path.join(fixtures, version, "db");

  it("is listed in byte order and read whole, with documents under the key for texts", async () => {
    const expected = expectedSchema.parse(
      JSON.parse(await readFile(path.join(fixtures, version, "expected.json"), "utf8")),
    );
    const source = open("chroma-folder", { path: folder, largeIntegers: "text" });
    const names: string[] = [];
    for await (const { name } of source.collections()) names.push(name);
    expect(names.sort()).toEqual(Object.keys(expected.collections).sort());
    for (const name of names) {
      const wanted = expected.collections[name] ?? {};
      const { ids, records, missing, unreadable } = await everything(source, name);
      expect(ids).toEqual(Object.keys(wanted).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
      expect(await source.inspect(name)).toMatchObject({ vectors: { value: ids.length, exact: true } });
      expect(await source.count({ index: name, namespace: "" })).toEqual({ value: ids.length, exact: true });
      expect(missing).toEqual([]);
      expect(unreadable).toEqual([]);
      for (const { id, metadata, values } of records) {
        expect(metadata.text).toBe(wanted[id]?.text ?? undefined);
        // Chroma gives a cosine vector back as x/|x|·|x|; what was inserted may stand beside, in its queue.
        for (const [at, value] of floatsOf(wanted[id]?.vector ?? "").entries())
          expect(Math.abs((values[at] ?? Number.NaN) - value)).toBeLessThanOrEqual(2.4e-7);
      }
    }
  });
});

describe("a folder of Chroma", () => {
  const folder = path.join(fixtures, "chroma-1.5/db");
  const notes = { index: "notes", namespace: "" };
  const copyOf = async (name: string) => {
    const copy = path.join(scratch.path, name);
    await cp(folder, copy, { recursive: true });
    return copy;
  };
  /** As Chroma's own program would write. */
  const change = (copy: string, sql: string) => {
    const database = new sqlite.Database(path.join(copy, "chroma.sqlite3"));
    database.exec(`PRAGMA foreign_keys = OFF; ${sql}`);
    database.close();
  };

  it("has one namespace, lists by prefix, and tells what isn't there", async () => {
    const source = open("chroma-folder", { path: folder });
    expect(await source.listIds(notes, { prefix: "od" })).toEqual({ ids: ["odd"], next: null });
    expect(await source.listIds({ index: "notes", namespace: "other" })).toEqual({ ids: [], next: null });
    expect(await source.count({ index: "notes", namespace: "other" })).toEqual({ value: 0, exact: true });
    expect(await source.fetchHeads(notes, ["nope", "a b", "a b"])).toMatchObject({
      records: [{ id: "a b" }],
      missing: ["nope"],
    });
    const pages = [];
    for await (const page of source.namespaces("notes")) pages.push(page);
    expect(pages).toEqual([{ namespaces: [{ name: "", count: { value: 4, exact: true } }], next: null }]);
    expect(await source.inspect("nope")).toBeNull();
    expect(await failureOf(source.listIds({ index: "nope", namespace: "" }))).toMatchObject({
      code: "not-found",
      message: expect.stringMatching(/no collection nope\. There is: .*notes/),
    });
    expect(await failureOf(source.count(notes, { signal: AbortSignal.abort() }))).toMatchObject({ code: "aborted" });
  });

  it("says which tenants and databases it has when another is asked for", async () => {
    const source = open("chroma-folder", { path: folder, database: "elsewhere" });
    expect(await failureOf(source.inspect("notes"))).toMatchObject({
      code: "invalid",
      message: expect.stringContaining("It has some of default_tenant/default_database"),
    });
  });

  it("gives the head of a text whose vector is lost, so that it can be embedded, and no record", async () => {
    const copy = await copyOf("lost");
    change(copy, "DELETE FROM embeddings_queue");
    const source = open("chroma-folder", { path: copy });
    const { records, unreadable } = await source.fetchRecords(notes, ["a b"]);
    expect(records).toEqual([]);
    expect(unreadable).toEqual([{ id: "a b", detail: expect.stringContaining("Text without vector") }]);
    expect((await source.fetchHeads(notes, ["a b"])).records[0]?.metadata.text).toEqual(expect.any(String));
    expect(await source.count(notes)).toMatchObject({
      note: expect.stringContaining("4 of them have lost their vector"),
    });
  });

  it("gives no vector of another dimension, nor one that isn't of numbers, and says so of each", async () => {
    const copy = await copyOf("dimensions");
    change(copy, "UPDATE embeddings_queue SET vector = substr(vector, 1, 8) WHERE id = 'a b'");
    change(copy, "UPDATE embeddings_queue SET vector = x'0000c07f0000803f0000803f0000803f' WHERE id = '__proto__'");
    const { records, unreadable } = await open("chroma-folder", { path: copy }).fetchRecords(notes, [
      "a b",
      "__proto__",
      "東京",
    ]);
    expect(records.map(({ id }) => id)).toEqual(["東京"]);
    expect(unreadable).toEqual([
      { id: "a b", detail: "Its vector has 2 numbers, where those of the collection have 4." },
      { id: "__proto__", detail: "Its vector holds something that isn't a finite number." },
    ]);
  });

  it("leaves out a record that has metadata of its own under the key for texts, and says so", async () => {
    const copy = await copyOf("collision");
    change(
      copy,
      `INSERT INTO embedding_metadata (id, key, string_value)
      SELECT id, 'text', 'of its own' FROM embeddings WHERE embedding_id = 'a b'`,
    );
    const source = open("chroma-folder", { path: copy });
    expect(await source.fetchHeads(notes, ["a b"])).toMatchObject({
      records: [],
      unreadable: [{ id: "a b", detail: expect.stringContaining('under the key "text": choose another key') }],
    });
    const other = open("chroma-folder", { path: copy, textKey: "chroma:document" });
    const [head] = (await other.fetchHeads(notes, ["a b"])).records;
    expect(head?.metadata).toMatchObject({ text: "of its own", "chroma:document": expect.any(String) });
  });

  it("stays as it was for what was listed, and is looked at again by the next listing", async () => {
    const copy = await copyOf("moving");
    const source = open("chroma-folder", { path: copy });
    const first = await source.listIds(notes, { limit: 2 });
    change(copy, "DELETE FROM embeddings WHERE embedding_id IN ('a b', 'odd')");
    expect((await source.fetchHeads(notes, first.ids)).missing).toEqual([]);
    expect((await source.listIds(notes, { cursor: first.next ?? "" })).ids).toEqual(["odd", "東京"]);
    expect((await source.listIds(notes)).ids).toEqual(["__proto__", "東京"]);
    expect((await source.fetchHeads(notes, first.ids)).missing).toEqual(["a b"]);
  });

  it("never gives vectors of files that changed since its database was copied", async () => {
    const copy = await copyOf("synced");
    const source = open("chroma-folder", { path: copy });
    const place = { index: "contracts", namespace: "" };
    const [id = ""] = (await source.listIds(place)).ids;
    const database = new sqlite.Database(path.join(copy, "chroma.sqlite3"));
    const segment = z
      .object({ id: z.string() })
      .parse(
        database.get(
          "SELECT s.id FROM segments s JOIN collections c ON c.id = s.collection WHERE c.name = 'contracts' AND s.scope = 'VECTOR'",
        ),
      ).id;
    database.exec("UPDATE embedding_metadata SET string_value = 'written later' WHERE key = 'chroma:document'");
    database.close();
    expect((await source.fetchRecords(place, [id])).records[0]?.metadata.text).not.toBe("written later");
    // As after a sync: the vectors are others, and so are the texts that belong to them.
    await utimes(path.join(copy, segment, "data_level0.bin"), 1, 1);
    expect((await source.fetchRecords(place, [id])).records[0]?.metadata.text).toBe("written later");
    await rm(path.join(copy, "chroma.sqlite3"));
    expect((await source.fetchRecords(place, [id])).records).toHaveLength(1);
    expect(await failureOf(source.listIds(place))).toMatchObject({ code: "not-found" });
  });

  it("that is being written to for long is said to be, as what may be better in a moment", async () => {
    const copy = await copyOf("busy");
    await writeFile(path.join(copy, "chroma.sqlite3-journal"), "half a transaction");
    const failure = failureOf(open("chroma-folder", { path: copy }).inspect("notes"));
    expect(await failure).toMatchObject({ code: "unavailable", message: expect.stringContaining("being written to") });
    const waiting = open("chroma-folder", { path: copy }).inspect("notes");
    await rm(path.join(copy, "chroma.sqlite3-journal"));
    expect(await waiting).toMatchObject({ name: "notes" });
  });

  it("is known by its collection; a link to one is refused, also within", async () => {
    const copy = await copyOf("known");
    const before = await open("chroma-folder", { path: copy }).inspect("notes");
    await rename(copy, `${copy}-aside`);
    await cp(`${copy}-aside`, copy, { recursive: true });
    expect((await open("chroma-folder", { path: copy }).inspect("notes"))?.account).toBe(before?.account);
    change(copy, "UPDATE collections SET id = 'another' WHERE name = 'notes'");
    expect((await open("chroma-folder", { path: copy }).inspect("notes"))?.account).not.toBe(before?.account);
    await symlink(folder, path.join(scratch.path, "link"));
    expect(
      await failureOf(open("chroma-folder", { path: path.join(scratch.path, "link") }).inspect("notes")),
    ).toMatchObject({
      code: "invalid",
      message: expect.stringContaining("symbolic link"),
    });
    const within = path.join(scratch.path, "within");
    await mkdir(within);
    await symlink(path.join(folder, "chroma.sqlite3"), path.join(within, "chroma.sqlite3"));
    expect(await failureOf(open("chroma-folder", { path: within }).inspect("notes"))).toMatchObject({
      code: "invalid",
    });
    expect(
      await failureOf(open("chroma-folder", { path: path.join(scratch.path, "nowhere") }).inspect("x")),
    ).toMatchObject({
      code: "not-found",
      message: expect.stringContaining("nothing at"),
    });
  });
});
