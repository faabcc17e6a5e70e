import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { findChroma } from "./chroma/find-chroma";
import type { FoundStore, Json } from "./contract";
import { FaissIndex } from "./faiss/faiss-index";
import { findFaiss } from "./faiss/find-faiss";
import { readPickle } from "./pickle/read-pickle";
import { rowsOfPickle } from "./pickle/rows-of-pickle";

/** Every form that `scripts/fixtures/make-file-stores.py` makes with the tools themselves, held against what these read back, bit for bit. */
const fixtures = path.join(import.meta.dirname, "fixtures");
const expectedIn = (folder: string) => JSON.parse(readFileSync(path.join(fixtures, folder, "expected.json"), "utf8"));

const sha = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const shaOf = (values: Float32Array | null) =>
  values && sha(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
const shaOfText = (base64: string) => sha(Buffer.from(base64, "base64"));

type Tagged = { integer: string } | { float: string } | string | boolean | Tagged[];
type Wanted = { text: string | null; metadata: Record<string, Tagged>; vector: string; inserted: string };

/** Numbers are one kind here, and integers that they don't hold are told apart. */
function wanted(value: Tagged): Json {
  if (Array.isArray(value)) return value.map(wanted);
  if (typeof value !== "object") return value;
  if ("float" in value) return Number(value.float);
  return Number.isSafeInteger(Number(value.integer)) ? Number(value.integer) : BigInt(value.integer);
}

async function collectionsIn(store: FoundStore) {
  try {
    const found = new Map<string, Map<string, { text: string | null; metadata: unknown; vector: string | null }>>();
    for (const collection of store.collections) {
      const records = new Map<string, { text: string | null; metadata: unknown; vector: string | null }>();
      for await (const { id, text, metadata, values } of collection.records())
        records.set(id, { text, metadata: new Map([...metadata].sort()), vector: shaOf(values) });
      found.set(`${collection.within}/${collection.name}`, records);
    }
    return found;
  } finally {
    await store.close();
  }
}

describe.each(["metrics-0.4", "metrics-1.5"])("%s, every metric with what was synced and what wasn't", (name) => {
  it("is read record by record as Chroma reads it, in each of its databases", async () => {
    const databases: Record<string, Record<string, Record<string, Wanted>>> = expectedIn(name).databases;
    const found = await collectionsIn(await findChroma(path.join(fixtures, name, "db"), "."));
    const places = Object.entries(databases).flatMap(([database, collections]) =>
      Object.keys(collections).map((collection) => `default_tenant/${database}/${collection}`),
    );
    expect([...found.keys()].sort()).toEqual(places.sort());
    for (const [database, collections] of Object.entries(databases))
      for (const [collection, records] of Object.entries(collections)) {
        const read = found.get(`default_tenant/${database}/${collection}`) ?? new Map();
        expect([...read.keys()].sort()).toEqual(Object.keys(records).sort());
        for (const [id, { text, metadata, vector, inserted }] of Object.entries(records)) {
          const values = Object.entries(metadata).map(([key, value]): [string, Json] => [key, wanted(value)]);
          expect([id, read.get(id)]).toEqual([
            id,
            { text, metadata: new Map(values.sort()), vector: expect.any(String) },
          ]);
          // Cosine gives back what differs from what was inserted by a rounding; what still stands in the queue is as it was.
          const either = collection.endsWith("cosine") || collection === "odd-ids" ? [vector, inserted] : [vector];
          expect(either.map(shaOfText)).toContain(read.get(id)?.vector);
        }
      }
  });
});

describe("indexes of FAISS", () => {
  const { vectors } = expectedIn("more");
  it.each([
    ["flat-l2", "IndexFlatL2", "euclidean", 0],
    ["flat-general", "IndexFlatIP", "dotproduct", 0],
    ["hnsw-ip", "IndexHNSWFlat", "dotproduct", 0],
    ["ids-two", "IndexIDMap2(IndexHNSWFlat)", "euclidean", 2 ** 40],
    ["ivf-ip", "IndexIVFFlat", "dotproduct", 0],
  ])("%s gives each vector under its row", async (name, type, metric, firstId) => {
    const index = await FaissIndex.open(path.join(fixtures, `more/${name}.index`));
    expect(index.layout).toMatchObject({ type, metric, dimension: 8, count: 8 });
    const read: [bigint, string | null][] = [];
    for await (const { row, id, values } of index.vectors()) read[row] = [id, shaOf(values)];
    await index.close();
    expect(read).toEqual(vectors.map((each: string, row: number) => [BigInt(firstId + row), shaOfText(each)]));
  });

  it("with lists that are mostly empty are read, too", async () => {
    const index = await FaissIndex.open(path.join(fixtures, "more/ivf-sparse.index"));
    const read: (string | null)[] = [];
    for await (const { row, values } of index.vectors()) read[row] = shaOf(values);
    await index.close();
    expect(read).toEqual(Array(8).fill(shaOfText(vectors[0])));
  });

  it("that keep their vectors by product quantisation are refused", async () => {
    await expect(FaissIndex.open(path.join(fixtures, "more/product.index"))).rejects.toMatchObject({
      fault: "refused",
      message: expect.stringContaining("only approximately"),
    });
  });

  it("saved by an old LangChain come with texts, metadata and IDs", async () => {
    const { texts, vectors: own } = expectedIn("langchain-0.0.352");
    const store = await findFaiss(path.join(fixtures, "langchain-0.0.352/index.faiss"), ".");
    const read = [];
    for await (const { id, text, metadata, values } of store.collections[0]?.records() ?? [])
      read.push([id, text, Object.fromEntries(metadata), shaOf(values)]);
    await store.close();
    expect(read).toEqual(
      texts.map((text: string, row: number) => [
        `page-${row}`,
        text,
        { page: row, share: row / 4 },
        shaOfText(own[row]),
      ]),
    );
  });
});

describe("arrays of numpy", () => {
  const { vectors, half } = expectedIn("more");
  const read = (name: string) =>
    [...rowsOfPickle(readPickle(readFileSync(path.join(fixtures, `more/${name}.pkl`))))].map(({ values }) =>
      shaOf(values),
    );

  it.each([
    ["half", half],
    ["double-by-columns", vectors],
    ["big-endian", vectors],
  ])("%s give their numbers as 32-bit floats", (name, numbers) => {
    expect(read(name)).toEqual(numbers.map(shaOfText));
  });
});
