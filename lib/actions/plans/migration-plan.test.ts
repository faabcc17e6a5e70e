import { afterEach, expect, test } from "vitest";
import { openWorld, record, records, type World } from "@/lib/runs/testing/testing";
import type { Context } from "../verbs/context";
import { parseInput } from "../verbs/parse-input";
import { applyPlan, applyPlanInput } from "./apply-plan";
import { approvePlan } from "./approve-plan";
import { excludeChanges, excludeChangesInput } from "./exclude-changes";
import { listChangeFacets } from "./list-change-facets";
import { listChanges, listChangesInput } from "./list-changes";
import { planReembedding } from "./plan-reembedding";
import { showChange } from "./show-change";
import { showPlan } from "./show-plan";
import { withdrawApproval } from "./withdraw-approval";

let world: World;
afterEach(() => world.close());

const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
const source = { index: "old", namespace: "grow" };
const target = { index: "new", namespace: "grow" };

test("a migration's plan is reviewed like any: what is taken out stays out, all else is created, and the read-back check agrees", async () => {
  world = await openWorld();
  const { config, database, embedder, documents, log, ...stores } = world.parts;
  const parts = { config, database, embedder, documents, log, source: stores.source, target: stores.target };
  const ctx: Context = { ...parts, wake: async () => {}, actor: "her" };
  world.source.put(source, [...records(1500), record("z-none", {})]);
  world.target.put(target, [{ id: "doc-00000", values: Array(16).fill(0.5), metadata: { text: "theirs" } }]);
  await world.work();
  const { plan, run: analysis } = await planReembedding(ctx, { namespaces: ["grow"] });
  await world.until(analysis.id, ended);
  const { id } = plan;
  const made = await showPlan(ctx, { id });
  expect(made).toMatchObject({ state: "ready", counts: { create: 1499, unchanged: 1, problem: 1 } });
  expect(made.left?.both).toEqual(made.estimate);

  const list = (input: object) => listChanges(ctx, parseInput(listChangesInput, { id, ...input }));
  expect((await list({ kind: "problem" })).changes).toMatchObject([{ id: "z-none", reason: "no-text" }]);
  expect(await list({ kind: "create", search: "-014" })).toMatchObject({ matching: 100, exact: true });
  expect((await listChangeFacets(ctx, { id, kind: "problem", limit: 10 })).reasons).toEqual([
    { reason: "no-text", count: 1 },
  ]);
  const sheet = await showChange(ctx, { id, namespace: "grow", record: "doc-00001" });
  expect(sheet).toMatchObject({ change: { kind: "create" }, written: { clearance_level: 1 }, drift: null });

  const exclude = (input: object) => excludeChanges(ctx, parseInput(excludeChangesInput, { id, ...input }));
  expect(await exclude({ kind: "create", search: "-014" })).toMatchObject({ moved: 100 });
  expect(await exclude({ records: ["doc-00007", "z-none"] })).toMatchObject({ moved: 1, unknown: ["z-none"] });
  await expect(approvePlan(ctx, { id, revision: 1 })).rejects.toMatchObject({ code: "plan-moved" });
  const approved = await approvePlan(ctx, { id, revision: 2, hash: made.hash });
  expect(approved).toMatchObject({ state: "approved", approved: { by: "her" }, left: { both: { texts: 1398 } } });
  expect(approved.approved?.hash).not.toBe(made.hash);
  await withdrawApproval(ctx, { id });
  await exclude({ records: ["doc-00007"], include: true });

  const updatesOnly = parseInput(applyPlanInput, { id, only: "updates" });
  await expect(applyPlan(ctx, updatesOnly)).rejects.toMatchObject({ code: "invalid-value", kind: "usage" });
  const { run, already } = await applyPlan(ctx, parseInput(applyPlanInput, { id, hash: made.hash, revision: 4 }));
  const done = await world.until(run?.id ?? "", ended);
  // Of 1,501 records 100 were taken out, and one each stands in the target or can't be migrated.
  expect([already, done]).toMatchObject([false, { total: 1401, written: 1399, unchanged: 1, skipped: 1, texts: 1399 }]);
  expect(done.verdict).toMatchObject({ ok: true, missing: 0, explainedMissing: 101, takenOut: 100, arrivedLater: 0 });
  // Nothing stands against what was taken out: it is still to be created, and no problem.
  const standing = () => database.prisma.standing.findFirst({ select: { creates: true, problems: true } });
  await expect.poll(standing).toEqual({ creates: 100, problems: 1 });
  const there = new Set(world.target.contents(target).map((one) => one.id));
  expect(["doc-00007", "doc-01399", "doc-01400", "doc-01499"].map((one) => there.has(one))).toEqual([
    ...[true, true, false, false],
  ]);
  expect(await applyPlan(ctx, parseInput(applyPlanInput, { id }))).toMatchObject({ already: true });
});
