import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LabelIndex } from "../chroma/label-index";
import { readPickle } from "./read-pickle";
import { dictsOfFile } from "./read-pickle-file";
import { PickleObject, type PickleValue } from "./values";

const fixtures = path.join(import.meta.dirname, "../fixtures");
const keys = new Set(["id_to_label", "label_to_id"]);
let scratch = "";
beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), "portage-dicts-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

async function read(file: string) {
  const handed = new Map<string, Map<PickleValue, PickleValue>>();
  const dicts = dictsOfFile(file, keys);
  let most = 0;
  for (;;) {
    const next = await dicts.next();
    if (next.done) return { handed, rest: attributesOf(next.value), most };
    const { dict, items } = next.value;
    most = Math.max(most, items.length);
    const into = handed.get(dict) ?? new Map();
    handed.set(dict, into);
    for (let at = 0; at < items.length; at += 2) into.set(items[at] ?? null, items[at + 1] ?? null);
  }
}

function attributesOf(value: PickleValue): ReadonlyMap<PickleValue, PickleValue> {
  const names = value instanceof PickleObject ? value.attributes : value;
  return names instanceof Map ? names : new Map();
}

const text = (words: string) => {
  const bytes = Buffer.from(words);
  return Buffer.concat([Buffer.from([0x8c, bytes.length]), bytes]);
};
const integer = (value: number) => {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt8(0x4a, 0);
  bytes.writeInt32LE(value, 1);
  return bytes;
};
const number32 = (operation: number, value: number) => {
  const bytes = integer(value);
  bytes.writeUInt8(operation, 0);
  return bytes;
};

describe("dicts that are handed over", () => {
  it.each(["chroma-0.4", "chroma-1.5"])("are those that reading the whole pickle gives, of %s", async (version) => {
    const folder = path.join(fixtures, version, "db");
    const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith("index_metadata.pickle"));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const whole = attributesOf(readPickle(await readFile(path.join(folder, file))));
      const { handed, rest } = await read(path.join(folder, file));
      for (const key of keys) {
        expect(handed.get(key)).toEqual(whole.get(key));
        expect(rest.get(key)).toEqual(new Map());
      }
      expect(rest.get("max_seq_id")).toEqual(whole.get("max_seq_id"));
    }
  });

  it("bring texts that are referred to again, as Python writes them, in files longer than what is held", async () => {
    const count = 30_000;
    const id = (row: number) => `${"folder/".repeat(3)}page-${row}`;
    // Protocol 4: what MEMOIZE counts, LONG_BINGET refers to: the dict, its first key, a dict, and then each ID.
    const pieces = [Buffer.from([0x80, 4, 0x7d, 0x94, 0x28]), text("id_to_label"), Buffer.from([0x94, 0x7d, 0x94])];
    for (let row = 0; row < count; row++) {
      if (row % 1000 === 0) pieces.push(Buffer.from(row === 0 ? [0x28] : [0x75, 0x28]));
      pieces.push(text(id(row)), Buffer.from([0x94]), integer(row + 1));
    }
    pieces.push(Buffer.from([0x75]), text("label_to_id"), Buffer.from([0x94, 0x7d, 0x94, 0x28]));
    for (let row = 0; row < count; row++) pieces.push(integer(row + 1), number32(0x6a, row + 3));
    pieces.push(Buffer.from([0x75]), text("other"), Buffer.from([0x94]), number32(0x6a, 3), Buffer.from([0x75, 0x2e]));
    const file = path.join(scratch, "names.pickle");
    await writeFile(file, Buffer.concat(pieces));
    const { handed, rest } = await read(file);
    const [labels, ids] = [handed.get("id_to_label"), handed.get("label_to_id")];
    expect([labels?.size, ids?.size, rest.get("other")]).toEqual([count, count, id(0)]);
    for (const row of [0, 1, 999, 1000, count - 1]) {
      expect(labels?.get(id(row))).toBe(row + 1);
      expect(ids?.get(row + 1)).toBe(id(row));
    }
  });

  it("stay in what is returned where they were written in one piece, and claims of numbers ask for no memory", async () => {
    const file = path.join(scratch, "old.pickle");
    await writeFile(file, "(S'id_to_label'\n(S'a'\nI7\nds.");
    await expect(read(file)).rejects.toMatchObject({ fault: "malformed" });
    await writeFile(file, "(dS'id_to_label'\n(S'a'\np4000000000000\nI7\ndsS'again'\ng4000000000000\ns.");
    const { handed, rest } = await read(file);
    expect([handed.size, rest.get("id_to_label"), rest.get("again")]).toEqual([0, new Map([["a", 7]]), "a"]);
  });
});

describe("labels of vectors", () => {
  it("are found near and far, each for one ID", () => {
    const labels = new LabelIndex(2);
    labels.set(3, 0);
    labels.set(2 ** 40, 1);
    expect([labels.take(4), labels.take(3), labels.take(2 ** 40), labels.take(-1)]).toEqual([null, 0, 1, null]);
    expect(() => labels.take(3)).toThrow("one vector to two IDs");
    expect(() => labels.take(2 ** 40)).toThrow("one vector to two IDs");
  });
});
