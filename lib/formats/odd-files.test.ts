import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FileRecord } from "./contract";
import { findFaiss } from "./faiss/find-faiss";
import { inspectPath } from "./inspect/inspect-path";
import { readPickle } from "./pickle/read-pickle";
import { rowsOfPickle } from "./pickle/rows-of-pickle";
import { findCsv } from "./tables/find-csv";
import { findJsonLines } from "./tables/find-jsonl";
import { findParquet } from "./tables/find-parquet";

const meter = {
  ...{ model: "a-model", dimension: 2, tokens: (text: string) => text.length, limit: null, usdPerMillionTokens: 1 },
  writesTo: { service: "Pinecone", usdPerMillionWriteUnits: 4 },
};
let scratch = "";
beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), "portage-odd-files-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const put = async (name: string, content: string | Uint8Array) => {
  const file = path.join(scratch, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
};
const all = async (store: Awaited<ReturnType<typeof findCsv>>) => {
  const records: FileRecord[] = [];
  for await (const record of store.collections[0]?.records() ?? []) records.push({ ...record });
  await store.close();
  return records;
};
const told = ({ id, text, metadata, values }: FileRecord) => [
  id,
  text,
  Object.fromEntries(metadata),
  values && [...values],
];
const pickled = (text: string) => [...rowsOfPickle(readPickle(Buffer.from(text, "latin1")))].map(told);

/** `IndexFlatIP` of two vectors. */
function flatIndex(): Buffer {
  const head = Buffer.alloc(45);
  head.write("IxFI", 0, "latin1");
  head.writeInt32LE(2, 4);
  head.writeBigInt64LE(2n, 8);
  head.writeBigUInt64LE(4n, 37);
  return Buffer.concat([head, Buffer.from(new Float32Array([1, 2, 3, 4]).buffer)]);
}

describe("a value of another kind under a usual name", () => {
  it("is metadata, and no text, ID or field of metadata is lost beside it", async () => {
    expect(pickled("(l(dS'chunk'\nI0\nsS'text'\nS'one'\nsS'source'\nS'a'\nsa.")).toEqual([
      ["0", "one", { chunk: 0, source: "a" }, null],
    ]);
    expect(pickled("(l(dS'chunk'\nI7\nsS'meta'\nS'm'\nsa.")).toEqual([["0", null, { chunk: 7, meta: "m" }, null]]);
    expect(pickled("(l(dS'text'\nS'one'\nsS'score'\nF0.5\nsS'metadata'\n(dS'page'\nI1\nssa.")).toEqual([
      ["0", "one", { score: 0.5, page: 1 }, null],
    ]);
    const lines = await put("chunk.jsonl", '{"id":"1","chunk":3,"embedding":[1,2]}\n{"id":true,"chunk":"t"}\n');
    expect((await all(await findJsonLines(lines, "."))).map(told)).toEqual([
      ["1", null, { chunk: 3 }, [1, 2]],
      ["1", "t", { id: true }, null],
    ]);
  });

  it("is kept of metadata beside an index, whose rows name nothing but metadata", async () => {
    await put("beside/store.index", flatIndex());
    await put("beside/texts.pkl", "(lS'one'\naS'two'\na.");
    await put("beside/metadata.pkl", "(l(dS'chunk'\nI0\nsS'id'\nS'x'\nsa(dS'text'\nS'own'\nsa.");
    expect((await all(await findFaiss(path.join(scratch, "beside/store.index"), "."))).map(told)).toEqual([
      ["0", "one", { chunk: 0, id: "x" }, [1, 2]],
      ["1", "two", { text: "own" }, [3, 4]],
    ]);
  });
});

describe("columns of a pickle", () => {
  it("that have no usual name are metadata, and one of the same length only", () => {
    const columns =
      "(dS'texts'\n(lS'one'\naS'two'\nasS'sources'\n(lS'a'\naS'b'\nasS'chunks'\n(lI0\naI1\nasS'model'\nS'm'\ns.";
    expect(pickled(columns)).toEqual([
      ["0", "one", { sources: "a", chunks: 0 }, null],
      ["1", "two", { sources: "b", chunks: 1 }, null],
    ]);
  });
});

