import { afterEach, beforeEach, expect, test } from "vitest";
import { settingsFor } from "../lifecycle/settings";
import { applyPlan } from "../plans/apply-plan";
import { approvePlan } from "../plans/approve-plan";
import { excludeRecords } from "../plans/exclude-changes";
import { withdrawApproval } from "../plans/withdraw-approval";
import { openWorld, record, type World } from "../testing/testing";

let world: World;
beforeEach(async () => {
  // The level is owned by the target though the operator doesn't list it.
  world = await openWorld({ environment: { TARGET_OWNED_KEYS: "reviewed_by" } });
  world.source.put(old, [
    record("create-a"),
    record("create-b"),
    record("update-a", { text: "new", page: 1 }),
    record("update-b", { text: "new", page: 1 }),
    record("update-c", { text: "same", page: 2 }),
  ]);
  world.target.put(target, [
    standing("update-a", { text: "old", page: 1 }),
    standing("update-b", { text: "old", page: 1 }),
    standing("update-c", { text: "same", page: 1 }),
  ]);
  await world.work();
});
afterEach(() => world.close());

const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
const old = { index: "old", namespace: "n" };
const target = { index: "new", namespace: "n" };
const standing = (id: string, metadata: Record<string, string | number>) => ({
  id,
  values: Array(16).fill(0.5),
  metadata,
});

async function planned() {
  const run = await world.until(await world.start({ kind: "plan", planKind: "mirror", namespaces: ["n"] }), ended);
  return world.database.prisma.plan.findUniqueOrThrow({ where: { id: run.planId ?? "" } });
}

test("what is edited on either side while its text is being embedded is seen before the write, and left alone", async () => {
  const plan = await planned();
  world.embedder.before = () => {
    world.source.put(old, [record("create-a", { text: "edited meanwhile", page: 1 })]);
    world.target.put(target, [
      standing("create-b", { text: "uploaded meanwhile" }),
      standing("update-a", { text: "edited meanwhile", page: 1 }),
      standing("update-b", { text: "old", page: 1, clearance_level: 3, reviewed_by: "Ann" }),
    ]);
  };
  const { runId } = await applyPlan(world.database, {
    planId: plan.id,
    settings: settingsFor(world),
    actor: "test",
  });
  const run = await world.until(runId ?? "", ended);
  expect(run).toMatchObject({ state: "succeeded-with-findings", total: 5, written: 2, drifted: 3 });
  const levelled = world.target.contents(target).find(({ id }) => id === "update-b");
  expect(levelled?.metadata).toEqual({ text: "new", page: 1, clearance_level: 3, reviewed_by: "Ann" });
  const texts = world.target.contents(target).map(({ id, metadata }) => [id, metadata.text]);
  expect(texts).toEqual([
    ["create-b", "uploaded meanwhile"],
    ["update-a", "edited meanwhile"],
    ["update-b", "new"],
    ["update-c", "same"],
  ]);
});

test("a plan's hash is another as soon as one change is, on either side, and the same when it is not", async () => {
  const hashes = [await planned()];
  const edits = [
    () => world.source.put(old, [record("create-a", { text: "edited" })]),
    () => world.source.put(old, [record("update-a", { text: "newer", page: 1 })]),
    () => world.source.put(old, [record("update-c", { text: "same", page: 3 })]),
    () => world.target.put(target, [standing("update-c", { text: "same", page: 7 })]),
    () => world.target.put(target, [standing("create-b", { text: "came" })]),
    () => world.source.remove(old, "update-b"),
  ];
  for (const edit of edits) {
    edit();
    hashes.push(await planned());
  }
  expect(new Set(hashes.map(({ hash }) => hash)).size).toBe(edits.length + 1);
  const again = await planned();
  expect(again.id).not.toBe(hashes.at(-1)?.id);
  expect(again.hash).toBe(hashes.at(-1)?.hash);
});

test("what is approved has the hash of a plan that never held what was excluded", async () => {
  const plan = await planned();
  const ids = ["create-b", "update-b", "update-c"];
  await excludeRecords(world.database, { planId: plan.id, exclude: true }, { ids });
  await approvePlan(world.database, { planId: plan.id, settings: settingsFor(world), actor: "test" });
  const approved = await world.database.prisma.plan.findUniqueOrThrow({ where: { id: plan.id } });
  expect(approved.hash).toBe(plan.hash);
  world.source.remove(old, "create-b");
  world.target.put(target, [
    standing("update-b", { text: "new", page: 1 }),
    standing("update-c", { text: "same", page: 2 }),
  ]);
  expect((await planned()).hash).toBe(approved.approvedHash);
});

test("an approval can be withdrawn until something was applied: exclusions can be chosen again, and who did it is noted", async () => {
  const plan = await planned();
  const approval = { planId: plan.id, settings: settingsFor(world), actor: "ann" };
  await approvePlan(world.database, approval);
  await withdrawApproval(world.database, { planId: plan.id, actor: "ben" });
  const found = await world.database.prisma.plan.findUniqueOrThrow({ where: { id: plan.id } });
  expect(found).toMatchObject({ state: "ready", approvedHash: null, approvedBy: null, withdrawnBy: "ben" });
  expect(found.withdrawnAt).toBeInstanceOf(Date);
  const again = withdrawApproval(world.database, { planId: plan.id, actor: "ben" });
  await expect(again).rejects.toMatchObject({ code: "plan-not-approved", kind: "refused" });
  // Whoever looked before the withdrawal approves something that may be another choice by now.
  await expect(approvePlan(world.database, { ...approval, revision: plan.revision })).rejects.toMatchObject({
    code: "plan-moved",
  });
  expect((await applyPlan(world.database, approval)).how).toBe("started");
  const late = withdrawApproval(world.database, { planId: plan.id, actor: "ben" });
  await expect(late).rejects.toMatchObject({ code: "plan-applied", kind: "refused" });
});

test("a plan whose hash isn't the one that was reviewed is neither approved nor applied", async () => {
  const plan = await planned();
  const approval = { planId: plan.id, settings: settingsFor(world), actor: "test" };
  const other = { ...approval, hash: "0".repeat(32) };
  await expect(approvePlan(world.database, other)).rejects.toMatchObject({ code: "plan-moved", kind: "refused" });
  await expect(applyPlan(world.database, other)).rejects.toMatchObject({ code: "plan-moved", kind: "refused" });
  expect(await world.database.prisma.plan.findUniqueOrThrow({ where: { id: plan.id } })).toMatchObject({
    state: "ready",
  });
  await approvePlan(world.database, { ...approval, hash: plan.hash });
});
