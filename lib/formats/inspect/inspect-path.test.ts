import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeExportFolders } from "./inspect-export.suite";
import { inspectPath } from "./inspect-path";

const fixtures = path.join(import.meta.dirname, "../fixtures");
const meter = {
  model: "a-model",
  dimension: 8,
  tokens: (text: string) => text.length,
  limit: 60,
  usdPerMillionTokens: 100,
  writesTo: { service: "Pinecone", usdPerMillionWriteUnits: 4 },
};
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

  it("tells whole numbers that Chroma keeps as floating-point ones from integers", async () => {
    const { stores } = await inspectPath(path.join(fixtures, "metrics-1.5/db"), meter);
    const collection = stores[0]?.collections.find(({ name }) => name === "all-l2");
    const types = new Map(collection?.keys.map(({ key, types: of }) => [key, of]));
    expect([types.get("whole"), types.get("row")]).toEqual([["number"], ["integer"]]);
  });

  it("doesn't follow links out of the folder, nor name one as the path", async () => {
    const inside = path.join(scratch, "inside");
    await cp(path.join(fixtures, "files/hnsw"), inside, { recursive: true });
    await symlink(path.join(fixtures, "chroma-1.5"), path.join(inside, "elsewhere"));
    const { stores } = await inspectPath(inside, meter);
    expect(stores.map(({ kind }) => kind)).toEqual(["faiss-folder"]);
    await expect(inspectPath(path.join(inside, "elsewhere"), meter)).rejects.toMatchObject({ fault: "refused" });
  });

  it.runIf(existsSync("/proc/self/attr"))("goes on behind files that the system doesn't let be read", async () => {
    expect((await inspectPath("/proc/self/attr", meter)).stores).toEqual([]);
  });
});

