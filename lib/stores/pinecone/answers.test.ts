import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Reply } from "@/lib/http/scripted-server.suite";
import type { VectorTarget } from "../contract";
import { egressOnTheWire } from "./egress";
import { failureOf, open, place } from "./scripted.suite";

const fetchHeads = (target: VectorTarget) => target.fetchHeads(place, ["a", "b"]);
const list = (target: VectorTarget) => target.listIds(place);

describe("what Pinecone answers is checked", () => {
  const vectors = (given: unknown): Reply => ({ json: { vectors: given, namespace: "n", usage: { readUnits: 1 } } });

  it("one bad record is unreadable and leaves the others alone", async () => {
    const bad: Record<string, unknown> = {
      nested: { id: "nested", values: [1, 2], metadata: { deep: { a: 1 } } },
      numbers: { id: "numbers", values: [1, 2], metadata: { list: [1, 2] } },
      mixed: { id: "mixed", values: [1, 2], metadata: { list: ["a", null] } },
      renamed: { id: "other", values: [1, 2] },
      nothing: null,
      listed: [],
      flat: { id: "flat", values: [1, 2], metadata: "text" },
      lopsided: { id: "lopsided", values: [1], sparseValues: { indices: [1, 2], values: [1] } },
    };
    const good = { id: "good", values: [1, 2], metadata: { text: "t", dropped: null } };
    const { target } = await open(() => vectors({ ...bad, good }));
    const ids = ["absent", "good", ...Object.keys(bad)];
    const heads = await target.fetchHeads(place, ids);
    expect(heads.records).toEqual([{ id: "good", metadata: { text: "t" } }]);
    expect(heads.missing).toEqual(["absent"]);
    expect(heads.unreadable.map(({ id }) => id)).toEqual(Object.keys(bad));
    expect(heads.unreadable[0]?.detail).toContain('"deep"');
    const whole = await target.fetchRecords(place, ids);
    expect(whole.records).toEqual([{ id: "good", values: [1, 2], metadata: { text: "t" } }]);
  });

  it("a vector that isn't numbers is unreadable to those who need it, and unseen by those who don't", async () => {
    const { target } = await open(() => vectors({ a: { id: "a", values: [1, null] }, b: { id: "b" } }));
    expect(await target.fetchRecords(place, ["a", "b"])).toMatchObject({
      records: [],
      unreadable: [{ id: "a" }, { id: "b" }],
    });
    expect((await target.fetchHeads(place, ["a", "b"])).records).toHaveLength(2);
  });

  it("keeps IDs and keys with names that objects have themselves", async () => {
    const json =
      '{"vectors":{"__proto__":{"id":"__proto__","values":[1,2],"metadata":{"__proto__":"x","constructor":"y"}}}}';
    const { target } = await open(() => ({ text: json }));
    const { records, missing } = await target.fetchHeads(place, ["__proto__", "toString"]);
    expect(missing).toEqual(["toString"]);
    expect(records.map(({ id }) => id)).toEqual(["__proto__"]);
    expect(Object.entries(records[0]?.metadata ?? {})).toEqual([
      ["__proto__", "x"],
      ["constructor", "y"],
    ]);
  });

  it("a record that nobody asked for is malformed", async () => {
    const { target } = await open(() => vectors({ a: { id: "a", values: [1, 2] }, c: { id: "c", values: [1, 2] } }));
    expect((await failureOf(fetchHeads(target))).code).toBe("malformed");
    expect((await failureOf(target.fetchRecords(place, ["a", "b"]))).code).toBe("malformed");
  });

  it("an answer without records means that all are missing; an absent namespace is empty", async () => {
    const { target } = await open(() => ({ json: {} }));
    expect(await fetchHeads(target)).toMatchObject({ missing: ["a", "b"] });
    const absent = await open(() => ({ status: 404, json: { code: 5, message: "Namespace not found", details: [] } }));
    expect(await fetchHeads(absent.target)).toMatchObject({ missing: ["a", "b"] });
    expect(await list(absent.target)).toEqual({ ids: [], next: null });
  });

  it("a listing out of order is told, within a page and from page to page", async () => {
    const page = (ids: string[], next?: string): Reply => ({
      json: { vectors: ids.map((id) => ({ id })), ...(next && { pagination: { next } }) },
    });
    const within = await open(() => page(["a", "B"]));
    expect((await failureOf(list(within.target))).code).toBe("disorder");
    const twice = await open(() => page(["a", "a"]));
    expect((await failureOf(list(twice.target))).code).toBe("disorder");
    const between = await open(({ url }) =>
      url.searchParams.has("paginationToken") ? page(["b"]) : page(["a", "c"], "t"),
    );
    const { next } = await list(between.target);
    expect((await failureOf(between.target.listIds(place, { cursor: next ?? "" }))).code).toBe("disorder");
    const empty = await open(({ url }) =>
      url.searchParams.get("paginationToken") === "t"
        ? page([], "u")
        : url.searchParams.has("paginationToken")
          ? page(["b"])
          : page(["c"], "t"),
    );
    const first = await list(empty.target);
    const second = await empty.target.listIds(place, { cursor: first.next ?? "" });
    expect(second.ids).toEqual([]);
    expect((await failureOf(empty.target.listIds(place, { cursor: second.next ?? "" }))).code).toBe("disorder");
  });

  it("a listing that goes nowhere is endless, a foreign cursor malformed", async () => {
    const { target } = await open(() => ({ json: { vectors: [], pagination: { next: "t" } } }));
    const { next } = await list(target);
    expect((await failureOf(target.listIds(place, { cursor: next ?? "" }))).code).toBe("endless");
    expect((await failureOf(target.listIds(place, { cursor: "a" }))).code).toBe("malformed");
  });
});

it("tells what an answer is billed as: what it says itself, else its bytes as they were sent", async () => {
  const answers: Record<string, unknown>[] = [
    { vectors: {} },
    { vectors: {}, usage: { readUnits: 1, egressBytes: 77 } },
    { vectors: {}, usage: { egress_bytes: 78 } },
  ];
  const sent = answers.map((answer) => JSON.stringify(answer).length);
  const { target } = await open(() => ({ json: answers.shift() }));
  const told: number[] = [];
  for (let times = 0; times < 3; times++)
    await target.fetchHeads(place, ["a"], { answered: (bytes) => told.push(bytes) });
  expect(told).toEqual([sent[0], 77, 78]);
  expect(egressOnTheWire(new Headers({ "content-encoding": "gzip", "content-length": "9" }), 100)).toBe(9);
  expect(egressOnTheWire(new Headers({ "content-encoding": "gzip" }), 100)).toBe(100);
});

it("asks for half as many heads where the answer would be too large, and for none of what isn't there", async () => {
  const asked: number[] = [];
  const wanted = z.object({ topK: z.number() });
  const { target } = await open(({ body }) => {
    const { topK } = wanted.parse(JSON.parse(body));
    asked.push(topK);
    if (topK > 1000) return { status: 400, json: { code: 3, message: "Query result exceeds the maximum size of 4MB" } };
    return { json: { matches: [{ id: "a", metadata: { page: 1 } }, { id: "bare" }], usage: { readUnits: 2 } } };
  });
  const head = { id: "a", metadata: { page: 1 } };
  expect(await target.sweepHeads?.(place, 3000)).toEqual({ heads: [head], readUnits: 2 });
  expect(asked).toEqual([3000, 1500, 750]);
  const refusing = await open(() => ({ status: 400, json: { code: 3, message: "no" } }));
  expect(await refusing.target.sweepHeads?.(place, 100)).toEqual({ heads: [], readUnits: null });
});
