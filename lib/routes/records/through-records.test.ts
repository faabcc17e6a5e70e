import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { ServiceFailure } from "@/lib/failures";
import { compareBytes } from "@/lib/stores/byte-order";
import type { Metadata, VectorSource } from "@/lib/stores/contract";
import { createMemoryStore, type MemoryStoreOptions } from "@/lib/stores/memory";
import { encodeId } from "./encode-id";
import { applyFields } from "./field-rules";
import type { RecordRules } from "./record-rules";
import { throughRecords } from "./through-records";

const place = { index: "books", namespace: "eu" };
const opened: VectorSource[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((source) => source.close()));
});

function through(records: Record<string, Metadata>, given: Partial<RecordRules>, options: MemoryStoreOptions = {}) {
  const eu = Object.entries(records).map(([id, metadata], at) => ({ id, metadata, values: [at, 1] }));
  const store = createMemoryStore({ ...options, indexes: { books: { dimension: 2, namespaces: { eu } } } });
  const rules: RecordRules = {
    ids: { rule: { keep: true }, encodes: true },
    fields: [],
    duplicates: "keep",
    text: { textKey: "text" },
    ...given,
  };
  const source = throughRecords(store, rules);
  opened.push(source);
  return { store, source };
}

async function everything(source: VectorSource) {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await source.listIds(place, { limit: 2, ...(cursor === undefined ? {} : { cursor }) });
    ids.push(...page.ids);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  const { records, missing, unreadable } = await source.fetchRecords(place, ids);
  return {
    ids,
    values: Object.fromEntries(records.map(({ id, values }) => [id, values[0]])),
    missing,
    unreadable: Object.fromEntries(unreadable.map(({ id, detail }) => [id, detail])),
  };
}

describe("an ID in printable ASCII", () => {
  const back = (id: string) =>
    id.replace(/(?:%[0-9A-F]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll("%", ""), "hex").toString("utf8"));

  it("is never that of another, holds nothing else, and stays what it was where that will do", () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom("%", "2", "5", "C", "3", "é", "東", "\n", "\0", "😀"),
        fc.string({ unit: "grapheme" }),
      ),
    });
    fc.assert(
      fc.property(text, (id) => {
        const encoded = encodeId(id);
        expect(encoded).toMatch(/^[ -~]*$/);
        expect(back(encoded)).toBe(id);
      }),
      { numRuns: 2000 },
    );
    expect(["a/b%c 100%", "café", "100%25"].map(encodeId)).toEqual(["a/b%c 100%", "caf%C3%A9", "100%2525"]);
  });
});

describe("fields", () => {
  it("are renamed, dropped and set in their order, and never take another's place", () => {
    const fields = [{ rename: "a", to: "b" }, { drop: "c" }, { set: "d", value: 1 }];
    expect(applyFields({ a: "x", c: 2, e: true }, fields)).toEqual({ metadata: { b: "x", d: 1, e: true } });
    expect(applyFields({ a: "x", b: "y" }, fields)).toEqual({ wrong: expect.stringContaining('both "a" and "b"') });
    const proto = JSON.parse('{"__proto__":"x"}');
    expect(applyFields(proto, [{ rename: "__proto__", to: "p" }])).toEqual({ metadata: { p: "x" } });
  });
});

