import { expect, it } from "vitest";
import { compareBytes } from "./byte-order";
import type { Metric } from "./contract";
import type { ContractHands } from "./contract-hands.suite";
import { readFilter } from "./query/filter";

/** By the definition, one number after the other. */
function scoreBetween(metric: Metric, left: readonly number[], right: readonly number[]): number {
  const sum = (of: (a: number, b: number) => number) => left.reduce((total, a, at) => total + of(a, right[at] ?? 0), 0);
  const product = sum((a, b) => a * b);
  if (metric === "dotproduct") return product;
  if (metric === "euclidean") return -Math.sqrt(sum((a, b) => (a - b) ** 2));
  return product / Math.sqrt(sum((a) => a * a) * sum((_, b) => b * b));
}

/** What a store answers to questions, where it can search. */
export function testQueries({ store, newPlace, vector, record, write, codeOf }: ContractHands): void {
  it("finds the nearest by the index's metric, scored the higher the nearer", async () => {
    if (store().searches === false) return expect("query" in store().source).toBe(false);
    const place = await newPlace();
    const records = Array.from({ length: 40 }, (_, at) => ({
      id: `near-${at}`,
      values: Array.from({ length: store().dimension }, (_, i) =>
        Math.fround(Math.sin(at * 1.7 + i * (at + 1)) * (1 + at / 40)),
      ),
      metadata: { text: `text ${at}`, page: at, even: at % 2 === 0, tags: at % 3 === 0 ? ["three", "x"] : ["x"] },
    }));
    await write(place, records);
    if (!store().newIndex) await write({ ...place, namespace: `${place.namespace}-other` }, [record("elsewhere")]);
    const values = vector(3);
    const ask = (more: object = {}) =>
      store().source.query?.(place, { values, k: 5, ...more }) ?? Promise.reject("can't search");
    const scored = (those: typeof records) =>
      those.map((each) => scoreBetween(store().metric, values, each.values)).toSorted((a, b) => b - a);
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
    expect(await store().source.query?.({ ...place, namespace: "nobody-wrote-here" }, { values, k: 5 })).toEqual([]);
    expect(await codeOf(ask({ values: [1] }))).toBe("invalid");
    expect(await codeOf(ask({ values: vector(1).with(0, Number.NaN) }))).toBe("invalid");
    expect(await codeOf(ask({ k: 0 }))).toBe("invalid");
    const nowhere = { index: "no-such-index", namespace: "" };
    expect(await codeOf(store().source.query?.(nowhere, { values, k: 5 }) ?? Promise.resolve())).toBe("not-found");
    const signal = AbortSignal.abort();
    expect(await codeOf(store().source.query?.(place, { values, k: 5 }, { signal }) ?? Promise.resolve())).toBe(
      "aborted",
    );
  });
}
