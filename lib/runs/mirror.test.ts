import { afterEach, expect, test } from "vitest";
import { ServiceFailure } from "@/lib/failures";
import { applyPlan } from "./apply-plan";
import { approvePlan } from "./approve-plan";
import { createMirrorRetry } from "./retry-mirror";
import { settingsFor } from "./settings";
import { openWorld, record, records, type World } from "./testing";

let world: World;
afterEach(() => world.close());

const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
const old = { index: "old", namespace: "n" };
const target = { index: "new", namespace: "n" };
const float32 = (seed: number) => Array.from({ length: 16 }, (_, at) => Math.fround(Math.sin(seed + at) / 3));
const standing = (id: string, metadata: Record<string, string | number | string[]>, seed = 1) => ({
  id,
  values: float32(seed),
  metadata,
});

async function planned(): Promise<string> {
  const run = await world.until(await world.start({ kind: "plan", planKind: "mirror", namespaces: ["n"] }), ended);
  return run.planId ?? "";
}

function apply(planId: string, only: "both" | "creates" | "updates" = "both") {
  return applyPlan(world.database, { planId, settings: settingsFor(world.config, { only }), actor: "test" });
}

async function applied(planId: string, only: "both" | "creates" | "updates" = "both") {
  const { runId } = await apply(planId, only);
  return world.until(runId ?? "", ended);
}

const planOf = (id: string) => world.database.prisma.plan.findUniqueOrThrow({ where: { id } });
const contents = () => new Map(world.target.contents(target).map((one) => [one.id, one]));
const findingsOf = async (reason: string) =>
  (await world.database.prisma.finding.findMany({ where: { reason }, orderBy: { recordId: "asc" } })).map(
    ({ recordId, kind }) => [recordId, kind],
  );

test("applies exactly the plan; levels, orphans and vectors of unchanged texts stay; the second time changes nothing", async () => {
  world = await openWorld();
  const levels = [1, 2, 3, "secret"];
  world.source.put(old, [
    ...records(120, "create"),
    record("text", { text: "new", page: 1 }),
    ...levels.map((_, at) => record(`level-${at}`, { text: "same", page: 2 })),
    record("level-none", { text: "same", page: 2, clearance_level: 9 }),
  ]);
  world.target.put(target, [
    standing("text", { text: "old", page: 1, gone: "x", clearance_level: 2 }),
    ...levels.map((level, at) => standing(`level-${at}`, { text: "same", page: 1, clearance_level: level }, at)),
    standing("level-none", { text: "same", page: 1 }, 77),
    standing("orphan", { text: "only here" }, 5),
  ]);
  await world.work();
  const planId = await planned();
  const run = await applied(planId);
  expect(run).toMatchObject({ state: "succeeded", total: 126, written: 126, unchanged: 0, drifted: 0, texts: 121 });
  expect(run.verdict).toMatchObject({ ok: true, sampled: 126, missing: 0 });
  const after = contents();
  expect(after.size).toBe(127);
  expect(after.get("create-00000")?.metadata).toEqual({ text: "Text of create-00000", page: 1, clearance_level: 1 });
  expect(after.get("text")?.metadata).toEqual({ text: "new", page: 1, clearance_level: 2 });
  expect(after.get("text")?.values).not.toEqual(float32(1));
  for (const [at, level] of levels.entries())
    expect(after.get(`level-${at}`)).toEqual(
      standing(`level-${at}`, { text: "same", page: 2, clearance_level: level }, at),
    );
  expect(after.get("level-none")).toEqual(standing("level-none", { text: "same", page: 2, clearance_level: 1 }, 77));
  expect(after.get("orphan")).toEqual(standing("orphan", { text: "only here" }, 5));
  expect(world.source.calls.upsert).toBe(0);
  expect((await planOf(planId)).state).toBe("applied");

  const writes = world.target.calls.upsert;
  expect(await apply(planId)).toMatchObject({ how: "already" });
  const again = await planOf(await planned());
  expect(again).toMatchObject({ creates: 0, updates: 0, unchanged: 126, orphans: 1, problems: 0 });
  expect(await apply(again.id)).toEqual({ runId: null, how: "nothing" });
  expect((await planOf(again.id)).state).toBe("applied");
  expect(world.target.calls.upsert).toBe(writes);
});

