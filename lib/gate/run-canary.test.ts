import { describe, expect, it } from "vitest";
import type { GateQuestion, GateResult } from "@/lib/shapes/cut-over/gate";
import type { VectorTarget } from "@/lib/stores/contract";
import { askCanary, canaryQuestions, checkCanary } from "./run-canary";
import { runGate } from "./run-gate";
import { changed, copies, documents, now, old, remade, store } from "./run-gate-world.suite";
import type { GateInput, GivenQuestion } from "./sides";

const settings = { queries: "file" as const, n: 50, k: 10, threshold: 0.9, seed: 1, margin: 0.02 };

async function inputOf(target: VectorTarget, more: Partial<GateInput> = {}): Promise<GateInput> {
  const source = store("source", copies);
  const shapeOf = async (side: VectorTarget, name: string) => {
    const shape = await side.inspect(name);
    if (!shape) throw new Error(`There is no ${name}`);
    return shape;
  };
  return {
    source: { store: source, shape: await shapeOf(source, "source"), embedder: old },
    target: { store: target, shape: await shapeOf(target, "target"), embedder: old },
    copied: true,
    namespaces: [{ source: "a", target: "a" }],
    ...{ owned: [], text: { textKey: "text" }, given: [], brokenLines: 0, settings },
    explained: async () => new Set(),
    ...more,
  };
}

/** Asks a set on a target, measured by a verdict on a healthy one. */
async function canary(target: VectorTarget, given: GivenQuestion[], more: Partial<GateInput> = {}) {
  const input = await inputOf(target, { given, ...more });
  const figures = await askCanary(input, []);
  const healthy = await inputOf(store("target", input.copied ? copies : remade), {
    ...{ copied: input.copied, given: given.filter(({ text }) => text !== undefined) },
    ...(input.copied ? {} : { target: { ...input.target, embedder: now } }),
  });
  const baseline: GateResult = (await runGate(healthy)).result;
  const { state, reasons } = checkCanary(figures, { settings, baseline, set: "asked" });
  return { state, why: reasons.map(({ code }) => code), words: reasons[0]?.words ?? "", figures };
}

const known = (count: number, expected = true): GivenQuestion[] =>
  (documents.a ?? [])
    .slice(0, count)
    .map(({ id, text }) => ({ namespace: "a", text, ...(expected && { expected: [id] }) }));
const records = (count: number): GivenQuestion[] =>
  (documents.a ?? []).slice(0, count).map(({ id }) => ({ namespace: "a", record: id }));

