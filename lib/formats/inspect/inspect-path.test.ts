import { cp, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ExportWriter } from "../export-folder/export-writer";
import { content, exported, made, record } from "../export-folder/testing";
import { inspectPath } from "./inspect-path";

const fixtures = path.join(import.meta.dirname, "../fixtures");
const meter = { model: "a-model", tokens: (text: string) => text.length, limit: 60, usdPerMillionTokens: 100 };
let scratch = "";
beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), "portage-inspect-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

describe("a folder of stores", () => {
  it("is told store by store, with what can't be read", async () => {
    const { stores, unreadable } = await inspectPath(path.join(fixtures, "files"), meter);
    expect(stores.filter(({ kind }) => kind.includes("faiss")).map(({ kind, path: at }) => [kind, at])).toEqual([
      ["faiss-folder", "flat-ip/store.index"],
      ["faiss-folder", "hnsw/store.index"],
      ["faiss-folder", "ids/store.index"],
      ["faiss-folder", "ivf/store.index"],
      ["langchain-faiss", "langchain/index.faiss"],
    ]);
    expect(unreadable.map(({ path: at, fault }) => [at, fault])).toEqual([
      ["lossy/store.index", "refused"],
      ["pickles/runs-eval.pkl", "refused"],
      ["pickles/runs-import.pkl", "refused"],
      ["pickles/runs-system.pkl", "refused"],
    ]);
  });

  it("counts records, texts, keys and what embedding would cost", async () => {
    const { stores } = await inspectPath(path.join(fixtures, "files/flat-ip"), meter);
    const collection = stores[0]?.collections[0];
    expect(collection).toMatchObject({
      records: 8,
      withVector: 8,
      withText: 8,
      dimensions: [{ dimension: 8, records: 8 }],
      metric: "dotproduct",
      nestedMetadata: 8,
      duplicateTexts: 0,
      faults: [],
      damaged: null,
    });
    expect(collection?.keys.map(({ key, types }) => [key, types])).toEqual([
      ["nested", ["object"]],
      ["page", ["integer"]],
      ["tags", ["list"]],
    ]);
    const { embedding } = collection ?? {};
    expect(embedding).toMatchObject({ texts: 8, tooLong: 2 });
    expect(embedding?.usd).toBeCloseTo(((embedding?.tokens ?? 0) / 1_000_000) * 100, 12);
  });

  it("doesn't follow links out of the folder, nor name one as the path", async () => {
    const inside = path.join(scratch, "inside");
    await cp(path.join(fixtures, "files/hnsw"), inside, { recursive: true });
    await symlink(path.join(fixtures, "chroma-1.5"), path.join(inside, "elsewhere"));
    const { stores } = await inspectPath(inside, meter);
    expect(stores.map(({ kind }) => kind)).toEqual(["faiss-folder"]);
    await expect(inspectPath(path.join(inside, "elsewhere"), meter)).rejects.toMatchObject({ fault: "refused" });
  });
});

describe("tables", () => {
  it("of JSON lines and CSV are read by the usual names of columns", async () => {
    const folder = path.join(scratch, "tables");
    const { mkdir } = await import("node:fs/promises");
    await mkdir(folder);
    await writeFile(
      path.join(folder, "a.jsonl"),
      '{"id":"1","text":"one","embedding":[1,0],"page":4}\n\n{"id":"2","text":"one","embedding":[0,0,1]}\n',
    );
    await writeFile(
      path.join(folder, "b.csv"),
      '\ufeffid,content,vector,source\n1,"a, b","[0.5, 0.25]",x\n1,c,"[0, 0]",y\n',
    );
    const { stores } = await inspectPath(folder, meter);
    const [lines, csv] = stores.map(({ collections }) => collections[0]);
    expect(lines).toMatchObject({ name: "a", records: 2, duplicateTexts: 1 });
    expect(lines?.faults).toEqual([expect.stringContaining("2 lengths (2, 3)")]);
    expect(csv).toMatchObject({
      name: "b",
      records: 2,
      withText: 2,
      withVector: 2,
      invalidVectors: 1,
      ids: { duplicates: 1 },
    });
    expect(csv?.keys.map(({ key }) => key)).toEqual(["source"]);
  });

  it("that break off are told up to there", async () => {
    const file = path.join(scratch, "broken.jsonl");
    await writeFile(file, '{"id":"1","text":"one"}\n{"id":"2","te');
    const { stores } = await inspectPath(file, meter);
    expect(stores[0]?.collections[0]).toMatchObject({ records: 1, damaged: "Line 2 is no JSON." });
  });

  it("whose integers would lose digits are refused", async () => {
    const file = path.join(scratch, "digits.jsonl");
    await writeFile(file, '{"id":"1","text":"one"}\n{"id":"2","text":"two","big":9007199254740993}\n');
    const { stores } = await inspectPath(file, meter);
    expect(stores[0]?.collections[0]?.damaged).toContain("Line 2 holds an integer beyond 2^53");
  });
});

