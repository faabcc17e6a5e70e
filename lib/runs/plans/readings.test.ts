import { afterEach, beforeEach, expect, test } from "vitest";
import { settingsFor } from "../lifecycle/settings";
import { openWorld, record, records, type World } from "../testing/testing";
import { applyPlan } from "./apply-plan";
import { noteAnalysed, noteApplied } from "./readings";

let world: World;
const succeeded = ["succeeded", "succeeded-with-findings"] as const;
const inTarget = (id: string) => ({ id, values: Array(16).fill(0.5), metadata: { text: `Text of ${id}`, page: 9 } });

beforeEach(async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "a" }, [...records(5), record("no-text", { page: 1 })]);
  world.target.put({ index: "new", namespace: "a" }, [inTarget("doc-00000"), inTarget("doc-00001"), inTarget("gone")]);
  world.source.put({ index: "old", namespace: "b" }, records(3));
  await world.work();
});
afterEach(() => world.close());

async function analyse(namespaces: string[]) {
  const runId = await world.start({ kind: "plan", planKind: "mirror", namespaces });
  return { runId, planId: (await world.until(runId, succeeded)).planId ?? "" };
}

async function apply(planId: string, only: "both" | "creates" | "updates" = "both") {
  const { runId } = await applyPlan(world.database, {
    planId,
    settings: settingsFor(world, { only }),
    actor: "test",
  });
  return world.until(runId ?? "", succeeded);
}

const standing = (namespace: string) => world.database.prisma.standing.findFirstOrThrow({ where: { namespace } });
const fleet = () => world.database.prisma.fleetReading.findMany({ orderBy: { at: "asc" } });

test("every finished analysis is a reading of each namespace, and one of the whole fleet", async () => {
  const first = await analyse(["a"]);
  expect(await standing("a")).toMatchObject({
    source: "old",
    target: "new",
    planId: first.planId,
    creates: 3,
    updates: 2,
    orphans: 1,
    problems: 1,
    appliedAt: null,
  });
  await analyse(["a", "b"]);
  expect(await world.database.prisma.reading.count()).toBe(3);
  expect((await fleet()).map(({ namespaces, creates, updates }) => [namespaces, creates, updates])).toEqual([
    [1, 3n, 2n],
    [2, 6n, 2n],
  ]);
});

test("an application leaves what it didn't write, phase by phase", async () => {
  const { planId } = await analyse(["a"]);
  await apply(planId, "updates");
  expect(await standing("a")).toMatchObject({ creates: 3, updates: 0, orphans: 1, problems: 1 });
  await apply(planId, "creates");
  expect(await standing("a")).toMatchObject({ creates: 0, updates: 0, unchanged: 5, problems: 1, planId });
  expect((await standing("a")).appliedAt).not.toBeNull();
  expect((await fleet()).map(({ creates, updates }) => Number(creates + updates))).toEqual([5, 3, 0]);
});

test("what drifted stays apart, and a newer analysis isn't touched by the application of an older plan", async () => {
  const { planId } = await analyse(["a"]);
  world.source.put({ index: "old", namespace: "a" }, [record("doc-00003", { text: "edited since", page: 1 })]);
  const run = await apply(planId);
  expect(run.drifted).toBe(1);
  expect(await standing("a")).toMatchObject({ creates: 1, updates: 0 });
  const newer = await analyse(["a"]);
  const before = await standing("a");
  await world.database.run(`DELETE FROM "Reading" WHERE "planId" = $1`, [planId]);
  const [old] = await world.database.prisma.run.findMany({ where: { kind: "mirror" } });
  await noteApplied(world.database, old?.id ?? "");
  expect(await standing("a")).toEqual(before);
  expect(before.planId).toBe(newer.planId);
});

test("noting a run again changes nothing, and a failed analysis is no reading", async () => {
  const { runId, planId } = await analyse(["a"]);
  await world.database.run(`UPDATE "Plan" SET "state" = 'planning' WHERE "id" = $1`, [planId]);
  const before = await standing("a");
  await noteAnalysed(world.database, runId);
  expect(await standing("a")).toEqual(before);
  expect(await world.database.prisma.reading.count()).toBe(1);
  await world.rest();
  const started = await world.start({ kind: "plan", planKind: "mirror", namespaces: ["b"] });
  await world.database.run(`UPDATE "Segment" SET "state" = 'failed' WHERE "runId" = $1`, [started]);
  await world.work();
  await world.until(started, ["failed"]);
  expect(await world.database.prisma.standing.count()).toBe(1);
});

test("a re-embedding and a verification are readings, too: what is missing by ID; edits only where they were compared", async () => {
  const ended = ["succeeded", "succeeded-with-findings"] as const;
  const verify = await world.start({ kind: "verify", namespaces: ["a"], overrides: { verifySample: 1 } });
  await world.until(verify, ended);
  const missing = await standing("a");
  expect(missing).toMatchObject({ planId: null, runId: verify, compared: false });
  expect(missing.creates + missing.problems).toBeGreaterThan(0);
  const run = await world.start({ namespaces: ["a"] });
  await world.until(run, ended);
  expect(await standing("a")).toMatchObject({ creates: 0, runId: run, compared: false });
  expect(await world.database.prisma.fleetReading.count()).toBe(2);
  // A verification of every record has compared them: what it found to differ isn't in sync.
  await world.until(await world.start({ kind: "verify", namespaces: ["a"], overrides: { verifyFull: true } }), ended);
  const compared = await standing("a");
  expect([compared.compared, compared.updates > 0]).toEqual([true, true]);
  // What an analysis knows of edits, a later verification doesn't forget.
  await analyse(["a"]);
  const { updates } = await standing("a");
  expect(updates).toBeGreaterThan(0);
  await world.until(await world.start({ kind: "verify", namespaces: ["a"], overrides: { verifySample: 7 } }), ended);
  expect(await standing("a")).toMatchObject({ updates, compared: true });
});