describe("records under other IDs", () => {
  it("are listed in the order of these, found by them, and counted as they were", async () => {
    const { source } = through(
      { a: { file: "z", n: 1 }, b: { file: "é", n: 2 }, c: { file: "m", n: 3 } },
      { ids: { rule: { template: "{namespace}_{file}_{n}" }, encodes: true }, fields: [{ drop: "file" }] },
      { listing: "unordered" },
    );
    const { ids, values, missing, unreadable } = await everything(source);
    expect(ids).toEqual(["eu_%C3%A9_2", "eu_m_3", "eu_z_1"]);
    expect(ids.toSorted(compareBytes)).toEqual(ids);
    expect(values).toEqual({ eu_z_1: 0, "eu_%C3%A9_2": 1, eu_m_3: 2 });
    expect([missing, unreadable]).toEqual([[], {}]);
    const { records } = await source.fetchHeads(place, ["eu_m_3", "nobody"]);
    expect(records).toEqual([{ id: "eu_m_3", metadata: { n: 3 } }]);
    expect((await source.listIds(place, { prefix: "eu_%" })).ids).toEqual(["eu_%C3%A9_2"]);
    const asked = async (more: object = {}) =>
      (await source.query?.(place, { values: [0, 1], k: 1, metadata: true, ...more }))?.map(({ id, metadata }) => [
        id,
        metadata,
      ]);
    expect(await asked()).toEqual([["eu_z_1", { n: 1 }]]);
    // A filter speaks of the fields that are written: there is no `file` any more.
    expect(await asked({ filter: { key: "n", is: "gte", value: 3 } })).toEqual([["eu_m_3", { n: 3 }]]);
    expect(await asked({ filter: { key: "file", is: "exists", value: true } })).toEqual([]);
  });

  it("are found by a search without a listing where no two can share an ID", async () => {
    const { store, source } = through({ a: { n: 1 }, b: { n: 2 } }, { ids: { rule: { prefix: "p-" }, encodes: true } });
    expect((await source.query?.(place, { values: [1, 1], k: 1 }))?.map(({ id }) => id)).toEqual(["p-b"]);
    expect(store.calls.listIds).toBe(0);
  });

  it("that would share one are all told, and none of them is read; nor is one whose ID can't be made", async () => {
    const { source } = through(
      { a: { x: "a_b", y: "c" }, b: { x: "a", y: "b_c" }, c: { x: "a" }, d: { x: "q", y: "r" } },
      { ids: { rule: { template: "{x}_{y}" }, encodes: true } },
    );
    const { ids, values, unreadable } = await everything(source);
    expect(ids).toHaveLength(4);
    expect(values).toEqual({ q_r: 3 });
    expect(unreadable).toEqual({
      a_b_c: expect.stringContaining('"b" would be written under the same ID'),
      "a_b_c (of b)": expect.stringContaining('"a" would be written under the same ID'),
      c: expect.stringContaining('no text or number under "y"'),
    });
  });

  it("of the same text and metadata are written once, with the one that stands for the others", async () => {
    const same = { text: "one", page: 1 };
    const { source } = through(
      { a: same, b: { ...same, page: 2 }, c: same, d: { page: 1 }, e: { page: 1 } },
      { duplicates: "first-of-same-text", ids: { rule: { prefix: "p-" }, encodes: true } },
    );
    const { values, unreadable } = await everything(source);
    expect(Object.keys(values)).toEqual(["p-a", "p-b", "p-d", "p-e"]);
    expect(unreadable).toEqual({ "p-c": expect.stringContaining('as "a"') });
    // The one that stands for another is what a search finds; there are as many hits as were asked for.
    const hits = await source.query?.(place, { values: [2, 1], k: 4 });
    expect(hits?.map(({ id }) => id).sort()).toEqual(["p-a", "p-b", "p-d", "p-e"]);
    expect(hits?.[0]).not.toHaveProperty("metadata");
  });

  it("aren't said to be written for another where they share their new ID with a third", async () => {
    const same = { text: "one", n: 1 };
    const { source } = through(
      { a: { ...same, x: "q" }, b: { ...same, x: "q" }, c: { text: "two", x: "q" }, d: { text: "two", x: "q" } },
      { duplicates: "first-of-same-text", ids: { rule: { template: "{x}" }, encodes: true } },
    );
    const { values, unreadable } = await everything(source);
    expect(values).toEqual({});
    expect(Object.values(unreadable).filter((words) => words.includes("written for both"))).toEqual([]);
    expect(Object.values(unreadable)).toContainEqual(expect.stringContaining('as "a", which isn\'t written either'));
  });

  it("may be fetched while a listing begins, and books that aren't used go", async () => {
    const { source } = through(Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`r${at}`, { n: at }])), {
      ids: { rule: { template: "{n}" }, encodes: false },
    });
    await source.listIds(place);
    const asked = Array.from({ length: 8 }, (_, at) =>
      at % 2 === 0 ? source.listIds(place, { limit: 50 }) : source.fetchHeads(place, ["7", "8"]),
    );
    for (const answer of await Promise.all(asked))
      expect("ids" in answer ? answer.ids.length : answer.records.length).toBe("ids" in answer ? 50 : 2);
    for (let at = 0; at < 40; at++) await source.count({ ...place, namespace: `other-${at}` });
    expect((await source.fetchHeads(place, ["7"])).records).toHaveLength(1);
  });

  it("are gone through again by a listing that begins, and gone on with after a failure", async () => {
    let failures = 1;
    const { store, source } = through(
      Object.fromEntries(Array.from({ length: 25 }, (_, at) => [`r${at}`, { n: at }])),
      { ids: { rule: { template: "{n}" }, encodes: false } },
      {
        limits: { listPage: 10 },
        before: ({ operation, ids }) => {
          if (operation !== "fetchHeads" || !ids.includes("r20") || failures-- <= 0) return;
          throw new ServiceFailure({ code: "unavailable", service: "Memory", operation, message: "away" });
        },
      },
    );
    await expect(source.listIds(place)).rejects.toMatchObject({ code: "unavailable" });
    const calls = store.calls.listIds;
    expect((await source.listIds(place, { limit: 30 })).ids).toHaveLength(25);
    expect(store.calls.listIds - calls).toBeLessThan(3);
    await store.upsert(place, [{ id: "new", metadata: { n: 99 }, values: [1, 1] }]);
    expect((await source.fetchHeads(place, ["99"])).missing).toEqual(["99"]);
    expect((await source.listIds(place, { limit: 30 })).ids).toContain("99");
  });
});
