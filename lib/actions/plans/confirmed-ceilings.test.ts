import { afterEach, expect, test } from "vitest";
import { openWorld, record, records, type World } from "@/lib/runs/testing/testing";
import { estimateRetry } from "../runs/estimate-retry";
import { resumeRun } from "../runs/resume-run";
import { retryFindings } from "../runs/retry-findings";
import { readRun } from "../runs/run-view";
import { startReembedding } from "../runs/start-reembedding";
import type { Context } from "../verbs/context";
import { planReembedding } from "./plan-reembedding";
import { showPlan } from "./show-plan";

let world: World;
afterEach(() => world.close());

const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
const stopped = ["paused", ...ended] as const;
const source = { index: "old", namespace: "grow" };

async function open(environment: Record<string, string> = {}): Promise<Context> {
  world = await openWorld({ environment });
  const { config, database, source, target, embedder, documents, log } = world.parts;
  return { config, database, source, target, embedder, documents, log, wake: async () => {}, actor: "test" };
}

async function estimated(ctx: Context) {
  const { plan, run } = await planReembedding(ctx, { namespaces: ["grow"] });
  await world.until(run.id, ended);
  return showPlan(ctx, { id: plan.id });
}

test("a text that grew after the estimate isn't paid for: it is left alone until it is planned again", async () => {
  const ctx = await open();
  world.source.put(source, records(20));
  await world.work();
  const plan = await estimated(ctx);
  world.source.put(source, [
    record("doc-00010", { text: "Text of doc-00010, which grew. ".repeat(10_000 / 31), page: 1 }),
  ]);
  const { run } = await startReembedding(ctx, { planId: plan.id, hash: plan.hash });
  expect(await world.until(run.id, stopped)).toMatchObject({ written: 19, drifted: 1, texts: 19 });
  expect(world.embedder.texts.filter((text) => text.includes("grew"))).toEqual([]);
  const { ceilings } = await readRun(world.database, run.id);
  expect(ceilings).toMatchObject({ reached: null, maxTexts: 20, maxRecords: null });
  expect(ceilings?.maxUsd).toBeLessThan(1.21 * plan.estimate.usd.total);
});

test("an estimate that nothing happened to is carried out whole, within its own ceilings", async () => {
  const ctx = await open();
  for (const namespace of ["grow", "a", "b"]) world.source.put({ index: "old", namespace }, records(130, namespace));
  await world.work();
  const { plan: made, run: dry } = await planReembedding(ctx, { all: true });
  await world.until(dry.id, ended);
  const plan = await showPlan(ctx, { id: made.id });
  const { run } = await startReembedding(ctx, { planId: plan.id, hash: plan.hash });
  expect(await world.until(run.id, stopped)).toMatchObject({ state: "succeeded", written: 390 });
  expect((await readRun(world.database, run.id)).ceilings).toMatchObject({ maxTexts: 390, reached: null });
});

test("what is asked for or configured takes the place of the estimate's own ceilings, the lower of what is configured", async () => {
  const ctx = await open({ PORTAGE_MAX_TEXTS: "1000", PORTAGE_MAX_RECORDS: "500" });
  world.source.put(source, records(20));
  const of = async (given: { maxUsd?: number | null; maxTexts?: number | null }) => {
    await world.work();
    const plan = await estimated(ctx);
    await world.rest();
    const { run } = await startReembedding(ctx, { planId: plan.id, hash: plan.hash, ...given });
    await world.database.run(`UPDATE "Run" SET "state" = 'cancelled' WHERE "id" = $1`, [run.id]);
    return (await readRun(world.database, run.id)).ceilings;
  };
  expect(await of({})).toMatchObject({ maxTexts: 20, maxRecords: 500 });
  expect(await of({ maxUsd: 3, maxTexts: null })).toMatchObject({ maxUsd: 3, maxTexts: null, maxRecords: 500 });
});

test("an estimate over a ceiling isn't begun: nothing is embedded", async () => {
  const ctx = await open();
  world.source.put(source, records(20));
  await world.work();
  const { id: planId, hash } = await estimated(ctx);
  for (const [given, words] of [
    [{ maxTexts: 19 }, "20 texts are more than 19"],
    [{ maxRecords: 3 }, "20 records are more than 3"],
    [{ maxUsd: 0.00001 }, "is more than $0.00001"],
  ] as const)
    await expect(startReembedding(ctx, { planId, hash, ...given })).rejects.toMatchObject({
      code: "over-limits",
      kind: "refused",
      what: expect.stringContaining(words),
    });
  expect(world.embedder.texts).toEqual([]);
  expect((await showPlan(ctx, { id: planId })).state).toBe("ready");
});

test("nothing is started without an estimate where that was said no to", async () => {
  const ctx = await open();
  world.source.put(source, records(3));
  await world.work();
  await expect(startReembedding(ctx, { namespaces: ["grow"], yes: false })).rejects.toMatchObject({
    code: "not-estimated",
    notLost: "Nothing was started and nothing was spent.",
  });
  const { id: planId, hash } = await estimated(ctx);
  await expect(startReembedding(ctx, { planId, hash, yes: true })).rejects.toMatchObject({ code: "estimate-misused" });
  expect((await startReembedding(ctx, { namespaces: ["grow"] })).run).toMatchObject({ kind: "reembed" });
});

test("a retry keeps to its ceiling, and says beforehand what it comes to at most", async () => {
  const ctx = await open();
  const ids = ["a", "b", "c", "d"].map((letter) => `no-text-${letter}`);
  world.source.put(source, [...records(6), ...ids.map((id) => record(id, { page: 1 }))]);
  await world.work();
  const first = await world.start({ namespaces: ["grow"] });
  expect(await world.until(first, ended)).toMatchObject({ written: 6, skipped: 4 });
  world.source.put(
    source,
    ids.map((id) => record(id, { text: `It has a text: ${id}.` })),
  );
  expect(await estimateRetry(ctx, { id: first })).toMatchObject({ records: 4, texts: 4, usd: expect.any(Number) });

  const { run } = await retryFindings(ctx, { id: first, maxTexts: 3 });
  expect(await world.until(run.id, stopped)).toMatchObject({ state: "paused", written: 3, texts: 3 });
  expect((await readRun(world.database, run.id)).ceilings).toMatchObject({
    reached: "texts",
    maxTexts: 3,
    maxUsd: 0.01,
  });
  await expect(resumeRun(ctx, { id: run.id, maxTexts: 3 })).rejects.toMatchObject({ code: "over-limits" });
  await resumeRun(ctx, { id: run.id, maxTexts: 4 });
  expect(await world.until(run.id, stopped)).toMatchObject({ state: "succeeded", written: 4, texts: 4 });
});
