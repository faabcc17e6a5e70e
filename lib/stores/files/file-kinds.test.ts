import { appendFile, cp, mkdir, mkdtemp, readFile, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import sqlite from "node-sqlite3-wasm";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { isServiceFailure } from "@/lib/failures";
import type { VectorSource } from "../contract";
import { storeKinds } from "../registry";

const fixtures = path.join(import.meta.dirname, "../../formats/fixtures");
let scratch = "";
beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), "portage-file-kinds-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const opened: VectorSource[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((source) => source.close()));
});
function open(kind: string, settings: Record<string, string>): VectorSource {
  const found = storeKinds.get(kind);
  if (!found) throw new Error(`There is no kind ${kind}`);
  const source = found.openSource(settings);
  opened.push(source);
  return source;
}
async function everything(source: VectorSource, index: string, limit = 3) {
  const place = { index, namespace: "" };
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await source.listIds(place, { limit, ...(cursor !== undefined && { cursor }) });
    ids.push(...page.ids);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return { ids, ...(await source.fetchRecords(place, ids)) };
}
async function failureOf(call: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await call;
  } catch (error) {
    if (isServiceFailure(error)) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error("It didn't fail");
}
const base64 = (values: readonly number[]) => Buffer.from(Float32Array.from(values).buffer).toString("base64");
const floatsOf = (text: string) => [...new Float32Array(new Uint8Array(Buffer.from(text, "base64")).buffer)];

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
    const copy = path.join(scratch, name);
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
    await symlink(folder, path.join(scratch, "link"));
    expect(await failureOf(open("chroma-folder", { path: path.join(scratch, "link") }).inspect("notes"))).toMatchObject(
      {
        code: "invalid",
        message: expect.stringContaining("symbolic link"),
      },
    );
    const within = path.join(scratch, "within");
    await mkdir(within);
    await symlink(path.join(folder, "chroma.sqlite3"), path.join(within, "chroma.sqlite3"));
    expect(await failureOf(open("chroma-folder", { path: within }).inspect("notes"))).toMatchObject({
      code: "invalid",
    });
    expect(await failureOf(open("chroma-folder", { path: path.join(scratch, "nowhere") }).inspect("x"))).toMatchObject({
      code: "not-found",
      message: expect.stringContaining("nothing at"),
    });
  });
});

describe("a folder of FAISS", () => {
  const files = path.join(fixtures, "files");
  const expectedFiles = async () =>
    z
      .object({ texts: z.array(z.string()), vectors: z.array(z.string()), langchain: z.array(z.string()) })
      .parse(JSON.parse(await readFile(path.join(files, "expected.json"), "utf8")));

  it.each(["flat-ip", "hnsw", "ids", "ivf"])("%s gives every vector bit for bit, its text beside", async (name) => {
    const { texts, vectors } = await expectedFiles();
    const source = open("faiss-folder", { path: path.join(files, name) });
    const { records, ids } = await everything(source, "store");
    expect(ids).toHaveLength(8);
    const byId = new Map(records.map((record) => [record.id, record]));
    for (const [row, vector] of vectors.entries()) {
      const record = byId.get(String(name === "ids" ? 1000 + row : row));
      expect(base64(record?.values ?? [])).toBe(vector);
      if (name === "flat-ip" || name === "ivf")
        expect(record?.metadata).toEqual({ page: row, tags: ["a", "b"], nested: { none: null }, text: texts[row] });
    }
    expect(await source.inspect("store")).toMatchObject({
      dimension: 8,
      metric: name === "flat-ip" ? "dotproduct" : "euclidean",
    });
  });

  it("of LangChain gives texts, metadata and IDs", async () => {
    const { texts, langchain } = await expectedFiles();
    const { records } = await everything(open("faiss-folder", { path: path.join(files, "langchain") }), "index");
    expect(records.map(({ id, metadata, values }) => ({ id, metadata, vector: base64(values) }))).toEqual(
      texts.map((text, row) => ({ id: `page-${row}`, metadata: { page: row, text }, vector: langchain[row] })),
    );
  });

  it("of LlamaIndex gives texts and metadata, whatever their keys", async () => {
    const folder = path.join(scratch, "llama");
    await mkdir(folder);
    const node = '{"__data__": {"text": "one", "metadata": {"page": 1, "__proto__": "x"}}}';
    await writeFile(path.join(folder, "default__vector_store.json"), '{"embedding_dict": {"n1": [1, 0.5]}}');
    await writeFile(path.join(folder, "docstore.json"), `{"docstore/data": {"n1": ${node}}}`);
    const { records } = await everything(open("faiss-folder", { path: folder }), "default");
    expect(records).toMatchObject([{ id: "n1", values: [1, 0.5] }]);
    expect(Object.entries(records[0]?.metadata ?? {}).sort()).toEqual([
      ["__proto__", "x"],
      ["page", 1],
      ["text", "one"],
    ]);
  });

  it("is refused with what stands against it: lossy, cut off, running code, other lengths", async () => {
    expect(await failureOf(open("faiss-folder", { path: path.join(files, "lossy") }).inspect("store"))).toMatchObject({
      code: "invalid",
      message: expect.stringContaining("only approximately"),
    });
    const copy = path.join(scratch, "refused");
    await cp(path.join(files, "flat-ip"), copy, { recursive: true });
    const inspected = () => failureOf(open("faiss-folder", { path: copy }).inspect("store"));
    await cp(path.join(files, "pickles/runs-system.pkl"), path.join(copy, "metadata.pkl"));
    expect((await inspected()).message).toMatch(/metadata\.pkl: .*system.*Nothing of it was executed/);
    await cp(path.join(files, "flat-ip/metadata.pkl"), path.join(copy, "metadata.pkl"));
    await writeFile(path.join(copy, "text.pkl"), "\x80\x04]\x94(\x8c\x01a\x94\x8c\x01b\x94e.", "latin1");
    expect((await inspected()).message).toMatch(/2 texts and 8 rows of metadata/);
    await writeFile(path.join(copy, "store.index"), (await readFile(path.join(copy, "store.index"))).subarray(0, 100));
    expect((await inspected()).message).toMatch(/cut off|too short/);
  });

  it("refuses pickles that would run code, by name", async () => {
    for (const name of ["runs-eval", "runs-import", "runs-system"]) {
      const source = open("faiss-folder", { path: path.join(files, `pickles/${name}.pkl`) });
      expect((await failureOf(source.inspect(name))).message).toMatch(/asks for .* Nothing of it was executed/);
    }
  });

  it("is taken again where a file changes, and is another one where the folder was replaced", async () => {
    const copy = path.join(scratch, "replaced");
    await cp(path.join(files, "flat-ip"), copy, { recursive: true });
    const source = open("faiss-folder", { path: copy });
    const before = await source.inspect("store");
    const place = { index: "store", namespace: "" };
    expect((await source.fetchRecords(place, ["3"])).records).toHaveLength(1);
    const other = await readFile(path.join(files, "hnsw/store.index"));
    await writeFile(path.join(copy, "store.index"), other);
    // Not the old index's positions in the new file.
    expect(base64((await source.fetchRecords(place, ["3"])).records[0]?.values ?? [])).toBe(
      (await expectedFiles()).vectors[3],
    );
    expect((await source.inspect("store"))?.account).toBe(before?.account);
    await rename(copy, `${copy}-aside`);
    await cp(`${copy}-aside`, copy, { recursive: true });
    expect((await source.inspect("store"))?.account).not.toBe(before?.account);
  });
});