describe("tables", () => {
  it("of JSON lines and CSV are read by the usual names of columns", async () => {
    const folder = path.join(scratch, "tables");
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

  it.each([
    ["a list", '{"id":"1","text":"one","embedding":[0.5,-0.25]}', "a.jsonl"],
    ["JSON text", '{"id":"1","text":"one","embedding":"[0.5, -0.25]"}', "b.jsonl"],
    ["text as numpy prints it", '{"id":"1","text":"one","embedding":"[ 5.0e-01\\n -.25]"}', "c.jsonl"],
    ["a mark of the byte order and CRLF", '\ufeff{"id":"1","text":"one","embedding":[0.5,-0.25]}\r\n\r\n', "d.jsonl"],
    [
      "the field not before the second line",
      '{"id":"0","text":"none"}\n{"id":"1","text":"one","embedding":[0.5,-0.25]}',
      "e.ndjson",
    ],
    ["CSV between spaces", "id,text,embedding\r\n1,one,0.5 -0.25\r\n", "f.CSV"],
    ["CSV apart by semicolons", 'id;text;embedding\n1;one;"[0.5,-0.25]"\n', "g.csv"],
    ["tabs, and a name that every object has", "id\ttext\tembedding\t__proto__\n1\tone\t0.5,-0.25\tx\n", "h.tsv"],
    ["a list of objects", '[{"id":"1","text":"one","vector":[0.5,-0.25]}]', "i.json"],
    ["Chroma's answer", '{"ids":["1"],"documents":["one"],"embeddings":[[0.5,-0.25]],"metadatas":[null]}', "j.json"],
  ])("with vectors as %s are read", async (_, content, name) => {
    const file = path.join(scratch, name);
    for (const [ending, bytes] of [
      ["", Buffer.from(content)],
      [".gz", gzipSync(content)],
    ] as const) {
      if (ending !== "" && name.endsWith(".json")) continue;
      await writeFile(file + ending, bytes);
      const { stores, unreadable } = await inspectPath(file + ending, meter);
      expect(unreadable).toEqual([]);
      expect(stores[0]).toMatchObject({ bytes: bytes.length, path: path.basename(file + ending) });
      expect(stores[0]?.collections[0]).toMatchObject({
        withVector: 1,
        dimensions: [{ dimension: 2, records: 1 }],
        longestText: { characters: expect.any(Number) },
        notVectors: 0,
        damaged: null,
      });
    }
    await writeFile(file, Buffer.from(`\ufeff${content.replace(/^\ufeff/, "")}`, "utf16le"));
    const [wide] = (await inspectPath(file, meter)).stores;
    if (!name.endsWith(".json")) expect(wide?.collections[0]).toMatchObject({ withVector: 1, damaged: null });
  });

  it("tell what stands where a vector belongs, what is no text, and what breaks off", async () => {
    const read = async (name: string, content: string | Buffer) => {
      await writeFile(path.join(scratch, name), content);
      const { stores, unreadable, otherFiles } = await inspectPath(path.join(scratch, name), meter);
      return { collection: stores[0]?.collections[0], words: unreadable[0]?.words, otherFiles };
    };
    const odd = await read(
      "odd.csv",
      'id,text,embedding\n1,one,"[0.1 ... 0.9]"\n2,two,"[1,,2]"\n3,three,"[nan, 1]"\n4,four,\n',
    );
    expect(odd.collection).toMatchObject({ records: 4, withVector: 1, notVectors: 2, invalidVectors: 1 });
    expect(odd.collection?.faults).toEqual(expect.arrayContaining([expect.stringContaining("is no list of numbers")]));
    const numbered = (await read("some.csv", "id,text\na,one\n,two\n")).collection;
    expect(numbered?.faults[1]).toMatch(/^1 record has no ID and is called by the row's number/);
    expect((await read("none.csv", "text\none\ntwo\n")).collection?.faults).toEqual(["No column holds a vector."]);
    expect((await read("twice.csv", "id,text,text\n1,a,b\n")).words).toContain('two columns "text"');
    const whole = gzipSync('{"id":"1","text":"one"}\n'.repeat(500));
    expect((await read("cut.jsonl.gz", whole.subarray(0, whole.length - 12))).collection?.damaged).toContain(
      "gzip data breaks off",
    );
    expect((await read("latin.jsonl", Buffer.from('{"id":"1","text":"caf\xe9"}', "latin1"))).words).toContain(
      "no text in UTF-8",
    );
    expect(await read("package.json", '{"name":"x","files":["a"]}')).toMatchObject({ otherFiles: 1, words: undefined });
    expect((await read("broken.json", '[{"id":"1"')).words).toContain("cut off or damaged");
    const some = await inspectPath(path.join(scratch, "odd.csv"), meter, { limit: 2 });
    expect(some.stores[0]?.collections[0]).toMatchObject({ records: 2, firstOf: 3 });
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

describe("odd files", () => {
  it("of values nested in one another without end are told in words", async () => {
    const folder = path.join(scratch, "deep");
    await mkdir(folder);
    const deep = (depth: number, [open, close]: [string, string]) =>
      `{"id":"1","text":"t","m":${open.repeat(depth)}1${close.repeat(depth)}}`;
    await writeFile(path.join(folder, "a.jsonl"), deep(3000, ["[", "]"]));
    await writeFile(path.join(folder, "b.jsonl"), deep(200_000, ['{"a":', "}"]));
    await writeFile(path.join(folder, "c.json"), `[${deep(200_000, ["[", "]"])}]`);
    await writeFile(path.join(folder, "d.jsonl"), deep(400, ["[", "]"]));
    const { stores, unreadable } = await inspectPath(folder, meter);
    expect(stores.map(({ path: at }) => at)).toEqual(["d.jsonl"]);
    const words = "It holds values that are nested more than 500 deep.";
    expect(unreadable.map((one) => [one.path, one.words])).toEqual([
      ["a.jsonl", `Line 1 can't be read. ${words}`],
      ["b.jsonl", `Line 1 can't be read. ${words}`],
      ["c.json", words],
    ]);
  });

  it("are read whatever their names hold", async () => {
    const folder = path.join(scratch, "names");
    await mkdir(folder);
    const names = ["line\nbreak", "a'b\"c", "$(touch x)", "-rf", "__proto__", "👩‍💻 東京", "%2e%2e", " .."];
    for (const name of names) await writeFile(path.join(folder, `${name}.jsonl`), '{"id":"1","text":"t"}');
    const { stores, unreadable } = await inspectPath(folder, meter);
    expect(unreadable).toEqual([]);
    expect(stores.map(({ collections }) => collections[0]?.name).sort()).toEqual([...names].sort());
  });
});

describe("an archive", () => {
  it("is said to be one that has to be unpacked", async () => {
    const file = path.join(scratch, "chroma.zip");
    await writeFile(file, "PK\u0003\u0004");
    const { stores, unreadable } = await inspectPath(file, meter);
    expect(stores).toEqual([]);
    expect(unreadable).toMatchObject([{ words: expect.stringContaining("is an archive: unpack it") }]);
  });
});

describe("nothing", () => {
  it("is told as such", async () => {
    await expect(inspectPath(path.join(scratch, "absent"), meter)).rejects.toMatchObject({ fault: "foreign" });
    expect(await inspectPath(path.join(import.meta.dirname), meter)).toMatchObject({ stores: [], unreadable: [] });
  });
});

describeExportFolders(() => scratch, meter);
