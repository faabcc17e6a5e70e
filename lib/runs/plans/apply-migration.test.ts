import { afterEach, expect, test } from "vitest";
import { settingsFor } from "../lifecycle/settings";
import { openWorld, record, records, type World } from "../testing/testing";
import { applyPlan } from "./apply-plan";

let world: World;
afterEach(() => world.close());

const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
const source = { index: "old", namespace: "grow" };
const target = { index: "new", namespace: "grow" };

/** A dry run over the namespace, as an operator confirms it. */
async function estimate(overrides = {}) {
  const dry = await world.until(await world.start({ kind: "plan", namespaces: ["grow"], overrides }), ended);
  return world.database.prisma.plan.findUniqueOrThrow({ where: { id: dry.planId ?? "" } });
}

const confirm = (plan: { id: string; hash: string }, more: { hash?: string; settings?: object } = {}) =>
  applyPlan(world.database, {
    planId: plan.id,
    hash: more.hash ?? plan.hash,
    settings: { ...settingsFor(world), ...more.settings },
    actor: "test",
  });

test("creates exactly what was confirmed, says what came since, and does it once", async () => {
  world = await openWorld();
  world.source.put(source, [...records(3), record("z-none", {})]);
  await world.work();
  const plan = await estimate();
  expect(plan).toMatchObject({ state: "ready", creates: 3, problems: 1 });
  world.source.put(source, [...records(500, "later"), record("z-none", { text: "It has a text now." })]);

  const started = await confirm(plan);
  expect(started.how).toBe("started");
  const runId = started.runId ?? "";
  const run = await world.until(runId, ended);
  expect(run).toMatchObject({ planId: plan.id, total: 4, written: 3, skipped: 1, texts: 3 });
  expect(world.embedder.texts.sort()).toEqual(["Text of doc-00000", "Text of doc-00001", "Text of doc-00002"]);
  expect(world.target.contents(target)).toHaveLength(3);
  const events = await world.database.prisma.event.findMany({ where: { runId, code: "came-since" } });
  expect(events.map((event) => event.message)).toEqual(["500 records came since the estimate: estimate again."]);
  expect(await world.database.prisma.plan.findUniqueOrThrow({ where: { id: plan.id } })).toMatchObject({
    state: "applied",
    hash: plan.hash,
    approvedBy: "test",
  });

  expect(await confirm(plan)).toEqual({ runId, how: "already" });
  expect(world.embedder.texts).toHaveLength(3);
});

test("leaves what stands in the target by now, and keeps to the plan's own limit and batches", async () => {
  world = await openWorld();
  world.source.put(source, records(40));
  await world.work();
  const plan = await estimate({ limit: 20, embeddingBatchSize: 5 });
  world.target.put(target, [{ id: "doc-00004", values: Array(16).fill(0.5), metadata: { text: "theirs" } }]);
  const { runId } = await confirm(plan);
  const run = await world.until(runId ?? "", ended);
  expect(run).toMatchObject({ state: "succeeded", total: 20, written: 19, unchanged: 1, texts: 19 });
  expect(world.embedder.calls).toBeGreaterThanOrEqual(4);
  expect(await world.database.prisma.event.count({ where: { code: "came-since" } })).toBe(0);
});

test("refuses another hash, other settings and an old estimate; nothing is embedded", async () => {
  world = await openWorld();
  world.source.put(source, records(3));
  await world.work();
  const plan = await estimate();
  await expect(confirm(plan, { hash: "0".repeat(32) })).rejects.toMatchObject({ code: "plan-moved" });
  await expect(confirm(plan, { settings: { clearanceLevel: 4 } })).rejects.toMatchObject({
    code: "plan-stale",
    what: expect.stringContaining("the clearance level was 1 and is 4"),
  });
  await world.database.run(`UPDATE "Plan" SET "readyAt" = "readyAt" - interval '25 hours' WHERE "id" = $1`, [plan.id]);
  await expect(confirm(plan)).rejects.toMatchObject({
    code: "plan-stale",
    next: "Plan again, and apply that.",
  });
  expect(world.embedder.calls).toBe(0);
  expect(await world.database.prisma.run.count({ where: { kind: "reembed" } })).toBe(0);
});

test("goes on with the run of the same estimate, also when it is started without naming it", async () => {
  world = await openWorld();
  world.source.put(source, records(60));
  await world.work();
  const plan = await estimate({ embeddingBatchSize: 10 });
  world.embedder.before = () => new Promise((resolve) => setImmediate(resolve));
  await world.rest();
  const { runId } = await confirm(plan);
  expect(await confirm(plan)).toEqual({ runId, how: "resumed" });
  expect(await world.start({ namespaces: ["grow"], overrides: { embeddingBatchSize: 10 } })).toBe(runId);
  await world.work();
  expect(await world.until(runId ?? "", ended)).toMatchObject({ written: 60, texts: 60 });
});

test("leaves alone what was edited in the source since it was reviewed, and says what of it", async () => {
  world = await openWorld();
  world.source.put(source, records(4));
  await world.work();
  const plan = await estimate();
  world.source.put(source, [
    record("doc-00001", { text: "Edited since", page: 1 }),
    record("doc-00002", { text: "Text of doc-00002", page: 9 }),
  ]);
  const { runId } = await confirm(plan);
  expect(await world.until(runId ?? "", ended)).toMatchObject({ written: 2, drifted: 2, texts: 2, failed: 0 });
  const findings = await world.database.prisma.finding.findMany({ where: { runId: runId ?? "" } });
  expect(findings.map(({ recordId, kind, detail }) => [recordId, kind, detail]).sort()).toEqual([
    ["doc-00001", "drifted", "Its text was edited in the source after the plan was made."],
    ["doc-00002", "drifted", "Its metadata was edited in the source after the plan was made."],
  ]);
});
