import { cp, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { base64, everything, failureOf, fileKinds, fixtures } from "../files/file-kinds.suite";

const { scratch, open } = fileKinds();

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
    const folder = path.join(scratch.path, "llama");
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
    const copy = path.join(scratch.path, "refused");
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

  it("gives no vector that isn't of numbers", async () => {
    const copy = path.join(scratch.path, "not-numbers");
    await cp(path.join(files, "flat-ip"), copy, { recursive: true });
    const bytes = await readFile(path.join(copy, "store.index"));
    bytes.writeFloatLE(Number.NaN, 45 + 2 * 8 * 4);
    bytes.writeFloatLE(Number.POSITIVE_INFINITY, 45 + 5 * 8 * 4 + 28);
    await writeFile(path.join(copy, "store.index"), bytes);
    const { records, unreadable } = await everything(open("faiss-folder", { path: copy }), "store");
    const detail = "Its vector holds something that isn't a finite number.";
    expect([records.length, unreadable]).toEqual([
      6,
      [
        { id: "2", detail },
        { id: "5", detail },
      ],
    ]);
  });

  it("refuses pickles that would run code, by name", async () => {
    for (const name of ["runs-eval", "runs-import", "runs-system"]) {
      const source = open("faiss-folder", { path: path.join(files, `pickles/${name}.pkl`) });
      expect((await failureOf(source.inspect(name))).message).toMatch(/asks for .* Nothing of it was executed/);
    }
  });

  it("is taken again where a file changes, and is another one where the folder was replaced", async () => {
    const copy = path.join(scratch.path, "replaced");
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
