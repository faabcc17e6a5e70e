import { describe, expect, it } from "vitest";
import { HashingEmbedder } from "@/lib/embedders/hashing/embedder";
import type { QueryPlan, VectorRecord } from "@/lib/stores/contract";
import { createMemoryStore } from "@/lib/stores/memory/index";
import {
  all,
  changed,
  copies,
  dimension,
  documents,
  gate,
  type Namespaces,
  remade,
  store,
  withAnswers,
} from "./run-gate-world.suite";

describe("a healthy target", () => {
  it("passes as a copy, twice alike, with the same questions", async () => {
    const first = await gate(store("target", copies));
    expect(first.why).toEqual([]);
    expect(first.verdict).toBe("GO");
    expect(first.result).toMatchObject({
      asked: 70,
      data: { complete: true, source: 210, target: 210, both: 210, missing: { count: 0 }, vectors: { count: 0 } },
      overlap: { judged: true, mean: { mean: 1, low: 1, n: 70 } },
      target: { recall: { mean: 1 } },
    });
    const second = await gate(store("target", copies));
    const timeless = ({ result: { latencies: _, source, target, ...rest } }: typeof first) => ({
      ...rest,
      recalls: [source.recall, target.recall],
    });
    expect(timeless(second)).toEqual(timeless(first));
    expect(second.questions).toEqual(first.questions);
    expect((await gate(store("target", copies), { set: { seed: 2 } })).questions).not.toEqual(first.questions);
  });

  it("passes when it was embedded again by another model: overlap is told, known items are checked", async () => {
    const { verdict, why, result } = await gate(store("target", remade), { reembedded: true });
    expect(why).toEqual([]);
    expect(verdict).toBe("GO");
    expect(result.overlap.judged).toBe(false);
    expect(result.data).toMatchObject({ vectors: null, remade: { of: 20, different: { count: 0 } } });
    expect(result.known).toMatchObject({ recall1: { difference: { n: 70, method: "bootstrap" } } });
    expect(result.known?.recallK.target).toBeGreaterThan(0.9);
  });

  it("passes where all texts are alike: among equals any hit will do", async () => {
    const [first] = copies.a ?? [];
    const alike = changed((record) => ({ ...record, values: first?.values ?? [] }));
    const reversed = Object.fromEntries(Object.entries(alike).map(([name, records]) => [name, records.toReversed()]));
    const { verdict, why } = await gate(store("target", reversed, { listing: "unordered" }), {
      sourceStore: store("source", alike),
    });
    expect([verdict, why]).toEqual(["GO", []]);
  });

  it("passes with a metric that ranks vectors of length 1 alike, and says so", async () => {
    const { verdict, result } = await gate(store("target", copies, { metric: "euclidean" }));
    expect(verdict).toBe("GO");
    expect(result.reasons).toContainEqual(expect.objectContaining({ level: "note", code: "another-metric" }));
  });

  it("passes when a run says why it left records out", async () => {
    const without = { ...copies, b: copies.b?.slice(1) ?? [] };
    const { verdict, result } = await gate(store("target", without), { explained: async (_, ids) => new Set(ids) });
    expect(verdict).toBe("GO");
    expect(result.data).toMatchObject({ explained: 1, missing: { count: 0 } });
  });
});

describe("an index that isn't used", () => {
  const [model = { id: "", values: [], metadata: {} }] = copies.a ?? [];
  const rows = (count: number): Namespaces => ({
    a: Array.from({ length: count }, (_, at) => ({ ...model, id: `r${at}`, values: [1, 0] })),
  });
  const reasons = async (count: number, plan: QueryPlan) => {
    const target = { ...store("target", rows(count)), explainQuery: async () => plan };
    const namespaces = [{ source: "a", target: "a" }];
    const { verdict, result } = await gate(target, { sourceStore: store("source", rows(count)), namespaces });
    const levels = result.reasons.filter(({ code }) => code.startsWith("index-unused"));
    return [verdict, ...levels.map(({ level, code }) => `${level} ${code}`)];
  };
  const indexes = [{ name: "one", valid: true }];
  const byCosts = { index: "one", indexes, configured: { index: null, advice: "Set the costs." } };

  it("by the gate, or by the application alone, is no GO from 10,000 rows on, and a note below", async () => {
    expect(await reasons(10_000, byCosts)).toEqual(["NO-GO", "no-go index-unused-as-configured"]);
    expect(await reasons(9_999, byCosts)).toEqual(["GO", "note index-unused-as-configured"]);
    expect(await reasons(10_000, { index: null, indexes })).toEqual(["NO-GO", "no-go index-unused"]);
  });
});

