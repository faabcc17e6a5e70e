import { copyFile, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FileRecord } from "../contract";
import { FormatError } from "../format-error";
import { FaissIndex } from "./faiss-index";
import { findFaiss } from "./find-faiss";

const files = path.join(import.meta.dirname, "../fixtures/files");
let expected: { texts: string[]; vectors: string[]; langchain: string[] };
let scratch = "";
beforeAll(async () => {
  expected = JSON.parse(await readFile(path.join(files, "expected.json"), "utf8"));
  scratch = await mkdtemp(path.join(tmpdir(), "portage-faiss-"));
});
afterAll(() => rm(scratch, { recursive: true }));

const bytesOf = (values: Float32Array | null) =>
  values && Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64");

async function recordsIn(file: string) {
  const store = await findFaiss(file, ".");
  try {
    const records: (Pick<FileRecord, "id" | "text"> & { vector: string | null; metadata: object })[] = [];
    const [collection] = store.collections;
    for await (const { id, text, metadata, values } of collection?.records() ?? [])
      records.push({ id, text, metadata: Object.fromEntries(metadata), vector: bytesOf(values) });
    return { records, collection, kind: store.kind };
  } finally {
    await store.close();
  }
}

describe("vectors", () => {
  it.each([
    ["flat-ip", "IndexFlatIP", "dotproduct"],
    ["hnsw", "IndexHNSWFlat", "euclidean"],
    ["ids", "IndexIDMap(IndexFlatL2)", "euclidean"],
    ["ivf", "IndexIVFFlat", "euclidean"],
  ])("of %s are those that were added, each under its row", async (name, type, metric) => {
    const index = await FaissIndex.open(path.join(files, name, "store.index"));
    const byRow: (string | null)[] = [];
    const ids: bigint[] = [];
    for await (const { row, id, values } of index.vectors()) {
      byRow[row] = bytesOf(values);
      ids[row] = id;
    }
    expect(index.layout).toMatchObject({ type, metric, dimension: 8, count: 8 });
    expect(byRow).toEqual(expected.vectors);
    expect(ids).toEqual(expected.vectors.map((_, row) => BigInt(name === "ids" ? 1000 + row : row)));
    await index.close();
  });

  it("of an index that keeps them only approximately are refused", async () => {
    await expect(FaissIndex.open(path.join(files, "lossy/store.index"))).rejects.toMatchObject({ fault: "refused" });
  });
});

describe("texts beside the index", () => {
  it.each(["flat-ip", "ivf"])("of %s belong to their vectors by row", async (name) => {
    const { records } = await recordsIn(path.join(files, name, "store.index"));
    const byId = new Map(records.map((record) => [record.id, record]));
    for (const [row, text] of expected.texts.entries())
      expect(byId.get(String(row))).toMatchObject({
        text,
        vector: expected.vectors[row],
        metadata: { page: row, tags: ["a", "b"] },
      });
  });

  it("of LangChain come with their IDs", async () => {
    const { records, kind } = await recordsIn(path.join(files, "langchain/index.faiss"));
    expect(kind).toBe("langchain-faiss");
    expect(records).toEqual(
      expected.texts.map((text, row) => ({
        id: `page-${row}`,
        text,
        metadata: { page: row },
        vector: expected.langchain[row],
      })),
    );
  });

  it("of another number than the vectors are told and given to none", async () => {
    const store = path.join(scratch, "uneven");
    await mkdir(store);
    await copyFile(path.join(files, "flat-ip/store.index"), path.join(store, "store.index"));
    await writeFile(path.join(store, "text.pkl"), "\x80\x04]\x94(\x8c\x01a\x94\x8c\x01b\x94e.", "latin1");
    const { records, collection } = await recordsIn(path.join(store, "store.index"));
    expect(collection?.faults).toEqual([expect.stringContaining("8 vectors and 2 texts")]);
    expect(records.map((record) => record.text)).toEqual(Array(8).fill(null));
  });
});

describe("a pickle beside the index", () => {
  it("that is larger than is read stops it with its size, before it is read", async () => {
    const store = path.join(scratch, "large");
    await mkdir(store);
    await copyFile(path.join(files, "flat-ip/store.index"), path.join(store, "store.index"));
    await writeFile(path.join(store, "text.pkl"), "");
    await truncate(path.join(store, "text.pkl"), 3 * 2 ** 30);
    const { collection } = await recordsIn(path.join(store, "store.index"));
    expect(collection?.stop).toBe("text.pkl: text.pkl has 3,221,225,472 bytes; pickles of up to 1 GB are read.");
  });
});

describe("a damaged file", () => {
  it("is told in words wherever it is cut off", async () => {
    for (const name of ["flat-ip", "hnsw", "ids", "ivf"]) {
      const whole = await readFile(path.join(files, name, "store.index"));
      for (let length = 0; length < whole.length; length += 13) {
        const file = path.join(scratch, "cut.index");
        await writeFile(file, whole.subarray(0, length));
        await expect(FaissIndex.open(file)).rejects.toBeInstanceOf(FormatError);
      }
    }
  });

  it("of a machine of the other byte order is told as such", async () => {
    const whole = await readFile(path.join(files, "flat-ip/store.index"));
    const foreign = Buffer.concat([
      whole.subarray(0, 4),
      Buffer.from(whole.subarray(4, 8)).swap32(),
      whole.subarray(8),
    ]);
    foreign.subarray(8, 32).swap64();
    const file = path.join(scratch, "foreign.index");
    await writeFile(file, foreign);
    await expect(FaissIndex.open(file)).rejects.toMatchObject({
      fault: "refused",
      message: expect.stringContaining("other byte order (big-endian)"),
    });
  });

  it("of huge claims makes no room for them", async () => {
    const whole = await readFile(path.join(files, "flat-ip/store.index"));
    for (const [at, bytes] of [
      [8, 8],
      [37, 8],
      [4, 4],
    ] as const) {
      const claims = Buffer.from(whole);
      claims.fill(0x7f, at, at + bytes);
      const file = path.join(scratch, "claims.index");
      await writeFile(file, claims);
      await expect(FaissIndex.open(file)).rejects.toBeInstanceOf(FormatError);
    }
  });
});