it("a second pickle in a file is said not to be read", async () => {
  const { stores } = await inspectPath(await put("two.pkl", "(lS'one'\na.(lF0.5\na."), meter);
  expect(stores[0]?.collections[0]).toMatchObject({
    records: 1,
    faults: ["9 bytes behind the first pickle of the file aren't read: dump each into a file."],
  });
});

describe("what stands beside an index", () => {
  it.each([
    ["chunks.json", '["one","two"]', {}],
    ["metadata.json", '[{"text":"one","page":1},{"text":"two","page":2}]', { page: 1 }],
    ["chunks.jsonl", '{"text":"one","page":1}\n{"text":"two","page":2}\n', { page: 1 }],
  ])("is read from %s", async (name, content, metadata) => {
    await put(`json-${name}/store.index`, flatIndex());
    await put(`json-${name}/${name}`, content);
    const { stores, unreadable, otherFiles } = await inspectPath(path.join(scratch, `json-${name}`), meter);
    expect([stores.length, unreadable, otherFiles]).toEqual([1, [], 0]);
    const [first] = await all(await findFaiss(path.join(scratch, `json-${name}/store.index`), "."));
    expect([first?.text, Object.fromEntries(first?.metadata ?? [])]).toEqual(["one", metadata]);
  });

  it("under a name of its own is told by itself, and refused where it would run code", async () => {
    await put("named/kb.index", flatIndex());
    await put("named/kb_rows.pkl", "(lS'one'\naS'two'\na.");
    await put("named/evil.pkl", "cos\nsystem\n(S'echo x'\ntR.");
    const { stores, unreadable } = await inspectPath(path.join(scratch, "named"), meter);
    expect(stores.map(({ path: at }) => at)).toEqual(["kb.index", "kb_rows.pkl"]);
    expect(unreadable).toMatchObject([{ path: "evil.pkl", fault: "refused" }]);
  });
});

describe("times of Python", () => {
  it("keep their zone, and spans, times of day, deques and counters are data", () => {
    const zone = "cdatetime\ntimezone\n(cdatetime\ntimedelta\n(I0\nI32400\nI0\ntRtR";
    const moment = (rest: string) =>
      `cdatetime\ndatetime\n(S'\\x07\\xe8\\x01\\x02\\x03\\x04\\x05\\x00\\x00\\x06'\n${rest}tR`;
    expect(pickled(`(l(dS'text'\nS't'\nsS'at'\n${moment(zone)}sS'plain'\n${moment("")}sa.`)).toEqual([
      ["0", "t", { at: "2024-01-02T03:04:05.000006+09:00", plain: "2024-01-02T03:04:05.000006" }, null],
    ]);
    expect(pickled("ccollections\ndeque\n((lS'one'\natR.")).toEqual([["0", "one", {}, null]]);
    expect(pickled("(l(dS'text'\nS't'\nsS'at'\ncdatetime\ntime\n(S'\\x01\\x02\\x03\\x00\\x00\\x00'\ntRsa.")).toEqual([
      ["0", "t", { at: "01:02:03" }, null],
    ]);
  });
});

