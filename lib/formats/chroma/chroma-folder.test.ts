import { chmod, cp, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import sqlite from "node-sqlite3-wasm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Json } from "../contract";
import { FormatError } from "../format-error";
import { ChromaFolder } from "./chroma-folder";
import { findChroma } from "./find-chroma";

const fixtures = path.join(import.meta.dirname, "../fixtures");
let scratch = "";
beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), "portage-chroma-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** As the script that made the fixtures tags numbers. */
function tagged(value: Json): unknown {
  if (typeof value === "bigint") return { integer: String(value) };
  if (typeof value === "number") return { number: value };
  if (Array.isArray(value)) return value.map(tagged);
  return value instanceof Map ? Object.fromEntries(value) : value;
}
function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal);
  if (value === null || typeof value !== "object") return value;
  if ("float" in value) return { number: Number(value.float) };
  if ("integer" in value)
    return Number.isSafeInteger(Number(value.integer)) ? { number: Number(value.integer) } : value;
  return value;
}

async function readAll(folder: string) {
  const store = await findChroma(folder, ".");
  try {
    const collections = new Map<
      string,
      Map<string, { text: string | null; metadata: [string, unknown][]; vector: Float32Array | null }>
    >();
    for (const collection of store.collections) {
      const records = new Map();
      for await (const { id, text, metadata, values } of collection.records())
        records.set(id, {
          text,
          metadata: [...metadata].map(([key, value]) => [key, tagged(value)]).sort(),
          vector: values,
        });
      collections.set(collection.name, records);
    }
    return { collections, store };
  } finally {
    await store.close();
  }
}

describe.each(["chroma-0.4", "chroma-1.5"])("%s", (version) => {
  const folder = path.join(fixtures, version, "db");

  it("is read as Chroma itself reads it", async () => {
    const expected = JSON.parse(await readFile(path.join(fixtures, version, "expected.json"), "utf8"));
    const { collections } = await readAll(folder);
    expect([...collections.keys()].sort()).toEqual(Object.keys(expected.collections).sort());
    for (const [name, records] of collections) {
      const wanted: Record<string, { text: string | null; metadata: object; vector: string }> =
        expected.collections[name];
      expect([...records.keys()].sort()).toEqual(Object.keys(wanted).sort());
      for (const [id, record] of records) {
        const want = wanted[id];
        const metadata = Object.entries(want?.metadata ?? {})
          .map(([key, value]) => [key, normal(value)])
          .sort();
        expect([record.text, record.metadata]).toEqual([want?.text ?? null, metadata]);
        const vector = new Float32Array(new Uint8Array(Buffer.from(want?.vector ?? "", "base64")).buffer);
        // Chroma gives a cosine vector back as x/|x|·|x|; what was inserted may stand beside, in its queue.
        for (const [index, value] of vector.entries())
          expect(Math.abs((record.vector?.[index] ?? Number.NaN) - value)).toBeLessThanOrEqual(2.4e-7);
      }
    }
  });

  it("is left as it was, also where it may not be written to", async () => {
    const copy = path.join(scratch, version);
    await cp(folder, copy, { recursive: true });
    const before = await marks(copy);
    await chmod(copy, 0o500);
    await readAll(copy);
    await chmod(copy, 0o700);
    expect(await marks(copy)).toEqual(before);
  });

  it("takes the metric from metadata first", async () => {
    const chroma = await ChromaFolder.open(folder);
    const metrics = new Map<string, string>();
    for (const row of chroma.collections()) {
      const collection = await chroma.open(row);
      metrics.set(row.name, collection.metric);
      await collection.close();
    }
    await chroma.close();
    expect(metrics.get("contracts")).toBe("cosine");
    expect(metrics.get("notes")).toBe("euclidean");
  });

  it("gives pages in the byte order of IDs", async () => {
    const chroma = await ChromaFolder.open(folder);
    const row = chroma.collections().find(({ name }) => name === "notes");
    if (!row) throw new Error("no collection");
    const collection = await chroma.open(row);
    const ids: string[] = [];
    let after: string | null = null;
    do {
      const page: { id: string }[] = await collection.page({ after, limit: 2, values: false });
      ids.push(...page.map(({ id }) => id));
      after = page.at(-1)?.id ?? null;
    } while (after !== null);
    expect(ids).toEqual(["__proto__", "a b", "odd", "東京"]);
    await collection.close();
    await chroma.close();
  });
});

async function marks(folder: string) {
  const files = await readdir(folder, { recursive: true });
  return Promise.all(files.sort().map(async (name) => [name, (await stat(path.join(folder, name))).mtimeMs]));
}

describe("a folder with a write-ahead log", () => {
  it("is read with what stands in the log alone", async () => {
    const copy = path.join(scratch, "logged");
    await cp(path.join(fixtures, "chroma-1.5/db"), copy, { recursive: true });
    const made = new sqlite.Database(path.join(copy, "chroma.sqlite3"));
    made.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL");
    made.exec("UPDATE embedding_metadata SET string_value = 'from the log' WHERE key = 'chroma:document'");
    const logged = path.join(scratch, "logged-on");
    await cp(copy, logged, { recursive: true });
    made.close();
    expect((await stat(path.join(logged, "chroma.sqlite3-wal"))).size).toBeGreaterThan(0);
    const { collections } = await readAll(logged);
    const texts = [...(collections.get("contracts")?.values() ?? [])].map(({ text }) => text);
    expect(new Set(texts)).toEqual(new Set(["from the log"]));
  });
});

describe("a damaged folder", () => {
  async function copyOf(name: string) {
    const copy = path.join(scratch, name);
    await cp(path.join(fixtures, "chroma-1.5/db"), copy, { recursive: true });
    const files = await readdir(copy, { recursive: true });
    const pickle = files.find((file) => file.endsWith("index_metadata.pickle"));
    return { copy, segment: path.join(copy, path.dirname(pickle ?? "")) };
  }

  it("tells texts whose vectors are lost, and keeps the texts", async () => {
    const { copy, segment } = await copyOf("lost");
    await rm(segment, { recursive: true });
    const { collections, store } = await readAll(copy);
    const contracts = collections.get("contracts");
    const lost = [...(contracts?.values() ?? [])].filter((record) => record.vector === null);
    expect(lost.length).toBeGreaterThan(0);
    expect(lost.every((record) => record.text !== null)).toBe(true);
    expect(store.collections.find(({ name }) => name === "contracts")?.faults).toEqual([
      expect.stringContaining(`${lost.length} records have a text and no vector`),
    ]);
  });

  it("is refused in words where its vectors are cut off", async () => {
    const { copy, segment } = await copyOf("cut");
    await truncate(path.join(segment, "data_level0.bin"), 200);
    await expect(findChroma(copy, ".")).rejects.toBeInstanceOf(FormatError);
  });

  it("is refused in words where the database is none, or cut off", async () => {
    const { copy } = await copyOf("foreign");
    await writeFile(path.join(copy, "chroma.sqlite3"), "not a database");
    await expect(findChroma(copy, ".")).rejects.toMatchObject({ fault: "foreign" });
    const cut = (await copyOf("short")).copy;
    await truncate(path.join(cut, "chroma.sqlite3"), 5000);
    await expect(findChroma(cut, ".")).rejects.toBeInstanceOf(FormatError);
  });

  it("is refused where a program was stopped in the midst of a write", async () => {
    const { copy } = await copyOf("journal");
    await writeFile(path.join(copy, "chroma.sqlite3-journal"), "half a transaction");
    await expect(findChroma(copy, ".")).rejects.toMatchObject({ fault: "refused" });
  });
});
