import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { isServiceFailure } from "@/lib/failures";
import { compareBytes } from "./byte-order";
import type { Metadata, Metric, Place, VectorRecord, VectorSource, VectorTarget } from "./contract";
import { readFilter } from "./query/filter";

/** By the definition, one number after the other. */
function scoreBetween(metric: Metric, left: readonly number[], right: readonly number[]): number {
  const sum = (of: (a: number, b: number) => number) => left.reduce((total, a, at) => total + of(a, right[at] ?? 0), 0);
  const product = sum((a, b) => a * b);
  if (metric === "dotproduct") return product;
  if (metric === "euclidean") return -Math.sqrt(sum((a, b) => (a - b) ** 2));
  return product / Math.sqrt(sum((a) => a * a) * sum((_, b) => b * b));
}

/** A store to be held to its contract: an empty index that `target` writes to and `source` reads. */
export type StoreUnderTest = {
  source: VectorSource;
  target: VectorTarget;
  index: string;
  /** At least 2. */
  dimension: number;
  metric: "cosine" | "dotproduct" | "euclidean";
  /** IDs may hold any character; else ASCII only. */
  anyIds: boolean;
  /** A store without namespaces: each test gets an index of its own instead. */
  newIndex?: () => Promise<string>;
  /** A store that is one index, called as `index`: another one, where nothing stands yet. */
  elsewhere?: () => Promise<VectorTarget>;
  /** `false`: a namespace can't be called by dots alone, and is refused. */
  dottedNames?: false;
  /** `false`: metadata doesn't hold empty lists. */
  emptyLists?: false;
  /** `false`: it can't search, and has no `query`. */
  searches?: false;
  close(): Promise<void>;
};

const oddNames = ["a/b c#%?&", "..", "$&", "+", "x=y&z", "%2F", "Ünïcode"];
const writing = ["ensureIndex", "upsert", "settle", "sizeOf", "delete", "deleteAll", "update"];

