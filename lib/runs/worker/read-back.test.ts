import { afterEach, beforeEach, expect, test } from "vitest";
import { readRun } from "@/lib/actions/runs/run-view";
import { ServiceFailure } from "@/lib/failures";
import { type SettingOverrides, settingsFor } from "../lifecycle/settings";
import { applyPlan } from "../plans/apply-plan";
import { excludeRecords } from "../plans/exclude-changes";
import { openWorld, record, records, type World } from "../testing/testing";
import { copied, ended, old, readBackHands, swapped, target } from "./read-back-hands.suite";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());
const { verified, keeping, swapping, findingsOf } = readBackHands(() => world);

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
    "29 of 30 source IDs found in the target, by listing both; 1 missing without one; all 29 records compared by metadata, 2 different; of 27 vectors only the form (16 dimensions, not zero). Vectors: 29 of a model that isn't known.",
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
  expect(sampled).toMatchObject({
    state: "succeeded",
    verdict: { word: "compared-in-part", sampled: 5, comparable: 30 },
  });
  expect(sampled.verdict?.words).toContain("; 5 records compared by metadata, none different");
  expect(sampled.verdict?.words).not.toContain("all 5");
  expect((await verified({ sample: 1 })).run.verdict?.words).toContain("; 1 record compared by metadata");
  const whole = (await verified({ full: true })).run;
  expect(whole.verdict?.words).toContain("; all 30 records compared by metadata, none different");
});

