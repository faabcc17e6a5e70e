import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ServiceFailure } from "@/lib/failures";
import type { HalvesPage, Metadata, VectorRecord, VectorTarget } from "../contract";
import { createMemoryStore } from "../memory";
import { hasPgvector, openTestSchema, type TestSchema } from "../pgvector/testing";
import { overflowIn, withOverflow } from "./index";

const at = { index: "docs", namespace: "n" };
const shape = { name: "docs", dimension: 3, metric: "cosine" } as const;
const whole: Metadata = {
  source_type: "website",
  chunk_index: 3,
  has_context: false,
  original_text: "日本 ".repeat(20_000),
  url: 7,
  deep: { list: [1, null, { a: "b" }] },
  indexed_at: "2026-01-02T03:04:05Z",
  clearance_level: 2,
};
const record = (id: string, metadata: Metadata = whole): VectorRecord => ({
  id,
  values: [1, 2, 3],
  metadata: { ...metadata },
});

describe.runIf(hasPgvector())("a target made of vectors and a table of whole metadata", () => {
  let schema: TestSchema;
  const opened: VectorTarget[] = [];
  /** A store whose records are of keys with plain values, and that may fail at the border between the halves. */
  const open = (name: string, keep: readonly string[] | "fits" = ["source_type", "deep"], status = false) => {
    const border = { killed: false };
    const inner = createMemoryStore({
      indexes: { docs: { dimension: 3 } },
      before: ({ operation }) => {
        if (operation === "upsert" && border.killed)
          throw new ServiceFailure({ code: "connection", service: "test", operation, message: "killed" });
      },
    });
    const table = overflowIn({ address: schema.url, schema: schema.name }, { table: name, keep, status });
    const target = withOverflow(inner, { ...table, owned: ["clearance_level"] });
    opened.push(target);
    return { inner, target, border };
  };
  const lost = async (target: VectorTarget) => {
    const all: string[][] = [];
    for (let cursor: string | undefined; ; ) {
      const page: HalvesPage | undefined = await target.halves?.(at, cursor === undefined ? {} : { cursor });
      all.push(...(page?.lost ?? []).map(({ id, lacks, detail }) => [id, lacks, detail]));
      cursor = page?.next ?? undefined;
      if (cursor === undefined) break;
    }
    return all.sort();
  };
  beforeAll(async () => {
    schema = await openTestSchema();
  });
  afterAll(async () => {
    await Promise.all(opened.map((each) => each.close()));
    await schema.drop();
  });

  it("is made by the statement that is shown, and by no other", async () => {
    const { target } = open("made");
    expect(await target.inspect("docs")).toBeNull();
    const { steps } = (await target.steps?.({ ...shape, records: 1 })) ?? { steps: [] };
    expect(steps.map(({ statement }) => statement.split("\n")[0])).toEqual([
      `CREATE TABLE IF NOT EXISTS "${schema.name}"."made" (`,
    ]);
    await expect(target.ensureIndex({ ...shape, steps: [] })).rejects.toMatchObject({ code: "conflict" });
    expect(await target.ensureIndex({ ...shape, steps })).toBe("created");
    expect(await target.inspect("docs")).toMatchObject({ dimension: 3 });
    expect((await target.steps?.({ ...shape, records: 1 }))?.steps).toEqual([]);
  });

  it("keeps the chosen keys at the vector, fills the columns, and gives the whole back as it was", async () => {
    const { inner, target } = open("kept");
    await target.ensureIndex(shape);
    expect((await target.upsert(at, [record("a"), record("b", { plain: "x" })])).accepted).toEqual(["a", "b"]);
    expect((await target.fetchHeads(at, ["a", "b"])).records.map(({ metadata }) => metadata)).toEqual([
      whole,
      { plain: "x" },
    ]);
    expect((await target.fetchRecords(at, ["a"])).records).toEqual([record("a")]);
    expect((await inner.fetchHeads(at, ["a"])).records[0]?.metadata).toEqual({
      source_type: "website",
      clearance_level: 2,
    });
    const [row] = await schema.sql("SELECT * FROM kept WHERE vector_id = 'a'");
    expect(row).toMatchObject({ index_name: "docs", namespace: "n", chunk_index: 3, has_context: false, url: null });
    expect(row).toMatchObject({ indexed_at: new Date("2026-01-02T03:04:05Z"), metadata: { url: 7, deep: whole.deep } });
  });

  it("keeps what fits, smallest first and what the target owns before all, when no keys are named", async () => {
    const { inner, target } = open("fits", "fits");
    await target.ensureIndex(shape);
    await target.upsert(at, [record("a")]);
    const { original_text: _, deep: __, ...fits } = whole;
    expect((await inner.fetchHeads(at, ["a"])).records[0]?.metadata).toEqual(fits);
    expect((await target.fetchHeads(at, ["a"])).records[0]?.metadata).toEqual(whole);
  });

  it("is whole again after a stop between the halves, and says meanwhile which half is missing", async () => {
    const { target, border } = open("halves");
    await target.ensureIndex(shape);
    for (const id of ["a", "b", "c"]) {
      border.killed = true;
      await expect(target.upsert(at, [record(id)])).rejects.toMatchObject({ code: "connection" });
      expect(await schema.sql("SELECT FROM halves WHERE vector_id = $1", [id])).toHaveLength(1);
      expect((await target.listIds(at)).ids).not.toContain(id);
      expect((await target.count(at)).note).toContain("rows in halves: ");
      expect(await lost(target)).toEqual([[id, "vector", "Its row stands in halves without a vector."]]);
      border.killed = false;
      await target.upsert(at, [record(id)]);
      expect((await target.count(at)).note).toBeUndefined();
    }
    await schema.sql("DELETE FROM halves WHERE vector_id = 'b'");
    expect((await target.listIds(at)).ids).toEqual(["a", "c"]);
    expect(await target.count(at)).toMatchObject({
      value: 2,
      note: "vectors: 3, rows in halves: 2; a verification lists what lacks a half",
    });
    // As many lack one half as the other: no count of either side tells.
    await schema.sql(`INSERT INTO halves (vector_id, index_name, namespace) VALUES ('é', 'docs', 'n')`);
    expect((await target.count(at)).note).toBeUndefined();
    expect(await lost(target)).toEqual([
      ["b", "row", "Its vector has no row in halves."],
      ["é", "vector", "Its row stands in halves without a vector."],
    ]);
    await schema.sql(`DELETE FROM halves WHERE vector_id = 'é'`);
    expect((await target.fetchHeads(at, ["a", "b"])).missing).toEqual(["b"]);
    await target.upsert(at, [record("b")]);
    expect((await target.listIds(at)).ids).toEqual(["a", "b", "c"]);
    expect(await schema.sql("SELECT FROM halves")).toHaveLength(3);
  });

  it("takes an empty page of vectors for what it is, and tells each row once where thousands lie between two vectors", async () => {
    const { inner, target } = open("sparse");
    await target.ensureIndex(shape);
    await target.upsert(
      at,
      ["a", "z"].map((id) => record(id)),
    );
    const { listIds } = inner;
    inner.listIds = async (place, options) =>
      options?.cursor === undefined
        ? { ids: [], next: "first" }
        : listIds(place, { ...options, cursor: options.cursor === "first" ? undefined : options.cursor, limit: 2 });
    expect(await lost(target)).toEqual([]);
    await schema.sql(
      `INSERT INTO sparse (vector_id, index_name, namespace) SELECT 'm' || i, 'docs', 'n' FROM generate_series(1, 5001) AS i`,
    );
    await schema.sql(`DELETE FROM sparse WHERE vector_id = 'z'`);
    const found = await lost(target);
    expect([found.length, new Set(found.map(([id]) => id)).size]).toEqual([5002, 5002]);
    expect(found.filter(([, lacks]) => lacks === "row").map(([id]) => id)).toEqual(["z"]);
  });

  it("shows a kept key that was edited in one half alone, or that either lost, and no key that the target owns", async () => {
    const { inner, target } = open("edited", ["source_type", "url"]);
    await target.ensureIndex(shape);
    const given = { source_type: "file", url: "u", clearance_level: 2, more: "m" };
    await target.upsert(
      at,
      ["a", "b", "c", "d", "e", "f"].map((id) => record(id, given)),
    );
    await schema.sql(`UPDATE edited SET url = NULL WHERE vector_id = 'e'`);
    await schema.sql(`UPDATE edited SET url = 'edited' WHERE vector_id = 'a'`);
    await inner.upsert(at, [
      record("b", { source_type: "edited", url: "u", clearance_level: 2 }),
      record("c", { source_type: "file", clearance_level: 2 }),
      record("d", { source_type: "file", url: "u", clearance_level: 5 }),
      record("f", { source_type: "file", url: "u", clearance_level: 2, added: true }),
    ]);
    const { url: _, ...without } = given;
    expect(
      (await target.fetchHeads(at, ["a", "b", "c", "d", "e", "f"])).records.map(({ metadata }) => metadata),
    ).toEqual([
      { ...given, "url in edited": "edited" },
      { ...given, source_type: "edited", "source_type in edited": "file" },
      { ...without, "url in edited": "u" },
      { ...given, clearance_level: 5 },
      { ...given, "url in edited": null },
      { ...given, added: true, "added in edited": null },
    ]);
  });

  it("keeps how far a move is in tables of its own or of an application, one row a collection, and adds nothing that it doesn't know", async () => {
    await schema.sql(`CREATE TABLE migration_status (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), collection_name varchar(100) NOT NULL, total_documents integer NOT NULL,
      migrated_documents integer DEFAULT 0, status varchar(20) DEFAULT 'pending', started_at timestamptz, completed_at timestamptz, error_message text)`);
    const { target } = open("moves", "fits", true);
    const { steps } = (await target.steps?.({ ...shape, records: 1 })) ?? { steps: [] };
    expect(steps.map(({ statement }) => statement.split(".")[1]?.split(" ")[0])).toEqual([
      '"moves"',
      '"collections_config"',
    ]);
    await expect(target.ensureIndex({ ...shape, steps: steps.slice(0, 1) })).rejects.toMatchObject({
      code: "conflict",
    });
    await target.ensureIndex({ ...shape, steps });
    expect(await target.inspect("docs")).toMatchObject({ dimension: 3 });
    const of = { collection: "c", index: "docs", model: "m", total: 9, startedAt: "2026-01-02T03:04:05.000Z" };
    await target.noteMove?.({ ...of, done: 4, state: "in_progress", endedAt: null, error: null });
    await target.noteMove?.({ ...of, done: 9, state: "completed", endedAt: of.startedAt, error: null });
    expect(
      await schema.sql("SELECT total_documents, migrated_documents, status, completed_at FROM migration_status"),
    ).toEqual([
      { total_documents: 9, migrated_documents: 9, status: "completed", completed_at: new Date(of.startedAt) },
    ]);
    expect(await schema.sql("SELECT name, pinecone_index, embedding_model FROM collections_config")).toEqual([
      { name: "c", pinecone_index: "docs", embedding_model: "m" },
    ]);
    await schema.sql("DELETE FROM collections_config; ALTER TABLE collections_config ALTER chunk_size SET NOT NULL");
    await target.noteMove?.({ ...of, done: 9, state: "completed", endedAt: of.startedAt, error: null });
    expect(await schema.sql("SELECT FROM collections_config")).toEqual([]);
  });

  it("writes into a table that an application made, cuts nothing, and refuses what has no place in it", async () => {
    await schema.sql(`CREATE TABLE theirs (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), vector_id varchar(8) NOT NULL, index_name varchar(100) NOT NULL,
      source_type varchar(50) NOT NULL, chunk_index integer, has_context boolean DEFAULT false, file_path varchar(5), indexed_at timestamptz DEFAULT now(), metadata jsonb, UNIQUE (vector_id, index_name))`);
    const { target } = open("theirs");
    const own = { index: "docs", namespace: "" };
    const given = { source_type: "file", file_path: "longer than that", chunk_index: 1.5 };
    const { accepted, rejected } = await target.upsert(own, [
      record("a", given),
      record("bare", {}),
      record("too-long-id", given),
      record("nul", { ...given, text: "a\0b" }),
    ]);
    expect(accepted).toEqual(["a"]);
    expect(rejected.map(({ id, detail }) => [id, detail.split(": ")[1]?.slice(0, 24)])).toEqual([
      ["bare", 'It has no "source_type" '],
      ["too-long-id", "The ID has 11 characters"],
      ["nul", "A character in ID or met"],
    ]);
    expect((await target.fetchHeads(own, ["a"])).records[0]?.metadata).toEqual(given);
    await expect(target.upsert(at, [record("a", given)])).rejects.toMatchObject({
      code: "conflict",
      next: expect.stringContaining("ADD COLUMN namespace"),
    });
  });
});