/** Whatever a store is made of, this is what the rest of Portage builds on. */
export function describeStoreContract(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the contract of a store`, () => {
    let store: StoreUnderTest;
    let fresh = 0;
    beforeAll(async () => {
      store = await make();
    });
    afterAll(() => store.close());

    const newPlace = async (): Promise<Place> =>
      store.newIndex
        ? { index: await store.newIndex(), namespace: "" }
        : { index: store.index, namespace: `place-${++fresh}` };
    const vector = (seed: number) =>
      Array.from({ length: store.dimension }, (_, at) => Math.fround(Math.sin(seed * 31 + at) * 0.5));
    const record = (id: string, metadata: Metadata = { text: `text of ${id}` }): VectorRecord => ({
      id,
      values: vector(id.length + 1),
      metadata,
    });
    /** Stores keep float32 and may write the same number with fewer digits. */
    const asKept = (records: VectorRecord[]) =>
      records.map((each) => ({ ...each, values: each.values.map(Math.fround) }));
    const write = async (place: Place, records: VectorRecord[]) => {
      const { accepted, rejected, receipt } = await store.target.upsert(place, records);
      expect(accepted).toEqual(records.map(({ id }) => id));
      expect(rejected).toEqual([]);
      if (receipt) expect(await store.target.settle(place, receipt)).toBe(true);
    };
    const listAll = async (place: Place, options: { prefix?: string; limit?: number } = {}) => {
      const pages: string[][] = [];
      let cursor: string | undefined;
      do {
        const page = await store.source.listIds(place, { ...options, ...(cursor !== undefined && { cursor }) });
        pages.push(page.ids);
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
      return pages;
    };
    const codeOf = async (call: Promise<unknown>): Promise<string> => {
      try {
        await call;
      } catch (error) {
        if (isServiceFailure(error)) return error.code;
        throw error;
      }
      return "no failure";
    };

    it("gives a source no way to write", () => {
      for (const verb of writing) expect(verb in store.source).toBe(false);
    });

    it("gives a target no way to delete", () => {
      const verbs: string[] = [];
      for (const verb in store.target) verbs.push(verb);
      expect(verbs).toContain("upsert");
      expect(verbs.filter((verb) => /delete|remove|drop|clear|truncate/i.test(verb))).toEqual([]);
    });

    it("describes an index, and says when there is none", async () => {
      const { index, dimension, metric } = store;
      expect(await store.source.inspect(index)).toMatchObject({ name: index, dimension, metric, ready: true });
      expect(await store.source.inspect("no-such-index")).toBeNull();
    });

    it("creates a missing index once, and refuses another shape", async () => {
      const target = (await store.elsewhere?.()) ?? store.target;
      const name = store.elsewhere ? store.index : "made-by-contract";
      const shape = { name, dimension: store.dimension, metric: store.metric };
      expect(await target.ensureIndex(shape)).toBe("created");
      expect(await target.ensureIndex(shape)).toBe("matched");
      expect(await target.inspect(shape.name)).toMatchObject({ ...shape, ready: true });
      expect(await codeOf(target.ensureIndex({ ...shape, dimension: store.dimension + 1 }))).toBe("conflict");
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
        ...(store.emptyLists !== false && { none: [] }),
        empty: "",
        values: ["not", "a vector"],
        "a key/with odd.signs": "x",
        constructor: "just a key",
      };
      const written = [record("kinds", metadata), record("plain", {})];
      await write(place, written);
      const { records, missing, unreadable } = await store.source.fetchRecords(place, ["plain", "kinds"]);
      expect(missing).toEqual([]);
      expect(unreadable).toEqual([]);
      expect(asKept(records)).toEqual(written.toReversed());
    });

    it("gives heads without vectors", async () => {
      const place = await newPlace();
      await write(place, [record("a"), record("b")]);
      const { records } = await store.source.fetchHeads(place, ["a", "b"]);
      expect(records).toEqual([
        { id: "a", metadata: { text: "text of a" } },
        { id: "b", metadata: { text: "text of b" } },
      ]);
    });

    it("carries sparse values where it takes them", async () => {
      if ((await store.target.inspect(store.index))?.sparse !== true) return;
      const place = await newPlace();
      const sparse = { ...record("sparse"), sparseValues: { indices: [1, 7, 4_000_000], values: [0.5, 0.25, 1] } };
      await write(place, [sparse]);
      expect(asKept((await store.source.fetchRecords(place, ["sparse"])).records)).toEqual([sparse]);
      expect((await store.source.fetchHeads(place, ["sparse"])).records[0]?.sparseValues).toEqual(sparse.sparseValues);
    });

    it("puts every ID asked for into records or missing, once, in the order asked for", async () => {
      const place = await newPlace();
      await write(place, [record("b"), record("d")]);
      const { records, missing, unreadable } = await store.source.fetchHeads(place, ["d", "nope", "b", "b", "neither"]);
      expect(records.map(({ id }) => id)).toEqual(["d", "b"]);
      expect(missing).toEqual(["nope", "neither"]);
      expect(unreadable).toEqual([]);
      expect(await store.source.fetchHeads(place, [])).toEqual({ records: [], missing: [], unreadable: [] });
    });

    it("replaces the whole record of an ID that stands already", async () => {
      const place = await newPlace();
      await write(place, [record("a", { old: 1, text: "old" })]);
      await write(place, [record("a", { text: "new" })]);
      await vi.waitFor(async () => {
        expect((await store.source.fetchHeads(place, ["a"])).records[0]?.metadata).toEqual({ text: "new" });
      }, 5000);
    });

    it("lists every ID once, page by page", async () => {
      const place = await newPlace();
      const shapes = ["doc#", "Doc#", "_", "~", "a b/"];
      const ids = Array.from({ length: 230 }, (_, at) => `${shapes[at % shapes.length]}${at}`);
      if (store.anyIds) ids.push("é", "日本", "\uffff", "😀", "\ue000");
      for (let start = 0; start < ids.length; start += 50) {
        await write(
          place,
          ids.slice(start, start + 50).map((id) => record(id)),
        );
      }
      const pages = await listAll(place);
      const { listPage } = store.source.can.limits;
      for (const page of pages) expect(page.length).toBeLessThanOrEqual(listPage);
      expect(pages.flat().toSorted(compareBytes)).toEqual(ids.toSorted(compareBytes));
      if (store.source.can.listing === "byte-ordered") expect(pages.flat()).toEqual(ids.toSorted(compareBytes));
      const some = await listAll(place, { prefix: "doc#", limit: 7 });
      expect(some[0]).toHaveLength(7);
      expect(some.flat().toSorted(compareBytes)).toEqual(
        ids.filter((id) => id.startsWith("doc#")).toSorted(compareBytes),
      );
    });

    it("reads a namespace that nobody wrote to as empty", async () => {
      const place = await newPlace();
      expect(await listAll(place)).toEqual([[]]);
      expect(await store.source.count(place)).toMatchObject({ value: 0 });
      expect(await store.source.fetchHeads(place, ["a"])).toMatchObject({ records: [], missing: ["a"] });
    });

    it("keeps namespaces apart, whatever their names, the default one too", async () => {
      if (store.newIndex) return;
      const fitting = (odd: string) => store.anyIds || /^[\x20-\x7e]*$/.test(odd);
      const dotted = (odd: string) => /^\.+$/.test(odd) && store.dottedNames === false;
      const names = ["", ...oddNames.filter((odd) => fitting(odd) && !dotted(odd))];
      for (const namespace of oddNames.filter(dotted))
        expect(await codeOf(store.source.listIds({ index: store.index, namespace }))).toBe("invalid");
      for (const [at, namespace] of names.entries()) {
        await write({ index: store.index, namespace }, [record(`only-${at}`), record("shared", { of: namespace })]);
      }
      for (const [at, namespace] of names.entries()) {
        const place = { index: store.index, namespace };
        expect(await listAll(place)).toEqual([[`only-${at}`, "shared"].toSorted(compareBytes)]);
        expect((await store.source.fetchHeads(place, ["shared"])).records[0]?.metadata).toEqual({ of: namespace });
        await vi.waitFor(async () => {
          expect((await store.source.count(place)).value).toBe(2);
        }, 10_000);
      }
    });

    it("counts namespaces in pages without a request for each, and says whether counts are exact", async () => {
      const place = store.newIndex ? await newPlace() : { index: store.index, namespace: "counted-here" };
      await write(place, [record("a"), record("b"), record("c")]);
      const exact = store.source.can.count === "exact";
      await vi.waitFor(async () => {
        expect(await store.source.count(place)).toEqual({ value: 3, exact });
      }, 10_000);
      const found = [];
      for await (const page of store.source.namespaces(place.index)) found.push(...page.namespaces);
      expect(found).toContainEqual({ name: place.namespace, count: { value: 3, exact } });
      expect(new Set(found.map((each) => each.name)).size).toBe(found.length);
      const some = [];
      for await (const page of store.source.namespaces(place.index, { prefix: "counted-" }))
        some.push(...page.namespaces);
      expect(some.map((each) => each.name)).toEqual(store.newIndex ? [] : ["counted-here"]);
      const shape = await store.source.inspect(place.index);
      expect(shape?.namespaces).toBeGreaterThanOrEqual(1);
      expect(shape?.vectors.value).toBeGreaterThanOrEqual(3);
    });

    it("refuses a vector of another dimension, and writes nothing of that request", async () => {
      const place = await newPlace();
      const wrong = { ...record("wrong"), values: [1] };
      expect(await codeOf(store.target.upsert(place, [record("right"), wrong]))).toBe("invalid");
      expect(await listAll(place)).toEqual([[]]);
    });

    it("refuses a number that isn't finite", async () => {
      const broken = { ...record("broken"), values: vector(1).with(0, Number.NaN) };
      expect(await codeOf(store.target.upsert(await newPlace(), [broken]))).toBe("invalid");
    });

    it("refuses metadata beyond its limit, and takes metadata just below", async () => {
      const place = await newPlace();
      const { metadataBytes } = store.target.can.limits;
      const below = record("below", { text: "x".repeat(metadataBytes - 100) });
      await write(place, [below]);
      expect((await store.source.fetchHeads(place, ["below"])).records[0]?.metadata).toEqual(below.metadata);
      const beyond = record("beyond", { text: "x".repeat(metadataBytes + 1) });
      expect(["invalid", "too-large"]).toContain(await codeOf(store.target.upsert(place, [beyond])));
    });

    it("takes a request filled to its limits by its own measure", async () => {
      const place = await newPlace();
      const { upsertBytes, upsertRecords, fetchIds } = store.target.can.limits;
      const records: VectorRecord[] = [];
      for (let bytes = 0; records.length < upsertRecords; ) {
        const next = record(`big-${records.length}`, { text: "日本語".repeat(2000), at: records.length });
        bytes += store.target.sizeOf(next);
        if (bytes > upsertBytes) break;
        records.push(next);
      }
      expect(records.length).toBeGreaterThan(50);
      await write(place, records);
      const ids = records.map(({ id }) => id).slice(0, Math.min(100, fetchIds));
      const read = await store.source.fetchRecords(place, ids);
      expect(asKept(read.records)).toEqual(records.slice(0, ids.length));
    });

    it("finds the nearest by the index's metric, scored the higher the nearer", async () => {
      if (store.searches === false) return expect("query" in store.source).toBe(false);
      const place = await newPlace();
      const records = Array.from({ length: 40 }, (_, at) => ({
        id: `near-${at}`,
        values: Array.from({ length: store.dimension }, (_, i) =>
          Math.fround(Math.sin(at * 1.7 + i * (at + 1)) * (1 + at / 40)),
        ),
        metadata: { text: `text ${at}`, page: at, even: at % 2 === 0, tags: at % 3 === 0 ? ["three", "x"] : ["x"] },
      }));
      await write(place, records);
      if (!store.newIndex) await write({ ...place, namespace: `${place.namespace}-other` }, [record("elsewhere")]);
      const values = vector(3);
      const ask = (more: object = {}) =>
        store.source.query?.(place, { values, k: 5, ...more }) ?? Promise.reject("can't search");
      const scored = (those: typeof records) =>
        those.map((each) => scoreBetween(store.metric, values, each.values)).toSorted((a, b) => b - a);
      const scoresOf = (hits: Awaited<ReturnType<typeof ask>>) => hits.map(({ score }) => score);
      const close = (given: number[], wanted: number[]) => {
        expect(given).toHaveLength(wanted.length);
        for (const [at, score] of given.entries()) expect(score).toBeCloseTo(wanted[at] ?? Number.NaN, 3);
      };
      close(scoresOf(await ask()), scored(records).slice(0, 5));
      const [first] = await ask({ metadata: true });
      expect(first?.metadata).toEqual(records.find(({ id }) => id === first?.id)?.metadata);
      expect((await ask())[0]).not.toHaveProperty("metadata");
      expect((await ask({ k: 100 })).map(({ id }) => id).toSorted(compareBytes)).toEqual(
        records.map(({ id }) => id).toSorted(compareBytes),
      );
      const filtered = async (given: object) => {
        const filter = readFilter(given);
        if ("wrong" in filter) throw new Error(filter.wrong);
        return (await ask({ k: 100, filter })).map(({ id }) => id).toSorted(compareBytes);
      };
      const those = (which: (at: number) => boolean) =>
        records
          .filter((_, at) => which(at))
          .map(({ id }) => id)
          .toSorted(compareBytes);
      expect(await filtered({ page: { $gte: 10, $lt: 20 }, even: true })).toEqual(
        those((at) => at >= 10 && at < 20 && at % 2 === 0),
      );
      expect(await filtered({ $or: [{ page: 3 }, { page: { $in: [5, 7] } }] })).toEqual(
        those((at) => [3, 5, 7].includes(at)),
      );
      expect(await filtered({ even: { $ne: true } })).toEqual(those((at) => at % 2 === 1));
      expect(await filtered({ page: { $gt: 1000 } })).toEqual([]);
      expect(await store.source.query?.({ ...place, namespace: "nobody-wrote-here" }, { values, k: 5 })).toEqual([]);
      expect(await codeOf(ask({ values: [1] }))).toBe("invalid");
      expect(await codeOf(ask({ values: vector(1).with(0, Number.NaN) }))).toBe("invalid");
      expect(await codeOf(ask({ k: 0 }))).toBe("invalid");
      const nowhere = { index: "no-such-index", namespace: "" };
      expect(await codeOf(store.source.query?.(nowhere, { values, k: 5 }) ?? Promise.resolve())).toBe("not-found");
      const signal = AbortSignal.abort();
      expect(await codeOf(store.source.query?.(place, { values, k: 5 }, { signal }) ?? Promise.resolve())).toBe(
        "aborted",
      );
    });

    it("says so when the index isn't there", async () => {
      const nowhere = { index: "no-such-index", namespace: "" };
      expect(await codeOf(store.source.listIds(nowhere))).toBe("not-found");
      expect(await codeOf(store.source.fetchHeads(nowhere, ["a"]))).toBe("not-found");
      expect(await codeOf(store.source.fetchRecords(nowhere, ["a"]))).toBe("not-found");
      expect(await codeOf(store.source.count(nowhere))).toBe("not-found");
      expect(await codeOf(store.target.upsert(nowhere, [record("a")]))).toBe("not-found");
    });

    it("makes no call for somebody who has cancelled already", async () => {
      const place = await newPlace();
      const signal = AbortSignal.abort();
      expect(await codeOf(store.source.inspect(store.index, { signal }))).toBe("aborted");
      expect(await codeOf(store.source.listIds(place, { signal }))).toBe("aborted");
      expect(await codeOf(store.source.fetchHeads(place, ["a"], { signal }))).toBe("aborted");
      expect(await codeOf(store.source.count(place, { signal }))).toBe("aborted");
      expect(await codeOf(store.target.upsert(place, [record("a")], { signal }))).toBe("aborted");
      expect(await codeOf(store.target.settle(place, { token: "", ids: ["a"] }, { signal }))).toBe("aborted");
      expect(await listAll(place)).toEqual([[]]);
    });
  });
}