describe("a table in a file", () => {
  const write = async (name: string, text: string) => {
    const file = path.join(scratch, name);
    await writeFile(file, text);
    return file;
  };
  const row = (id: string, emb: readonly number[], more: object = {}) =>
    `${JSON.stringify({ key: id, emb, body: `text of ${id}`, page: 1, ...more })}\n`;
  const columns = { idColumn: "key", textColumn: "body", vectorColumn: "emb" };

  it("is read by the chosen columns, in byte order, whatever its own", async () => {
    const file = await write("rows.jsonl", row("b", [1, 2]) + row("é", [3, 4], { tags: ["x"] }) + row("a", [5, 0.1]));
    const { records } = await everything(open("table-file", { path: file, ...columns }), "rows");
    expect(records).toEqual([
      { id: "a", values: [5, Math.fround(0.1)], metadata: { page: 1, text: "text of a" } },
      { id: "b", values: [1, 2], metadata: { page: 1, text: "text of b" } },
      { id: "é", values: [3, 4], metadata: { page: 1, tags: ["x"], text: "text of é" } },
    ]);
  });

  it("gives none of several rows of one ID, and none of another dimension, and says why", async () => {
    const rows = [
      row("a", [1, 2]),
      row("twice", [1, 1]),
      row("twice", [2, 2]),
      row("odd", [1, 2, 3]),
      row("b", [0, 1]),
    ];
    const source = open("table-file", { path: await write("odd.jsonl", rows.join("")), ...columns });
    const { records, unreadable } = await everything(source, "odd");
    expect(records.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(unreadable).toEqual([
      { id: "odd", detail: "Its vector has 3 numbers, where those of the collection have 2." },
      { id: "twice", detail: "2 records of the file have this ID." },
    ]);
    expect(await source.inspect("odd")).toMatchObject({ dimension: 2, metric: "cosine", vectors: { value: 4 } });
  });

  it("reads CSV, and says which columns there are when a chosen one is missing", async () => {
    const file = await write("rows.csv", 'id,text,embedding,page\na,"one, two","[1, 2]",3\n');
    const { records } = await everything(open("table-file", { path: file, metric: "dotproduct" }), "rows");
    expect(records).toEqual([{ id: "a", values: [1, 2], metadata: { page: "3", text: "one, two" } }]);
    const wrong = open("table-file", { path: file, textColumn: "body" });
    expect((await failureOf(wrong.inspect("rows"))).message).toMatch(
      /no column body\. It has: id, text, embedding, page/,
    );
  });

  it("that is appended to is read again, never half of one and half of the other", async () => {
    const file = await write("grows.jsonl", row("a", [1, 2]));
    const source = open("table-file", { path: file, ...columns });
    expect((await everything(source, "grows")).ids).toEqual(["a"]);
    await appendFile(file, row("b", [3, 4]));
    expect((await everything(source, "grows")).ids).toEqual(["a", "b"]);
    await appendFile(file, "{");
    expect(await failureOf(source.inspect("grows"))).toMatchObject({
      code: "invalid",
      message: expect.stringContaining("Line 3 is no JSON"),
    });
  });
});