describe("nothing", () => {
  it("is told as such", async () => {
    await expect(inspectPath(path.join(scratch, "absent"), meter)).rejects.toMatchObject({ fault: "foreign" });
    expect(await inspectPath(path.join(import.meta.dirname), meter)).toMatchObject({ stores: [], unreadable: [] });
  });
});

describe("an export folder", () => {
  const records = ["a", "b", "c"].map((id) => record(id, { metadata: `{"text":"text of ${id}","page":1}` }));

  it("is one store with a collection a namespace, whatever Parquet is in it", async () => {
    const root = path.join(scratch, "export");
    await exported(root, { "": records, "other/one": records.slice(1) });
    const { stores, unreadable, otherFiles } = await inspectPath(root, meter);
    expect(stores.map(({ kind, path: at }) => [kind, at])).toEqual([["export-folder", "."]]);
    expect(
      stores[0]?.collections.map(({ name, records: count, withText, metric }) => [name, count, withText, metric]),
    ).toEqual([
      ["__default__", 3, 3, "cosine"],
      ["other/one", 2, 2, "cosine"],
    ]);
    expect([unreadable, otherFiles]).toEqual([[], 0]);
  });

  it("isn't a store before it is finished, nor told as whole when a file was changed", async () => {
    const root = path.join(scratch, "unfinished");
    const writer = await ExportWriter.open(path.join(root, "export"), content, made);
    await writer.write("", records);
    await writer.close();
    const unfinished = await inspectPath(root, meter);
    expect(unfinished.stores).toEqual([]);
    expect(unfinished.unreadable.map(({ path: at, words }) => [at, words])).toEqual([
      ["export", expect.stringContaining("was not finished")],
    ]);
    const changed = path.join(scratch, "changed");
    const manifest = await exported(changed, { one: records });
    await truncate(path.join(changed, manifest.namespaces[0]?.files[0]?.path ?? ""), 50);
    expect((await inspectPath(changed, meter)).stores[0]?.collections[0]?.damaged).toMatch(
      /was changed after it was written/,
    );
  });

  it("of vdf-io is read by its description", async () => {
    const root = path.join(scratch, "vdf");
    const manifest = await exported(root, { one: records });
    await rm(path.join(root, "portage-export.json"));
    const part = { namespace: "one", exported_vector_count: 3, dimensions: 3, data_path: "one", metric: "Dot" };
    const describeIt = (changes: object) =>
      writeFile(
        path.join(root, "VDF_META.json"),
        JSON.stringify({ exported_from: "qdrant", indexes: { books: [{ ...part, ...changes }] } }),
      );
    await describeIt({});
    const { stores, otherFiles } = await inspectPath(root, meter);
    expect(stores.map(({ kind, format }) => [kind, format])).toEqual([["vdf-folder", "vdf-io export of qdrant"]]);
    expect(stores[0]?.collections[0]).toMatchObject({
      name: "one",
      within: "books",
      records: 3,
      metric: "dotproduct",
      damaged: null,
    });
    expect([manifest.namespaces.length, otherFiles]).toEqual([1, 0]);
    await describeIt({ exported_vector_count: 4 });
    expect((await inspectPath(root, meter)).stores[0]?.collections[0]?.damaged).toMatch(/announces 4 records/);
    await describeIt({ data_path: "../export/__default__" });
    expect((await inspectPath(root, meter)).unreadable[0]?.words).toMatch(/leads out of the folder/);
  });
});