test("the policy `always` embeds a text again that is unchanged", async () => {
  world = await openWorld({ environment: { UPDATE_POLICY: "always" } });
  world.source.put(old, [record("a", { text: "a", page: 2 }), record("b", { page: 2 })]);
  world.target.put(target, [standing("a", { text: "a", page: 1 }), standing("b", { page: 1 })]);
  await world.work();
  const run = await applied(await planned());
  expect(run).toMatchObject({ state: "succeeded", written: 2, texts: 1 });
  expect(contents().get("a")?.values).not.toEqual(float32(1));
  expect(contents().get("b")?.values).toEqual(float32(1));
});

test("metadata alone costs no embedding", async () => {
  world = await openWorld();
  const both = records(60).map((one) => one.id);
  world.source.put(
    old,
    both.map((id) => record(id, { text: `Text of ${id}`, page: 2 })),
  );
  world.target.put(
    target,
    both.map((id, at) => standing(id, { text: `Text of ${id}`, page: 1 }, at)),
  );
  await world.work();
  const run = await applied(await planned());
  expect(run).toMatchObject({ state: "succeeded", written: 60, texts: 0 });
  expect(world.embedder.calls).toBe(0);
  expect(world.target.contents(target).map((one) => one.values)).toEqual(both.map((_, at) => float32(at)));
});

test("a target record without a usable vector is embedded, and left as it is where there is no text", async () => {
  world = await openWorld();
  const zeros = Array(16).fill(0);
  world.source.put(old, [record("a", { text: "a", page: 2 }), record("b", { page: 2 })]);
  world.target.put(target, [
    { id: "a", values: zeros, metadata: { text: "a", page: 1 } },
    { id: "b", values: zeros, metadata: { page: 1 } },
  ]);
  await world.work();
  const run = await applied(await planned());
  expect(run).toMatchObject({ written: 1, skipped: 1, texts: 1 });
  expect(contents().get("a")?.values).not.toEqual(zeros);
  expect(contents().get("b")).toEqual({ id: "b", values: zeros, metadata: { page: 1 } });
  expect(await findingsOf("no-text")).toEqual([["b", "skipped"]]);
});

test("whatever moved after the review is left alone and named", async () => {
  world = await openWorld();
  const ids = ["s-edit", "s-gone", "s-text", "t-edit", "t-gone", "quiet", "level"];
  world.source.put(old, [...ids.map((id) => record(id, { text: "same", page: 2 })), record("came"), record("fresh")]);
  world.target.put(
    target,
    ids.map((id) => standing(id, { text: "same", page: 1, clearance_level: 1 })),
  );
  await world.work();
  const planId = await planned();
  world.source.put(old, [record("s-edit", { text: "same", page: 3 }), record("s-text", { text: "edited", page: 2 })]);
  world.source.remove(old, "s-gone");
  world.target.put(target, [
    standing("t-edit", { text: "same", page: 7, clearance_level: 1 }),
    standing("came", { text: "from elsewhere" }),
    standing("level", { text: "same", page: 1, clearance_level: 3 }),
  ]);
  world.target.remove(target, "t-gone");
  const run = await applied(planId);
  expect(run).toMatchObject({ state: "succeeded-with-findings", total: 9, written: 3, drifted: 6 });
  expect(await findingsOf("source-changed")).toEqual([
    ["s-edit", "drifted"],
    ["s-text", "drifted"],
  ]);
  expect(await findingsOf("vanished-from-source")).toEqual([["s-gone", "drifted"]]);
  expect(await findingsOf("target-changed")).toEqual([
    ["came", "drifted"],
    ["t-edit", "drifted"],
    ["t-gone", "drifted"],
  ]);
  const after = contents();
  expect(after.get("came")?.metadata).toEqual({ text: "from elsewhere" });
  expect(after.get("t-edit")?.metadata).toMatchObject({ page: 7 });
  expect(after.has("t-gone")).toBe(false);
  expect(after.get("level")?.metadata).toEqual({ text: "same", page: 2, clearance_level: 3 });
});