describe("tables", () => {
  it("of Parquet give vectors from bytes, whole numbers as numbers, times with all digits and the index of pandas", async () => {
    const bytes = new Uint8Array(new Float32Array([0.5, -2]).buffer);
    const file = await put(
      "types.parquet",
      new Uint8Array(
        parquetWriteBuffer({
          columnData: [
            { name: "__index_level_0__", data: ["a"], type: "STRING" },
            { name: "embedding", data: [bytes], type: "BYTE_ARRAY" },
            { name: "raw", data: [new Uint8Array([255, 1])], type: "BYTE_ARRAY" },
            { name: "page", data: [7n], type: "INT64" },
            { name: "big", data: [2n ** 60n], type: "INT64" },
          ],
        }),
      ),
    );
    expect((await all(await findParquet(file, "."))).map(told)).toEqual([
      ["a", null, { raw: "/wE=", page: 7, big: 2n ** 60n }, [0.5, -2]],
    ]);
  });

  it("of Parquet keep all digits of decimals, and doubles that stand as bytes", async () => {
    const doubles = Uint8Array.from(new Uint8Array(new Float64Array([0.1, -0.3, 0.7, 0.11]).buffer));
    const decimal = (name: string, scale: number) => ({
      name,
      scale,
      precision: 18,
      converted_type: "DECIMAL" as const,
    });
    const file = await put(
      "decimals.parquet",
      new Uint8Array(
        parquetWriteBuffer({
          schema: [
            { name: "root", num_children: 5 },
            { name: "id", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
            { name: "embedding", type: "BYTE_ARRAY", repetition_type: "REQUIRED" },
            { ...decimal("long", 4), type: "INT64", repetition_type: "REQUIRED" },
            { ...decimal("price", 2), type: "INT64", repetition_type: "REQUIRED" },
            { ...decimal("below", 3), type: "INT64", repetition_type: "OPTIONAL" },
          ],
          columnData: [
            { name: "id", data: ["a"] },
            { name: "embedding", data: [doubles] },
            { name: "long", data: [-123456789012345678n] },
            { name: "price", data: [10n] },
            { name: "below", data: [-5n] },
          ],
        }),
      ),
    );
    expect((await all(await findParquet(file, "."))).map(told)).toEqual([
      ["a", null, { long: "-12345678901234.5678", price: 0.1, below: -0.005 }, [0.1, -0.3, 0.7, 0.11].map(Math.fround)],
    ]);
  });

  it("give no vector of what breaks off within one, and one of base64 and of what numpy prints", async () => {
    const bytes = Buffer.from(new Float32Array([0.5, -2, 0.25]).buffer).toString("base64");
    const vectors = ["[1 2 3", "1 2 3]", "(1 2 3]", "[1 2 3]", `array([1., 2., 3.], dtype=float32)`, bytes];
    const rows = [...vectors, "unavailableword0"].map((vector, at) => `${at},"${vector}"`);
    const records = await all(await findCsv(await put("broken-off.csv", `id,embedding\n${rows.join("\n")}`), "."));
    expect(records.map(({ values }) => values && [...values])).toEqual([
      ...[null, null, null, [1, 2, 3], [1, 2, 3], [0.5, -2, 0.25], null],
    ]);
  });

  it("of JSON lines have fields that come first in a late line", async () => {
    const early = Array.from({ length: 120 }, (_, at) => JSON.stringify({ text: `t${at}` }));
    const late = JSON.stringify({ id: "late", text: "t", embedding: [1, 2] });
    const records = await all(await findJsonLines(await put("late.jsonl", [...early, late].join("\n")), "."));
    expect(records.slice(-1).map(told)).toEqual([["late", "t", {}, [1, 2]]]);
  });

  it("without a row are tables, without anything are empty, and NaN in JSON is named", async () => {
    const { stores, unreadable } = await inspectPath(await put("head.csv", "id,text,embedding\n"), meter);
    expect([stores[0]?.collections[0]?.records, unreadable]).toEqual([0, []]);
    await expect(findCsv(await put("none.csv", ""), ".")).rejects.toMatchObject({ message: "The file is empty." });
    const lines = put("nan.jsonl", '{"id":"1","text":"t","score": NaN}\n');
    await expect(findJsonLines(await lines, ".")).rejects.toMatchObject({
      message: "Line 1 is no JSON: it holds NaN, which JSON has no number for.",
    });
  });
});

it("an index of bits is said to be of a type that isn't read, whatever its header says of a metric", async () => {
  const binary = flatIndex();
  binary.write("IBxF", 0, "latin1");
  binary.writeInt32LE(99, 33);
  await expect(findFaiss(await put("bits/store.index", binary), ".")).rejects.toMatchObject({
    message: expect.stringContaining("is of the type IBxF, which isn't read"),
  });
});
