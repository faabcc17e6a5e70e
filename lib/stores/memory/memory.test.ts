import { describe, expect, it } from "vitest";
import { ServiceFailure } from "@/lib/failures";
import { describeStoreContract } from "../contract.suite";
import { createMemoryStore, type MemoryStoreOptions } from ".";

const standing = (options: MemoryStoreOptions) => async () => {
  const store = createMemoryStore({ indexes: { contract: { dimension: 8 } }, ...options });
  // What customers do, and tests look at, is no part of what Portage is given.
  const { put: _p, remove: _r, contents: _c, calls: _n, written: _w, ...target } = store;
  const { ensureIndex: _, upsert: _u, settle: _s, sizeOf: _z, ...source } = target;
  return {
    source,
    target,
    index: "contract",
    dimension: 8,
    metric: "cosine" as const,
    anyIds: true,
    close: () => store.close(),
  };
};

describeStoreContract("The store in memory", standing({}));
describeStoreContract(
  "The store in memory, eventual and unordered,",
  standing({ visibility: "eventual", listing: "unordered", count: "approximate" }),
);

const place = { index: "i", namespace: "n" };
const record = (id: string) => ({ id, values: [1, 0], metadata: {} });

describe("the store in memory", () => {
  it("hides an unsettled write from every read, and shows it in its contents", async () => {
    const store = createMemoryStore({ indexes: { i: { dimension: 2 } }, visibility: "eventual" });
    const { receipt } = await store.upsert(place, [record("a")]);
    expect((await store.listIds(place)).ids).toEqual([]);
    expect((await store.fetchHeads(place, ["a"])).missing).toEqual(["a"]);
    expect(store.contents(place).map(({ id }) => id)).toEqual(["a"]);
    if (receipt) await store.settle(place, receipt);
    expect((await store.listIds(place)).ids).toEqual(["a"]);
  });

  it("counts calls and can fail before or after the effect", async () => {
    const reset = new ServiceFailure({ code: "connection", service: "Memory", operation: "upsert", message: "reset" });
    let when: "before" | "after" | null = "before";
    const fail = (at: string) => () => {
      if (when === at) throw reset;
    };
    const store = createMemoryStore({
      indexes: { i: { dimension: 2 } },
      before: fail("before"),
      after: fail("after"),
    });
    await expect(store.upsert(place, [record("a")])).rejects.toBe(reset);
    expect(store.contents(place)).toEqual([]);
    when = "after";
    await expect(store.upsert(place, [record("a")])).rejects.toBe(reset);
    expect(store.contents(place)).toEqual([record("a")]);
    when = null;
    await store.upsert(place, [record("b")]);
    expect(store.calls.upsert).toBe(3);
    expect(store.written).toEqual(["a", "b"]);
  });

  it("goes on with a listing after the cursor's record was removed", async () => {
    const store = createMemoryStore({
      indexes: { i: { dimension: 2, namespaces: { n: ["a", "b", "c", "d"].map(record) } } },
    });
    const { ids, next } = await store.listIds(place, { limit: 2 });
    expect(ids).toEqual(["a", "b"]);
    store.remove(place, "b");
    expect(await store.listIds(place, { limit: 2, cursor: next ?? "" })).toEqual({ ids: ["c", "d"], next: null });
  });

  it("keeps its records from those who hold them", async () => {
    const store = createMemoryStore({ indexes: { i: { dimension: 2 } } });
    const mine = { id: "a", values: [1, 0], metadata: { tags: ["x"] } };
    await store.upsert(place, [mine]);
    mine.values[0] = 9;
    mine.metadata.tags.push("y");
    expect(store.contents(place)).toEqual([{ id: "a", values: [1, 0], metadata: { tags: ["x"] } }]);
  });
});
