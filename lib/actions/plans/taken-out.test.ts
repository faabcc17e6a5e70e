import { afterAll, beforeAll, expect, test } from "vitest";
import { overLimits } from "@/lib/plan/estimate/limits";
import type { World } from "@/lib/runs/testing/testing";
import type { Context } from "../verbs/context";
import { applyPlan, applyPlanInput } from "./apply-plan";
import { approvePlan } from "./approve-plan";
import type { ChangeFilters } from "./change-input";
import { excludeChanges } from "./exclude-changes";
import { planMirror } from "./plan-mirror";
import { allChanges, ended, openReviewed } from "./reviewed-plan.suite";
import { showPlan } from "./show-plan";

let world: World;
let ctx: Context;
let id: string;

beforeAll(async () => {
  ({ world, ctx, id } = await openReviewed());
});
afterAll(() => world.close());

const all = (filters: Omit<ChangeFilters, "id">, limit?: number) => allChanges(ctx, id, filters, limit);

test("what is left is priced exactly, by phases, whatever was taken out and back in", async () => {
  const whole = await showPlan(ctx, { id });
  const { creates, updates, both } = whole.left ?? {};
  expect(both).toEqual({ ...whole.estimate, alternative: undefined });
  expect((creates?.texts ?? 0) + (updates?.texts ?? 0)).toBe(whole.estimate.texts);
  expect((creates?.tokens ?? 0) + (updates?.tokens ?? 0)).toBe(whole.estimate.tokens);
  const changed = await excludeChanges(ctx, { id, kind: "update", textChanged: true, include: false });
  expect(changed.plan.left?.updates).toMatchObject({ texts: 0, tokens: 0 });
  expect(changed.plan.left?.creates).toEqual(creates);
  expect(changed.plan.left?.both.usd.total).toBeLessThan(both?.usd.total ?? 0);
  const limits = applyPlanInput.parse({ id, maxUsd: changed.plan.left?.both.usd.total, allowProblems: true });
  expect(overLimits(changed.plan, limits)).toEqual([]);
  expect(overLimits(whole, limits)).toHaveLength(1);
  const none = await excludeChanges(ctx, { id, all: true, include: false });
  expect(none.plan.left?.both).toMatchObject({ texts: 0, tokens: 0, usd: { total: 0 } });
  const back = await excludeChanges(ctx, { id, all: true, include: true });
  expect(back.plan).toEqual({ ...whole, revision: back.plan.revision });
});

test("whoever approves other exclusions than they saw is told, and nothing is approved", async () => {
  const { revision, hash } = await showPlan(ctx, { id });
  await excludeChanges(ctx, { id, kind: "create", include: false });
  await expect(approvePlan(ctx, { id, hash, revision })).rejects.toMatchObject({ code: "plan-moved" });
  expect((await excludeChanges(ctx, { id, all: true, include: true })).plan.state).toBe("ready");
});

test("what was taken out stays as it is: the next analysis finds exactly that", async () => {
  const [create] = await all({ kind: "create", namespace: "beta" });
  const [update] = await all({ kind: "update", namespace: "beta" });
  const out = [create?.id ?? "", update?.id ?? ""];
  const before = (await all({ kind: "create" })).length + (await all({ kind: "update" })).length;
  const excluded = await excludeChanges(ctx, { id, namespace: "beta", records: [...out, "never"], include: false });
  expect(excluded).toMatchObject({ moved: 2, unknown: ["never"], plan: { excluded: { create: 1, update: 1 } } });
  const again = await excludeChanges(ctx, { id, namespace: "beta", records: out, include: false });
  expect(again.moved).toBe(0);
  const approved = await approvePlan(ctx, { id, hash: excluded.plan.hash });
  expect(approved.approved?.hash).not.toBe(approved.hash);
  await expect(excludeChanges(ctx, { id, all: true, include: true })).rejects.toMatchObject({
    code: "plan-already-approved",
  });
  const { run } = await applyPlan(ctx, applyPlanInput.parse({ id }));
  expect(await world.until(run?.id ?? "", ended)).toMatchObject({ total: before - 2, written: before - 2, drifted: 0 });
  expect(await applyPlan(ctx, applyPlanInput.parse({ id }))).toMatchObject({
    already: true,
    plan: { state: "applied" },
  });
  const next = await planMirror(ctx, { all: true });
  await world.until(next.run.id, ended);
  id = next.plan.id;
  const left = [...(await all({ kind: "create" })), ...(await all({ kind: "update" }))];
  expect(left.map((one) => [one.namespace, one.id])).toEqual(out.map((one) => ["beta", one]));
});
