import { afterEach, beforeEach, expect, test } from "vitest";
import { ServiceFailure } from "@/lib/failures";
import type { VectorTarget } from "@/lib/stores/contract";
import { applyPlan } from "./apply-plan";
import { type SettingOverrides, settingsFor } from "./settings";
import { openWorld, record, records, type World } from "./testing";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
const old = { index: "old", namespace: "n" };
const target = { index: "new", namespace: "n" };
const copied = (count: number, more: object = {}) =>
  records(count).map(({ id, metadata }) => ({
    id,
    values: Array(16).fill(0.5),
    metadata: { ...metadata, clearance_level: 1 },
    ...more,
  }));

async function verified(overrides: SettingOverrides) {
  const settings = settingsFor(world.config, overrides);
  const runId = await world.start({ kind: "verify", namespaces: ["n"], overrides: settings });
  const run = await world.until(runId, ended);
  const found = await world.database.prisma.finding.findMany({ where: { runId }, orderBy: { recordId: "asc" } });
  return { run, found: found.map(({ recordId, kind, reason }) => [recordId, kind, reason]) };
}

/** As a target that says yes and keeps something else. */
function keeping(change: (id: string) => void): VectorTarget {
  return {
    ...world.target,
    upsert: async (...call) => {
      const answer = await world.target.upsert(...call);
      for (const id of answer.accepted) change(id);
      return answer;
    },
  };
}

test("a verification finds what is missing, what differs and what can't be searched, and is no success then", async () => {
  world.source.put(old, records(30));
  world.target.put(target, copied(30));
  world.target.remove(target, "doc-00003");
  world.target.put(target, [
    { id: "doc-00007", values: Array(16).fill(0.5), metadata: { text: "Text of doc-00007", page: 2 } },
    { id: "doc-00011", values: Array(16).fill(0), metadata: { text: "Text of doc-00011", page: 1 } },
  ]);
  await world.work();
  const { run, found } = await verified({ full: true });
  expect(run).toMatchObject({ state: "succeeded-with-findings", total: 30, unchanged: 27, failed: 3 });
  expect(run.verdict).toMatchObject({ ok: false, missing: 1, sampled: 29, sampleMismatches: 2 });
  expect(run.verdict?.words).toBe(
    "29 of 30 source IDs found in the target, by listing both; 1 missing without one; all 29 records compared, 2 different. Vectors: 29 of a model that isn't known.",
  );
  expect(found).toEqual([
    ["doc-00003", "failed", "missing-from-target"],
    ["doc-00007", "failed", "differs"],
    ["doc-00011", "failed", "vector-invalid"],
  ]);
});

test("a verification says how many records it compared, and all of them only where it did", async () => {
  world.source.put(old, records(30));
  world.target.put(target, copied(30));
  await world.work();
  const sampled = (await verified({ sample: 5 })).run;
  expect(sampled).toMatchObject({ state: "succeeded", verdict: { ok: true, sampled: 5 } });
  expect(sampled.verdict?.words).toContain("; 5 records compared, all equal");
  expect(sampled.verdict?.words).not.toContain("all 5");
  const whole = (await verified({ full: true })).run;
  expect(whole.verdict?.words).toContain("; all 30 records compared, all equal");
});

test("a verification of which a page fails has failed, and says nothing of what it saw before", async () => {
  world.source.put(old, records(450));
  world.target.put(target, copied(450));
  let pages = 0;
  world.parts.source = {
    ...world.source,
    listIds: async (...call) => {
      if (++pages > 2)
        throw new ServiceFailure({ code: "auth", service: "Memory", operation: "list", message: "HTTP 403" });
      return world.source.listIds(...call);
    },
  };
  await world.work();
  const { run } = await verified({ full: true });
  expect(run).toMatchObject({ state: "failed", verdict: null, unchanged: 0, error: { code: "auth" } });
});

test("a re-embedding whose records the target has lost again is not called a success", async () => {
  world.source.put(old, records(30));
  world.parts.target = keeping((id) => {
    if (id === "doc-00005") world.target.remove(target, id);
    if (id === "doc-00006") world.target.put(target, [{ id, values: Array(16).fill(0), metadata: {} }]);
  });
  await world.work();
  const run = await world.until(await world.start({ namespaces: ["n"] }), ended);
  expect(run).toMatchObject({ state: "succeeded-with-findings", written: 30 });
  expect(run.verdict).toMatchObject({ ok: false, missing: 1 });
});

test("a mirroring reads back what it wrote, names its coverage, and is no success where something is lost or different", async () => {
  world.source.put(old, [...records(20), ...records(20, "meta").map(({ id }) => record(id, { text: "t", page: 2 }))]);
  world.target.put(
    target,
    records(20, "meta").map(({ id }) => ({ id, values: Array(16).fill(0.5), metadata: { text: "t", page: 1 } })),
  );
  const apply = async (overrides: SettingOverrides) => {
    await world.work();
    const planning = await world.start({ kind: "plan", planKind: "mirror", namespaces: ["n"] });
    const planId = (await world.until(planning, ended)).planId ?? "";
    const settings = settingsFor(world.config, overrides);
    const { runId } = await applyPlan(world.database, { planId, settings, actor: "test" });
    return world.until(runId ?? "", ended);
  };
  const sampled = await apply({ sample: 3, only: "creates" });
  expect(sampled).toMatchObject({ state: "succeeded", written: 20, verdict: { ok: true, sampled: 3 } });
  expect(sampled.verdict?.words).toContain("a sample of 3 of 20 written records");
  await world.rest();

  world.parts.target = keeping((id) => {
    if (id === "meta-00004") world.target.remove(target, id);
    if (id === "meta-00008") world.target.put(target, [{ id, values: Array(16).fill(0.5), metadata: { text: "x" } }]);
  });
  const lossy = await apply({ full: true, only: "updates" });
  expect(lossy).toMatchObject({ state: "succeeded-with-findings", written: 20 });
  expect(lossy.verdict).toMatchObject({ ok: false, missing: 1, sampled: 20, sampleMismatches: 1 });
  expect(lossy.verdict?.words).toContain("all 20 written records");
  expect(lossy.verdict?.words).toContain("2 missing or different");
});
