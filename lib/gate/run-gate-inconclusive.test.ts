import { describe, expect, it } from "vitest";
import { ServiceFailure } from "@/lib/failures";
import type { VectorTarget } from "@/lib/stores/contract";
import { createMemoryStore } from "@/lib/stores/memory/index";
import { gateCost } from "./cost";
import { copies, dimension, documents, gate, now, remade, store, withAnswers } from "./run-gate-world.suite";
import type { GateInput } from "./sides";

async function inputOf(target: VectorTarget): Promise<GateInput> {
  const shape = await target.inspect("target");
  if (!shape) throw new Error("There is no target");
  const side = { store: target, shape, embedder: now };
  return {
    ...{ source: side, target: side, copied: false, namespaces: [{ source: "a", target: "a" }], owned: [] },
    ...{ text: { textKey: "text" }, given: [], brokenLines: 0, explained: async () => new Set<string>() },
    settings: { queries: "known-items", n: 60, k: 10, threshold: 0.9, seed: 1, margin: 0.02 },
  };
}

describe("what can't be told is inconclusive, never GO", () => {
  const inconclusive = async (found: ReturnType<typeof gate>, code: string) => {
    const { verdict, why } = await found;
    expect([verdict, why]).toEqual(["INCONCLUSIVE", expect.arrayContaining([code])]);
  };

  it("no question at all, or an empty source", async () => {
    await inconclusive(gate(store("target", copies), { set: { queries: "file" } }), "nothing-asked");
    const empty = createMemoryStore({ indexes: { source: { dimension } } });
    await inconclusive(gate(store("target", copies), { sourceStore: empty }), "nothing-asked");
  });

  it("one document, and fewer than 50 questions", async () => {
    const one = { a: copies.a?.slice(0, 1) ?? [], b: [] };
    await inconclusive(gate(store("target", one), { sourceStore: store("source", one) }), "nothing-asked");
    await inconclusive(gate(store("target", copies), { set: { n: 49 } }), "few-questions");
  });

  it("a source whose own index loses records", async () => {
    const losing = withAnswers(store("source", copies), (hits) => hits.filter((_, at) => at % 2 === 0));
    await inconclusive(gate(store("target", copies), { sourceStore: losing }), "source-misses");
  });

  it("a side that dies in mid-gate, or in the middle of reading its records", async () => {
    const dead = (operation: string) =>
      new ServiceFailure({ code: "auth", service: "Memory", operation, message: "the key was revoked" });
    let calls = 0;
    const dying = store("target", copies, {
      before: ({ operation }) => {
        if (operation === "query" && ++calls > 30) throw dead(operation);
      },
    });
    await inconclusive(gate(dying), "side-failed");
    let reads = 0;
    const later = store("target", copies, {
      before: ({ operation }) => {
        if (operation === "fetchRecords" && ++reads > 1) throw dead(operation);
      },
    });
    await inconclusive(gate(later), "not-finished");
  });

  it("goes on where a store only asked for patience while its records were read", async () => {
    let refused = 0;
    const busy = store("target", copies, {
      before: ({ operation }) => {
        const reads = operation === "listIds" || operation === "fetchRecords";
        if (!reads || ++refused % 3 !== 0) return;
        throw new ServiceFailure({
          ...{ code: "throttled", service: "Memory", operation, message: "too many requests", retryAfterMs: 1 },
        });
      },
    });
    expect((await gate(busy)).verdict).toBe("GO");
    expect(refused).toBeGreaterThan(3);
  });

  it("answers that change when asked again", async () => {
    const unsteady = withAnswers(store("target", copies), (hits, call) => (call > 72 ? hits.slice(5) : hits));
    const { verdict, why } = await gate(unsteady);
    expect(verdict).not.toBe("GO");
    expect(why).toContain("unsteady");
  });

  it("a model that nothing makes questions for, and a log with many broken lines", async () => {
    const target = store("target", remade);
    const without = { store: store("source", copies), embedder: null };
    const shape = await without.store.inspect("source");
    if (!shape) throw new Error("There is no source");
    await inconclusive(gate(target, { reembedded: true, source: { ...without, shape } }), "no-embedder");
    await inconclusive(gate(target, { reembedded: true, set: { queries: "documents" } }), "nothing-known");
    const given = (documents.a ?? []).slice(0, 60).map(({ text }) => ({ namespace: "a", text }));
    await inconclusive(
      gate(store("target", copies), { given, brokenLines: 6, set: { queries: "file" } }),
      "broken-lines",
    );
  });

  it("texts that nothing makes vectors of: said at once, and before it starts; nothing is read", async () => {
    const read: string[] = [];
    const before = ({ operation }: { operation: string }) => {
      if (operation !== "inspect") read.push(operation);
    };
    const sourceStore = store("source", copies, { before });
    const target = store("target", remade, { before });
    const shape = await sourceStore.inspect("source");
    if (!shape) throw new Error("There is no source");
    const source = { store: sourceStore, shape, embedder: null, why: "Its model isn't known." };
    const { verdict, why, result } = await gate(target, { reembedded: true, source });
    expect([verdict, why, result.reasons[0]?.words]).toEqual([
      ...["INCONCLUSIVE", ["no-embedder"], "Its model isn't known."],
    ]);
    const given = (documents.a ?? []).slice(0, 60).map(({ text }) => ({ namespace: "a", text }));
    expect((await gate(target, { reembedded: true, source, given, set: { queries: "file" } })).why).toEqual([
      "no-embedder",
    ]);
    expect(read).toEqual([]);
    const input = { ...(await inputOf(target)), source };
    const none = { source: 0, target: 0 };
    const price = { perMillionReadUnits: 16, perGbEgress: 1, perMillionTokens: 1 };
    const counts = { source: new Map([["a", 150]]), target: new Map([["a", 150]]) };
    expect(
      gateCost(input, counts, { source: price, target: price }, { listsPerSecond: 1, fetchesPerSecond: 1 }),
    ).toMatchObject({ asked: none, records: none, seconds: 0, usd: { total: 0 }, basis: "Its model isn't known." });
  });

  it("too few questions of which anything is known, a source that finds none of it, and a log of which most can't be asked", async () => {
    const asked = (documents.a ?? []).slice(0, 60).map(({ id, text }, at) => ({ namespace: "a", id, text, at }));
    const log = (expected: (one: (typeof asked)[number]) => string[], namespace = "a") =>
      asked.map((one) => ({ namespace, text: one.text, expected: expected(one) }));
    const target = () => store("target", remade);
    const file = { reembedded: true, set: { queries: "file" as const, n: 200 } };
    await inconclusive(gate(target(), { ...file, given: log(({ id, at }) => (at < 2 ? [id] : [])) }), "few-known");
    await inconclusive(gate(target(), { ...file, given: log(() => ["nobody"]) }), "source-finds-little");
    const elsewhere = [...log(({ id }) => [id]), ...log(({ id }) => [id], "nowhere")];
    await inconclusive(gate(target(), { ...file, given: elsewhere }), "questions-not-asked");
    expect((await gate(target(), { ...file, given: log(({ id }) => [id]) })).why).toEqual([]);
  });

  it("records that are listed and not given", async () => {
    const target = store("target", copies);
    const { fetchRecords } = target;
    const without = {
      ...target,
      fetchRecords: async (...given: Parameters<typeof fetchRecords>) => {
        const { records, missing, ...rest } = await fetchRecords(...given);
        const lost = records.filter(({ id }) => id === "doc-7").map(({ id }) => id);
        return { ...rest, records: records.filter(({ id }) => !lost.includes(id)), missing: [...missing, ...lost] };
      },
    };
    await inconclusive(gate(without), "unreadable");
  });

  it("asks which index is used in the namespace of most questions, and others of each", async () => {
    const explained: string[] = [];
    const searched: string[] = [];
    const target = store("target", copies);
    const told: VectorTarget = {
      ...target,
      explainQuery: async ({ namespace }) => {
        explained.push(namespace);
        return { index: "one", indexes: [{ name: "one", valid: true }] };
      },
      searchEffort: async () => ({ setting: "ef", now: 1, tries: [1] }),
      query: async (place, question, options) => {
        if (question.effort !== undefined) searched.push(place.namespace);
        return (await target.query?.(place, question, options)) ?? [];
      },
    };
    const namespaces = ["b", "a"].map((name) => ({ source: name, target: name }));
    await gate(told, { namespaces, set: { n: 200 } });
    expect(explained).toEqual(["a"]);
    expect(searched.filter((name) => name === "a").length).toBeGreaterThan(25);
    expect(searched.filter((name) => name === "b").length).toBeGreaterThan(8);
  });

  it("an index that is being built", async () => {
    const building = {
      ...store("target", copies),
      explainQuery: async () => ({ index: "one", indexes: [{ name: "two", valid: false }] }),
    };
    await inconclusive(gate(building), "index-building");
  });
});