test("what is verified by a sample is counted as that, what was compared whole isn't", async () => {
  world.source.put(old, records(230));
  await world.work();
  const runId = await world.start({ namespaces: [old.namespace] });
  await world.until(runId, ["succeeded"]);
  expect((await readRun(world.database, runId)).verified).toMatchObject({ ok: 1, sampled: 1 });
  await verified({ full: true });
  const { id } = await world.database.prisma.run.findFirstOrThrow({ where: { kind: "verify" } });
  expect((await readRun(world.database, id)).verified).toMatchObject({ ok: 1, sampled: 0 });
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
  expect(run).toMatchObject({ state: "failed", verdict: null, unchanged: 0, error: { code: "wrong-key" } });
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

test("a mirroring reads back what it wrote, names its coverage and what it had no part in, and is no success where something is lost or different", async () => {
  world.source.put(old, [
    record("silent", { page: 1 }),
    ...records(20),
    ...records(20, "meta").map(({ id }) => record(id, { text: "t", page: 2 })),
  ]);
  world.target.put(
    target,
    records(20, "meta").map(({ id }) => ({ id, values: Array(16).fill(0.5), metadata: { text: "t", page: 1 } })),
  );
  const apply = async (overrides: SettingOverrides, out: string[] = []) => {
    await world.work();
    const planning = await world.start({ kind: "plan", planKind: "mirror", namespaces: ["n"] });
    const planId = (await world.until(planning, ended)).planId ?? "";
    await excludeRecords(world.database, { planId, exclude: true }, { ids: out });
    const settings = settingsFor(world, overrides);
    const { runId } = await applyPlan(world.database, { planId, settings, actor: "test" });
    return world.until(runId ?? "", ended);
  };
  const sampled = await apply({ sample: 3, only: "creates" }, ["doc-00000", "meta-00000"]);
  expect(sampled).toMatchObject({ state: "succeeded", written: 19 });
  // What it wrote is right; the namespace isn't yet.
  expect(sampled.verdict).toMatchObject({ ok: true, word: "incomplete", sampled: 3 });
  expect(sampled.verdict?.words).toContain("a sample of 3 of 19 written records");
  expect(sampled.verdict?.words).toContain(
    "2 taken out of the plan. 19 of the plan not part of this run. 1 that can't be migrated.",
  );
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
  expect(lossy.verdict?.words).not.toContain("equal");
});

test("vectors that were swapped between records are found by a re-embedding and by a verification after it", async () => {
  world.source.put(old, records(30));
  world.parts.target = swapping();
  await world.work();
  const runId = await world.start({ namespaces: ["n"] });
  const run = await world.until(runId, ended);
  expect(run).toMatchObject({
    state: "succeeded-with-findings",
    written: 30,
    verdict: { word: "not-verified", sampleMismatches: 2 },
  });
  expect(run.verdict?.words).toContain("28 vectors compared bit for bit with what was written");
  expect(await findingsOf(runId)).toEqual(swapped);
  const later = await verified({ full: true, reembedSample: 5 });
  expect(later.run.verdict).toMatchObject({
    word: "not-verified",
    vectors: { asSent: 28, embeddedAgain: 2, unchecked: 0 },
  });
  expect(later.found.map(([id, , reason]) => [id, reason])).toEqual(swapped);
  const unpaid = await verified({ full: true });
  expect([unpaid.run.verdict?.word, unpaid.run.texts]).toEqual(["not-verified", 0]);
});

test("vectors that were swapped are found by a mirroring, those of kept vectors too", async () => {
  world.source.put(old, [
    record("new-1"),
    record("new-2"),
    record("old-1", { text: "Text of old-1", page: 2 }),
    record("old-2", { text: "Text of old-2", page: 2 }),
  ]);
  const kept = await Promise.all(
    ["old-1", "old-2"].map(async (id) => {
      const [vector] = await world.embedder.inner.embed([`Text of ${id}`]);
      return { id, values: vector?.ok ? vector.values : [], metadata: { text: `Text of ${id}`, page: 1 } };
    }),
  );
  world.target.put(target, kept);
  world.parts.target = swapping();
  await world.work();
  const planId =
    (await world.until(await world.start({ kind: "plan", planKind: "mirror", namespaces: ["n"] }), ended)).planId ?? "";
  const { runId } = await applyPlan(world.database, { planId, settings: settingsFor(world), actor: "test" });
  const run = await world.until(runId ?? "", ended);
  expect(run).toMatchObject({
    state: "succeeded-with-findings",
    written: 4,
    verdict: { word: "not-verified", sampleMismatches: 4 },
  });
  expect((await findingsOf(runId ?? "")).map(([id]) => id)).toEqual(["new-1", "new-2", "old-1", "old-2"]);
});

test("where it isn't known what was written, a few texts are embedded again, paid for and counted", async () => {
  world.source.put(old, records(30));
  const copies = await Promise.all(
    records(30).map(async ({ id, metadata }) => {
      const [vector] = await world.embedder.inner.embed([String(metadata.text)]);
      return { id, values: vector?.ok ? vector.values : [], metadata };
    }),
  );
  world.target.put(target, copies);
  await world.work();
  const right = await verified({ full: true, reembedSample: 4 });
  expect(right.run).toMatchObject({
    state: "succeeded",
    texts: 4,
    verdict: { word: "compared-in-part", vectors: { asSent: 0, embeddedAgain: 4, unchecked: 26 } },
  });
  expect(right.run.verdict?.words).toContain("4 with their text embedded again; of 26 vectors only the form");
  const all = await verified({ full: true, reembedSample: 30 });
  expect(all.run).toMatchObject({ texts: 30, verdict: { word: "verified", vectors: { unchecked: 0 } } });
  world.target.put(
    target,
    copies.map((copy, at) => ({ ...copy, values: copies.at(at - 1)?.values ?? [] })),
  );
  const wrong = await verified({ full: true, reembedSample: 4 });
  expect(wrong.run).toMatchObject({
    state: "succeeded-with-findings",
    verdict: { word: "not-verified", sampleMismatches: 4 },
  });
  world.embedder.before = () => {
    throw new ServiceFailure({ code: "auth", service: "Hashing", operation: "embed", message: "no key" });
  };
  const without = await verified({ full: true, reembedSample: 4 });
  expect(without.run).toMatchObject({
    state: "succeeded",
    verdict: { word: "compared-in-part", vectors: { unchecked: 30 } },
  });
});

test("a record that was left out once, written later and lost since is missing, whatever was found before", async () => {
  world.source.put(old, [record("a", { page: 1 }), record("b")]);
  await world.work();
  const first = await world.until(await world.start({ namespaces: ["n"] }), ended);
  expect(first).toMatchObject({ skipped: 1, written: 1, verdict: { word: "incomplete", explainedMissing: 1 } });
  expect((await verified({ full: true })).run.verdict).toMatchObject({ word: "incomplete", explainedMissing: 1 });
  world.source.put(old, [record("a")]);
  await world.until(await world.start({ namespaces: ["n"] }), ended);
  expect((await verified({ full: true })).run.verdict).toMatchObject({ word: "verified" });
  world.target.remove(target, "a");
  expect((await verified({ full: true })).run.verdict).toMatchObject({ word: "not-verified", missing: 1 });
});

test("where nothing of the source is in the target the word is never verified", async () => {
  world.source.put(old, [record("a", { page: 1 }), record("b", { page: 2 })]);
  await world.work();
  const run = await world.until(await world.start({ namespaces: ["n"] }), ended);
  expect(run).toMatchObject({ state: "succeeded-with-findings", verdict: { word: "incomplete" } });
  const empty = await world.until(await world.start({ kind: "verify", namespaces: ["nobody"] }), ended);
  expect(empty).toMatchObject({ state: "succeeded", verdict: { word: "nothing-to-verify" } });
});