describe("a canary that asks a set of questions", () => {
  it("is green where the target answers as well, by texts and by records", async () => {
    const byText = await canary(store("target", copies), known(60));
    expect(byText).toMatchObject({ state: "green", figures: { asked: 50, overlap: 1, found: 1, foundSource: 1 } });
    expect(await canary(store("target", copies), records(20))).toMatchObject({
      ...{ state: "green", figures: { asked: 20, overlap: 1, found: null, lost: 0 } },
    });
  });

  it("is red where the target's vectors were shuffled, and where records that ask are gone", async () => {
    const next = (at: number, all: readonly { values: readonly number[] }[]) => [
      ...(all[(at + 1) % all.length]?.values ?? []),
    ];
    const shuffled = store(
      "target",
      changed((record, at, all) => ({ ...record, values: next(at, all) })),
    );
    const found = await canary(shuffled, known(50));
    expect(found).toMatchObject({ state: "red", why: expect.arrayContaining(["overlap", "finds-less"]) });
    const losing = store("target", { ...copies, a: (copies.a ?? []).filter(({ id }) => id !== "doc-3") });
    expect(await canary(losing, records(20))).toMatchObject({
      ...{ state: "red", why: ["records-lost"], figures: { lost: 1, asked: 19 } },
    });
  });

  it("asks a verdict's questions of every namespace, not those of the first alone", async () => {
    const both = ["a", "b"].map((name) => ({ source: name, target: name }));
    const of = (target: VectorTarget) =>
      inputOf(target, { namespaces: both, settings: { ...settings, queries: "documents", n: 200 } });
    const { questions } = await runGate(await of(store("target", copies)));
    expect(questions.findIndex(({ namespace }) => namespace === "b")).toBeGreaterThan(canaryQuestions);
    const figures = await askCanary(await of(store("target", { ...copies, b: [] })), questions);
    expect(figures.lost).toBeGreaterThan(8);
    expect(figures.asked + figures.lost).toBe(canaryQuestions);
  });

  it("takes one of several equals for another, as the gate does", async () => {
    const values = copies.a?.[0]?.values ?? [];
    const alike = changed((record) => ({ ...record, values }));
    const reversed = Object.fromEntries(Object.entries(alike).map(([name, all]) => [name, all.toReversed()]));
    const source = store("source", alike);
    const shape = await source.inspect("source");
    if (!shape) throw new Error("There is no source");
    const target = store("target", reversed, { listing: "unordered" });
    const found = await canary(target, records(20), { source: { store: source, shape, embedder: old } });
    expect([found.state, found.figures.overlap]).toEqual(["green", 1]);
  });

  it("isn't known where nothing can be asked or compared, and says why", async () => {
    const without = async (given: GivenQuestion[], side: "source" | "target" | "both", copied = true) => {
      const target = store("target", copied ? copies : remade);
      const input = await inputOf(target);
      const bare = { embedder: null };
      return canary(target, given, {
        copied,
        source: { ...input.source, ...(side !== "target" && bare) },
        target: { ...input.target, ...(copied ? {} : { embedder: now }), ...(side !== "source" && bare) },
      });
    };
    expect(await without(known(20), "both")).toMatchObject({ state: "unknown", why: ["nothing-asked"] });
    const unlike = await without(known(20), "source", false);
    expect(unlike).toMatchObject({ state: "unknown", why: ["nothing-compared"] });
    expect(unlike.words).toContain("The source wasn't asked the questions of the set asked");
    const unsaid = await canary(store("target", remade), known(20, false), {
      copied: false,
      target: { ...(await inputOf(store("target", remade))).target, embedder: now },
    });
    expect(unsaid).toMatchObject({ state: "unknown", why: ["nothing-compared"] });
    const elsewhere = records(20).map((one) => ({ ...one, filter: { key: "volume", is: "gt" as const, value: 1e6 } }));
    expect(await canary(store("target", copies), elsewhere)).toMatchObject({
      ...{
        state: "unknown",
        why: ["nothing-compared"],
        words: "Neither side found anything for the questions of the set asked.",
      },
    });
  });

  it("embeds a text once where both sides are of one model", async () => {
    let embedded = 0;
    const counting = {
      ...{ service: old.service, space: old.space, limits: old.limits },
      embed: (...given: Parameters<typeof old.embed>) => {
        embedded += given[0].length;
        return old.embed(...given);
      },
      countTokens: old.countTokens.bind(old),
      probe: old.probe.bind(old),
    };
    const input = await inputOf(store("target", copies), { given: known(10) });
    const questions: GateQuestion[] = [];
    await askCanary(
      {
        ...input,
        source: { ...input.source, embedder: counting },
        target: { ...input.target, embedder: counting },
      },
      questions,
    );
    expect(embedded).toBe(10);
  });

  it("calls a target slower unless the source is, too: then the way there is", async () => {
    const input = await inputOf(store("target", copies), { given: known(50) });
    const figures = await askCanary(input, []);
    expect([figures.p95, figures.sourceP95].every((ms) => ms !== null && ms >= 0)).toBe(true);
    const { result } = await runGate(input);
    const sideOf = (side: "source" | "target", p95: number) => ({ ...result[side], latency: { p50: 50, p95 } });
    const baseline = { ...result, source: sideOf("source", 70), target: sideOf("target", 120) };
    const why = (p95: number, sourceP95: number | null) =>
      checkCanary({ ...figures, p95, sourceP95 }, { settings, baseline, set: "asked" }).reasons.map(({ code }) => code);
    expect(why(290, 70)).toEqual(["slower"]);
    expect(why(290, null)).toEqual(["slower"]);
    expect(why(290, 140)).toEqual([]);
    expect(why(500, 140)).toEqual(["slower"]);
    expect(why(2000, 7000)).toEqual(["slower"]);
  });
});
