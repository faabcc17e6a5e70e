import { expect, it } from "vitest";
import type { VectorRecord } from "./contract";
import type { ContractHands } from "./contract-hands.suite";

/** What a store refuses, and what it takes just below that. */
export function testBounds({ store, newPlace, vector, record, asKept, write, listAll, codeOf }: ContractHands): void {
  it("refuses a vector of another dimension, and writes nothing of that request", async () => {
    const place = await newPlace();
    const wrong = { ...record("wrong"), values: [1] };
    expect(await codeOf(store().target.upsert(place, [record("right"), wrong]))).toBe("invalid");
    expect(await listAll(place)).toEqual([[]]);
  });

  it("refuses a number that isn't finite", async () => {
    const broken = { ...record("broken"), values: vector(1).with(0, Number.NaN) };
    expect(await codeOf(store().target.upsert(await newPlace(), [broken]))).toBe("invalid");
  });

  it("refuses metadata beyond its limit, and takes metadata just below", async () => {
    const place = await newPlace();
    const { metadataBytes } = store().target.can.limits;
    const below = record("below", { text: "x".repeat(metadataBytes - 100) });
    await write(place, [below]);
    expect((await store().source.fetchHeads(place, ["below"])).records[0]?.metadata).toEqual(below.metadata);
    const beyond = record("beyond", { text: "x".repeat(metadataBytes + 1) });
    expect(["invalid", "too-large"]).toContain(await codeOf(store().target.upsert(place, [beyond])));
  });

  it("takes a request filled to its limits by its own measure", async () => {
    const place = await newPlace();
    const { upsertBytes, upsertRecords, fetchIds } = store().target.can.limits;
    const records: VectorRecord[] = [];
    for (let bytes = 0; records.length < upsertRecords; ) {
      const next = record(`big-${records.length}`, { text: "日本語".repeat(2000), at: records.length });
      bytes += store().target.sizeOf(next);
      if (bytes > upsertBytes) break;
      records.push(next);
    }
    expect(records.length).toBeGreaterThan(50);
    await write(place, records);
    const ids = records.map(({ id }) => id).slice(0, Math.min(100, fetchIds));
    const read = await store().source.fetchRecords(place, ids);
    expect(asKept(read.records)).toEqual(records.slice(0, ids.length));
  });

  it("keeps what is written side by side, in one namespace too", async () => {
    const place = await newPlace();
    const batch = (number: number) =>
      Array.from({ length: 20 }, (_, at) => record(`${number}-${at}`, { text: "x".repeat(32_000) }));
    const batches = Array.from({ length: 6 }, (_, number) => batch(number));
    await Promise.all(batches.map((records) => write(place, records)));
    expect((await listAll(place)).flat()).toHaveLength(120);
    const last = batches[5] ?? [];
    const read = await store().source.fetchRecords(
      place,
      last.map(({ id }) => id),
    );
    expect(asKept(read.records)).toEqual(last);
  });

  it("says so when the index isn't there", async () => {
    const nowhere = { index: "no-such-index", namespace: "" };
    expect(await codeOf(store().source.listIds(nowhere))).toBe("not-found");
    expect(await codeOf(store().source.fetchHeads(nowhere, ["a"]))).toBe("not-found");
    expect(await codeOf(store().source.fetchRecords(nowhere, ["a"]))).toBe("not-found");
    expect(await codeOf(store().source.count(nowhere))).toBe("not-found");
    expect(await codeOf(store().target.upsert(nowhere, [record("a")]))).toBe("not-found");
  });

  it("makes no call for somebody who has cancelled already", async () => {
    const place = await newPlace();
    const signal = AbortSignal.abort();
    expect(await codeOf(store().source.inspect(store().index, { signal }))).toBe("aborted");
    expect(await codeOf(store().source.listIds(place, { signal }))).toBe("aborted");
    expect(await codeOf(store().source.fetchHeads(place, ["a"], { signal }))).toBe("aborted");
    expect(await codeOf(store().source.count(place, { signal }))).toBe("aborted");
    expect(await codeOf(store().target.upsert(place, [record("a")], { signal }))).toBe("aborted");
    expect(await codeOf(store().target.settle(place, { token: "", ids: ["a"] }, { signal }))).toBe("aborted");
    expect(await listAll(place)).toEqual([[]]);
  });
}