test("creates and updates are applied apart, then the plan is applied", async () => {
  world = await openWorld();
  world.source.put(old, [record("create"), record("update", { text: "b", page: 1 })]);
  world.target.put(target, [standing("update", { text: "a", page: 1 })]);
  await world.work();
  const planId = await planned();
  expect(await applied(planId, "creates")).toMatchObject({ total: 1, written: 1 });
  expect(contents().get("update")?.metadata).toEqual({ text: "a", page: 1 });
  expect((await planOf(planId)).state).toBe("approved");
  expect(await apply(planId, "creates")).toMatchObject({ how: "already" });
  expect(await applied(planId)).toMatchObject({ total: 1, written: 1, unchanged: 0 });
  expect(contents().get("update")?.metadata).toEqual({ text: "b", page: 1, clearance_level: 1 });
  expect((await planOf(planId)).state).toBe("applied");
});

test("of two who approve, or apply, at once one does and the other is told", async () => {
  world = await openWorld();
  world.source.put(old, records(10));
  await world.work();
  const planId = await planned();
  await world.rest();
  const approval = { planId, settings: settingsFor(world.config), actor: "ann" };
  const approvals = await Promise.allSettled([
    approvePlan(world.database, approval),
    approvePlan(world.database, { ...approval, actor: "bob" }),
  ]);
  expect(approvals.map((one) => one.status).sort()).toEqual(["fulfilled", "rejected"]);
  const told = approvals.find((one) => one.status === "rejected");
  expect(told).toMatchObject({ reason: { code: "plan-already-approved", kind: "refused" } });
  const applications = await Promise.all([apply(planId), apply(planId)]);
  expect(applications.map((one) => one.how).sort()).toEqual(["resumed", "started"]);
  expect(new Set(applications.map((one) => one.runId)).size).toBe(1);
});

test("a plan is not applied to a namespace that another run writes to, which is named", async () => {
  world = await openWorld();
  world.source.put(old, records(3));
  await world.work();
  const planId = await planned();
  await world.rest();
  const busy = await world.start({ namespaces: ["n"] });
  await expect(apply(planId)).rejects.toMatchObject({ code: "namespace-busy", what: expect.stringContaining(busy) });
  expect((await planOf(planId)).state).toBe("ready");
});

test("a plan that is too old, for other settings or another hash is refused", async () => {
  world = await openWorld();
  world.source.put(old, records(3));
  await world.work();
  const planId = await planned();
  const settings = settingsFor(world.config);
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
  expect((await planOf(planId)).state).toBe("stale");
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
  const planId = await planned();
  let reached: () => void = () => {};
  const atHalf = new Promise<void>((resolve) => {
    reached = resolve;
  });
  world.embedder.before = () => {
    if (world.embedder.texts.length < 80) return;
    reached();
    throw new ServiceFailure({ code: "unavailable", service: "Hashing", operation: "embed", message: "503" });
  };
  const { runId } = await apply(planId);
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
  const planId = await planned();
  const { runId } = await apply(planId);
  expect(await world.until(runId ?? "", ended)).toMatchObject({ written: 18, failed: 2 });
  refuse = false;
  const choice = { runId: runId ?? "", planId, kinds: ["skipped", "failed"] as const, reasons: null };
  const more = { settings: settingsFor(world.config), startedBy: "test" };
  const retry = await createMirrorRetry(world.database, choice, more);
  expect(await world.until(retry ?? "", ended)).toMatchObject({ state: "succeeded", total: 2, written: 2, texts: 1 });
  expect(await createMirrorRetry(world.database, choice, more)).toBeNull();
  expect(await planOf(await planned())).toMatchObject({ creates: 0, updates: 0, unchanged: 20 });
});

test("metadata that outgrows the limit by the target's own keys after the review is a finding", async () => {
  world = await openWorld({ environment: { TARGET_OWNED_KEYS: "clearance_level,audit" } });
  world.source.put(old, [record("a", { text: "t", note: "x".repeat(30_000) })]);
  world.target.put(target, [standing("a", { text: "t" })]);
  await world.work();
  const planId = await planned();
  world.target.put(target, [standing("a", { text: "t", audit: "y".repeat(15_000) })]);
  expect(await applied(planId)).toMatchObject({ written: 0, skipped: 1 });
  expect(await findingsOf("metadata-too-large")).toEqual([["a", "skipped"]]);
  expect(contents().get("a")?.metadata).not.toHaveProperty("note");
});