describe("a sabotaged target is refused for its reason", () => {
  const next = (at: number, of: VectorRecord[]) => of[(at + 1) % of.length]?.values ?? [];

  it.each<[string, Namespaces, string, string]>([
    ["shuffled vectors", changed((record, at, of) => ({ ...record, values: next(at, of) })), "NO-GO", "vectors-differ"],
    ["swapped namespaces", { a: copies.b ?? [], b: copies.a ?? [] }, "NO-GO", "metadata-differs"],
    [
      "truncated texts",
      changed((record) => ({
        ...record,
        metadata: { ...record.metadata, text: String(record.metadata.text).slice(0, 40) },
      })),
      "NO-GO",
      "metadata-differs",
    ],
    ["nothing in it", { a: [], b: [] }, "NO-GO", "overlap"],
  ])("%s", async (_, namespaces, verdict, code) => {
    const target = createMemoryStore({ indexes: { target: { dimension, namespaces } } });
    const found = await gate(target);
    expect([found.verdict, found.why]).toEqual([verdict, expect.arrayContaining([code])]);
  });

  it("lost records, a tenth of them or one", async () => {
    const tenth = await gate(store("target", { ...copies, a: (copies.a ?? []).filter((_, at) => at % 10 !== 0) }));
    expect(tenth.verdict).not.toBe("GO");
    expect(tenth.why).toContain("records-missing");
    const found = await gate(store("target", { ...copies, a: copies.a?.slice(1) ?? [] }));
    expect([found.verdict, found.why]).toEqual(["INCONCLUSIVE", ["records-missing"]]);
  });

  it("a wrong metric over vectors of other lengths", async () => {
    const long = changed((record, at) => ({ ...record, values: record.values.map((value) => value * (1 + (at % 7))) }));
    const found = await gate(store("target", long, { metric: "dotproduct" }), { sourceStore: store("source", long) });
    expect([found.verdict, found.why]).toEqual(["NO-GO", expect.arrayContaining(["another-metric", "overlap"])]);
  });

  it("another model than the route says, and shuffled vectors, after embedding again", async () => {
    const salted = await all(new HashingEmbedder({ dimension: 128, salt: 9 }));
    const found = await gate(store("target", salted), { reembedded: true });
    expect([found.verdict, found.why]).toEqual(["NO-GO", expect.arrayContaining(["another-model", "worse-recall1"])]);
    const shuffled = changed((record, at, of) => ({ ...record, values: next(at, of) }), remade);
    const other = await gate(store("target", shuffled), { reembedded: true });
    expect([other.verdict, other.why]).toEqual(["NO-GO", expect.arrayContaining(["another-model"])]);
    expect(other.result.lost.length).toBeGreaterThan(0);
    expect(other.result.lost[0]?.ranks.source).toBe(1);
  });

  it("an index that loses what it holds", async () => {
    const losing = withAnswers(store("target", copies), (hits) => hits.filter((_, at) => at % 3 !== 1));
    const found = await gate(losing);
    expect([found.verdict, found.why]).toEqual([
      "NO-GO",
      expect.arrayContaining(["target-misses", "overlap", "fewer-rows"]),
    ]);
  });
});

it("checks each value of a key for itself, and refuses a target that is worse for one of them alone", async () => {
  const kinds = changed((record, at) => ({
    ...record,
    metadata: { ...record.metadata, kind: at % 2 === 0 ? "odd" : "even" },
  }));
  const rare = withAnswers(store("target", kinds), (hits) => hits);
  const whole = await gate(rare, { sourceStore: store("source", kinds), set: { n: 210, by: "kind" } });
  expect(whole.verdict).toBe("GO");
  const apart = whole.result.strata.filter(({ of }) => of !== undefined);
  expect(apart.map(({ of }) => of?.value).sort()).toEqual(["even", "odd"]);
  expect(apart.reduce((sum, { overlap }) => sum + overlap.n, 0)).toBe(210);
  // Questions of one kind lose half of their hits.
  const query: NonNullable<typeof rare.query> = async (place, question, options) => {
    const hits = (await rare.query?.(place, question, options)) ?? [];
    const own = (kinds[place.namespace] ?? []).find(({ values }) =>
      values.every((value, at) => value === question.values[at]),
    );
    return own?.metadata.kind === "odd" ? hits.slice(0, 5) : hits;
  };
  const found = await gate({ ...rare, query }, { sourceStore: store("source", kinds), set: { n: 210, by: "kind" } });
  expect(found.result.reasons).toContainEqual(
    expect.objectContaining({ level: "no-go", code: "stratum", words: expect.stringContaining("kind odd") }),
  );
});

it("asks by a log of questions with filters and expected answers, and more hits than there are records", async () => {
  const given = (documents.a ?? []).slice(0, 60).map(({ id, text }, at) => ({
    ...{ namespace: "a", text, expected: [id] },
    ...(at % 2 === 0 ? {} : { filter: { key: "volume", is: "gte" as const, value: 0 } }),
  }));
  const { verdict, result } = await gate(store("target", copies), { given, set: { queries: "file", k: 200 } });
  expect(verdict).toBe("GO");
  expect(result).toMatchObject({ asked: 60, target: { recall: { n: 30 } }, known: { recallK: { target: 1 } } });
  // With a filter on each question nothing is known of the index itself.
  const narrowed = given.map((one) => ({ ...one, filter: { key: "volume", is: "gte" as const, value: 0 } }));
  const unseen = await gate(store("target", copies), { given: narrowed, set: { queries: "file" } });
  expect([unseen.verdict, unseen.why]).toEqual(["INCONCLUSIVE", ["recall-unknown"]]);
  const nothing = given.map((one) => ({ ...one, filter: { key: "volume", is: "gt" as const, value: 10_000 } }));
  const filtered = await gate(store("target", copies), { given: nothing, set: { queries: "file" } });
  expect([filtered.verdict, filtered.why]).toEqual([
    "INCONCLUSIVE",
    ["nothing-asked", "nothing-found", "recall-unknown"],
  ]);
});
