import { afterEach, expect, test } from "vitest";
import { ServiceFailure } from "@/lib/failures";
import { settingsFor } from "../lifecycle/settings";
import { applyPlan } from "../plans/apply-plan";
import { approvePlan } from "../plans/approve-plan";
import { createMirrorRetry } from "../plans/retry-mirror";
import { openWorld, record, records, type World } from "../testing/testing";
import { applied, apply, contents, ended, old, planned, planOf, standing, target } from "../testing/testing-mirror";

let world: World;
afterEach(() => world.close());

test("creates and updates are applied apart, then the plan is applied", async () => {
  world = await openWorld();
  world.source.put(old, [record("create"), record("update", { text: "b", page: 1 })]);
  world.target.put(target, [standing("update", { text: "a", page: 1 })]);
  await world.work();
  const planId = await planned(world);
  expect(await applied(world, planId, "creates")).toMatchObject({ total: 1, written: 1 });
  expect(contents(world).get("update")?.metadata).toEqual({ text: "a", page: 1 });
  expect((await planOf(world, planId)).state).toBe("approved");
  expect(await apply(world, planId, "creates")).toMatchObject({ how: "already" });
  expect(await applied(world, planId)).toMatchObject({ total: 1, written: 1, unchanged: 0 });
  expect(contents(world).get("update")?.metadata).toEqual({ text: "b", page: 1, clearance_level: 1 });
  expect((await planOf(world, planId)).state).toBe("applied");
});

test("of two who approve, or apply, at once one does and the other is told", async () => {
  world = await openWorld();
  world.source.put(old, records(10));
  await world.work();
  const planId = await planned(world);
  await world.rest();
  const approval = { planId, settings: settingsFor(world), actor: "ann" };
  const approvals = await Promise.allSettled([
    approvePlan(world.database, approval),
    approvePlan(world.database, { ...approval, actor: "bob" }),
  ]);
  expect(approvals.map((one) => one.status).sort()).toEqual(["fulfilled", "rejected"]);
  const told = approvals.find((one) => one.status === "rejected");
  expect(told).toMatchObject({ reason: { code: "plan-already-approved", kind: "refused" } });
  const applications = await Promise.all([apply(world, planId), apply(world, planId)]);
  expect(applications.map((one) => one.how).sort()).toEqual(["resumed", "started"]);
  expect(new Set(applications.map((one) => one.runId)).size).toBe(1);
});

test("a plan is not applied to a namespace that another run writes to, which is named", async () => {
  world = await openWorld();
  world.source.put(old, records(3));
  await world.work();
  const planId = await planned(world);
  await world.rest();
  const busy = await world.start({ namespaces: ["n"] });
  await expect(apply(world, planId)).rejects.toMatchObject({
    code: "namespace-busy",
    what: expect.stringContaining(busy),
  });
  expect((await planOf(world, planId)).state).toBe("ready");
});

test("a plan that is too old, for other settings or another hash is refused", async () => {
  world = await openWorld();
  world.source.put(old, records(3));
  await world.work();
  const planId = await planned(world);
  const settings = settingsFor(world);
  const ask = (more: object) => applyPlan(world.database, { planId, settings, actor: "test", ...more });
  await expect(ask({ settings: { ...settings, clearanceLevel: 2 } })).rejects.toMatchObject({
    code: "plan-stale",
    kind: "refused",
    what: expect.stringContaining("the clearance level was 1 and is 2"),
  });
  await expect(ask({ hash: "0".repeat(32) })).rejects.toMatchObject({ code: "plan-moved" });
  const longAgo = new Date(Date.now() - 25 * 3_600_000);
  await world.database.prisma.plan.update({ where: { id: planId }, data: { readyAt: longAgo } });
  await expect(ask({})).rejects.toMatchObject({ code: "plan-stale", what: expect.stringContaining("24 hours") });
  expect((await planOf(world, planId)).state).toBe("stale");
  expect(world.target.calls.upsert).toBe(0);
});

test("killed in the middle, it goes on, counts what it wrote once, and embeds at most what was in flight again", async () => {
  world = await openWorld({ environment: { EMBEDDING_BATCH_SIZE: "10", UPSERT_BATCH_SIZE: "5" } });
  const both = records(40, "meta").map((one) => one.id);
  world.source.put(old, [...records(200), ...both.map((id) => record(id, { text: "t", page: 2 }))]);
  world.target.put(
    target,
    both.map((id) => standing(id, { text: "t", page: 1 })),
  );
  await world.work();
  const planId = await planned(world);
  let reached: () => void = () => {};
  const atHalf = new Promise<void>((resolve) => {
    reached = resolve;
  });
  world.embedder.before = () => {
    if (world.embedder.texts.length < 80) return;
    reached();
    throw new ServiceFailure({ code: "unavailable", service: "Hashing", operation: "embed", message: "503" });
  };
  const { runId } = await apply(world, planId);
  await atHalf;
  await world.rest();
  // As after a kill: what was written last was not noted.
  await world.database.run(`UPDATE "Progress" SET "outcome" = translate("outcome", 'w', '.'), "done" = false`);
  await world.database.run(`UPDATE "Segment" SET "written" = 0 WHERE "runId" = $1`, [runId]);
  const embedded = world.embedder.texts.length;
  world.embedder.before = () => {};
  await world.work();
  const run = await world.until(runId ?? "", ended);
  expect(run).toMatchObject({ state: "succeeded", total: 240, written: 240, drifted: 0, unchanged: 0 });
  expect(world.embedder.texts.length).toBeLessThanOrEqual(200 + embedded - 80);
});

test("what a run left out is tried again alone, once its cause was mended", async () => {
  let refuse = true;
  world = await openWorld({
    target: {
      indexes: { new: { dimension: 16 } },
      before: (call) => {
        if (refuse && call.operation === "upsert" && call.ids.some((id) => ["doc-00003", "doc-00011"].includes(id)))
          throw new ServiceFailure({ code: "invalid", service: "Memory", operation: "upsert", message: "no" });
      },
    },
  });
  world.source.put(old, records(20));
  world.target.put(
    target,
    records(20)
      .slice(10)
      .map(({ id }) => standing(id, { text: `Text of ${id}`, page: 9 })),
  );
  await world.work();
  const planId = await planned(world);
  const { runId } = await apply(world, planId);
  expect(await world.until(runId ?? "", ended)).toMatchObject({ written: 18, failed: 2 });
  refuse = false;
  const choice = { runId: runId ?? "", planId, kinds: ["skipped", "failed"] as const, reasons: null };
  const more = { settings: settingsFor(world), startedBy: "test" };
  const retry = await createMirrorRetry(world.database, choice, more);
  expect(await world.until(retry ?? "", ended)).toMatchObject({ state: "succeeded", total: 2, written: 2, texts: 1 });
  expect(await createMirrorRetry(world.database, choice, more)).toBeNull();
  expect(await planOf(world, await planned(world))).toMatchObject({ creates: 0, updates: 0, unchanged: 20 });
});
