import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { compareBytes } from "./byte-order";
import type { Metadata } from "./contract";
import { testBounds } from "./contract-bounds.suite";
import { contractHands, type StoreUnderTest } from "./contract-hands.suite";
import { testQueries } from "./contract-query.suite";

export type { StoreUnderTest } from "./contract-hands.suite";

const oddNames = ["a/b c#%?&", "..", "$&", "+", "x=y&z", "%2F", "Ünïcode"];
const writing = ["ensureIndex", "upsert", "settle", "sizeOf", "delete", "deleteAll", "update"];

/** Whatever a store is made of, this is what the rest of Portage builds on. */
export function describeStoreContract(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the contract of a store`, () => {
    let opened: StoreUnderTest;
    beforeAll(async () => {
      opened = await make();
    });
    afterAll(() => opened.close());
    const store = () => opened;
    const hands = contractHands(store);
    const { newPlace, record, asKept, write, listAll, codeOf } = hands;

    it("gives a source no way to write", () => {
      for (const verb of writing) expect(verb in store().source).toBe(false);
    });

    it("gives a target no way to delete", () => {
      const verbs: string[] = [];
      for (const verb in store().target) verbs.push(verb);
      expect(verbs).toContain("upsert");
      expect(verbs.filter((verb) => /delete|remove|drop|clear|truncate/i.test(verb))).toEqual([]);
    });

    it("describes an index, and says when there is none", async () => {
      const { index, dimension, metric } = store();
      expect(await store().source.inspect(index)).toMatchObject({ name: index, dimension, metric, ready: true });
      expect(await store().source.inspect("no-such-index")).toBeNull();
    });

    it("creates a missing index once, and refuses another shape", async () => {
      const target = (await store().elsewhere?.()) ?? store().target;
      const name = store().elsewhere ? store().index : "made-by-contract";
      const shape = { name, dimension: store().dimension, metric: store().metric };
      expect(await target.ensureIndex(shape)).toBe("created");
      expect(await target.ensureIndex(shape)).toBe("matched");
      expect(await target.inspect(shape.name)).toMatchObject({ ...shape, ready: true });
      expect(await codeOf(target.ensureIndex({ ...shape, dimension: store().dimension + 1 }))).toBe("conflict");
    });

    it("gives back what was written: vector, metadata of every kind, nothing added", async () => {
      const place = await newPlace();
      const metadata: Metadata = {
        text: 'A "quoted" text,\nover lines, with { "values": [1, 2] } and \\ and 日本語 😀',
        page: 12,
        ratio: 0.1,
        negative: -3,
        flag: true,
        off: false,
        tags: ["a", "b c", "é"],
        ...(store().emptyLists !== false && { none: [] }),
        empty: "",
        values: ["not", "a vector"],
        "a key/with odd.signs": "x",
        constructor: "just a key",
      };
      const written = [record("kinds", metadata), record("plain", {})];
      await write(place, written);
      const { records, missing, unreadable } = await store().source.fetchRecords(place, ["plain", "kinds"]);
      expect(missing).toEqual([]);
      expect(unreadable).toEqual([]);
      expect(asKept(records)).toEqual(written.toReversed());
    });

    it("gives heads without vectors", async () => {
      const place = await newPlace();
      await write(place, [record("a"), record("b")]);
      const { records } = await store().source.fetchHeads(place, ["a", "b"]);
      expect(records).toEqual([
        { id: "a", metadata: { text: "text of a" } },
        { id: "b", metadata: { text: "text of b" } },
      ]);
    });

    it("writes a record whole that waited packed, as often as it is sent", async () => {
      const place = await newPlace();
      const records = [record("one"), record("two")];
      const waiting = records.map((one) => store().target.packed?.(one) ?? one);
      for (let attempt = 0; attempt < 2; attempt++) await write(place, waiting);
      expect(asKept((await store().source.fetchRecords(place, ["one", "two"])).records)).toEqual(records);
    });

    it("carries sparse values where it takes them", async () => {
      if ((await store().target.inspect(store().index))?.sparse !== true) return;
      const place = await newPlace();
      const sparse = { ...record("sparse"), sparseValues: { indices: [1, 7, 4_000_000], values: [0.5, 0.25, 1] } };
      await write(place, [sparse]);
      expect(asKept((await store().source.fetchRecords(place, ["sparse"])).records)).toEqual([sparse]);
      expect((await store().source.fetchHeads(place, ["sparse"])).records[0]?.sparseValues).toEqual(
        sparse.sparseValues,
      );
    });

    it("puts every ID asked for into records or missing, once, in the order asked for", async () => {
      const place = await newPlace();
      await write(place, [record("b"), record("d")]);
      const { records, missing, unreadable } = await store().source.fetchHeads(place, [
        "d",
        "nope",
        "b",
        "b",
        "neither",
      ]);
      expect(records.map(({ id }) => id)).toEqual(["d", "b"]);
      expect(missing).toEqual(["nope", "neither"]);
      expect(unreadable).toEqual([]);
      expect(await store().source.fetchHeads(place, [])).toEqual({ records: [], missing: [], unreadable: [] });
    });

    it("replaces the whole record of an ID that stands already", async () => {
      const place = await newPlace();
      await write(place, [record("a", { old: 1, text: "old" })]);
      await write(place, [record("a", { text: "new" })]);
      await vi.waitFor(async () => {
        expect((await store().source.fetchHeads(place, ["a"])).records[0]?.metadata).toEqual({ text: "new" });
      }, 5000);
    });

    it("lists every ID once, page by page", async () => {
      const place = await newPlace();
      const shapes = ["doc#", "Doc#", "_", "~", "a b/"];
      const ids = Array.from({ length: 230 }, (_, at) => `${shapes[at % shapes.length]}${at}`);
      if (store().anyIds) ids.push("é", "日本", "\uffff", "😀", "\ue000");
      for (let start = 0; start < ids.length; start += 50) {
        await write(
          place,
          ids.slice(start, start + 50).map((id) => record(id)),
        );
      }
      const pages = await listAll(place);
      const { listPage } = store().source.can.limits;
      for (const page of pages) expect(page.length).toBeLessThanOrEqual(listPage);
      expect(pages.flat().toSorted(compareBytes)).toEqual(ids.toSorted(compareBytes));
      if (store().source.can.listing === "byte-ordered") expect(pages.flat()).toEqual(ids.toSorted(compareBytes));
      const some = await listAll(place, { prefix: "doc#", limit: 7 });
      expect(some[0]).toHaveLength(7);
      expect(some.flat().toSorted(compareBytes)).toEqual(
        ids.filter((id) => id.startsWith("doc#")).toSorted(compareBytes),
      );
    });

    it("reads a namespace that nobody wrote to as empty", async () => {
      const place = await newPlace();
      expect(await listAll(place)).toEqual([[]]);
      expect(await store().source.count(place)).toMatchObject({ value: 0 });
      expect(await store().source.fetchHeads(place, ["a"])).toMatchObject({ records: [], missing: ["a"] });
    });

    it("keeps namespaces apart, whatever their names, the default one too", async () => {
      if (store().newIndex) return;
      const fitting = (odd: string) => store().anyIds || /^[\x20-\x7e]*$/.test(odd);
      const dotted = (odd: string) => /^\.+$/.test(odd) && store().dottedNames === false;
      const names = ["", ...oddNames.filter((odd) => fitting(odd) && !dotted(odd))];
      for (const namespace of oddNames.filter(dotted))
        expect(await codeOf(store().source.listIds({ index: store().index, namespace }))).toBe("invalid");
      for (const [at, namespace] of names.entries()) {
        await write({ index: store().index, namespace }, [record(`only-${at}`), record("shared", { of: namespace })]);
      }
      for (const [at, namespace] of names.entries()) {
        const place = { index: store().index, namespace };
        expect(await listAll(place)).toEqual([[`only-${at}`, "shared"].toSorted(compareBytes)]);
        expect((await store().source.fetchHeads(place, ["shared"])).records[0]?.metadata).toEqual({ of: namespace });
        await vi.waitFor(async () => {
          expect((await store().source.count(place)).value).toBe(2);
        }, 10_000);
      }
    });

    it("counts namespaces in pages without a request for each, and says whether counts are exact", async () => {
      const place = store().newIndex ? await newPlace() : { index: store().index, namespace: "counted-here" };
      await write(place, [record("a"), record("b"), record("c")]);
      const exact = store().source.can.count === "exact";
      await vi.waitFor(async () => {
        expect(await store().source.count(place)).toEqual({ value: 3, exact });
      }, 10_000);
      const found = [];
      for await (const page of store().source.namespaces(place.index)) found.push(...page.namespaces);
      expect(found).toContainEqual({ name: place.namespace, count: { value: 3, exact } });
      expect(new Set(found.map((each) => each.name)).size).toBe(found.length);
      const some = [];
      for await (const page of store().source.namespaces(place.index, { prefix: "counted-" }))
        some.push(...page.namespaces);
      expect(some.map((each) => each.name)).toEqual(store().newIndex ? [] : ["counted-here"]);
      const shape = await store().source.inspect(place.index);
      expect(shape?.namespaces).toBeGreaterThanOrEqual(1);
      expect(shape?.vectors.value).toBeGreaterThanOrEqual(3);
    });

    testBounds(hands);
    testQueries(hands);
  });
}
