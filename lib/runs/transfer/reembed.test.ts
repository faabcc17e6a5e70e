import { afterEach, expect, test } from "vitest";
import { readPlan } from "@/lib/actions/plans/plan-view";
import { readRun } from "@/lib/actions/runs/run-view";
import { wordOf } from "@/lib/shapes/runs/verdict-words";
import { openWorld, record, records, type World } from "../testing/testing";

let world: World;
afterEach(() => world.close());

const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;

test("creates what the target lacks, keeps metadata, adds the level, and writes nothing the second time", async () => {
  world = await openWorld();
  const place = { index: "new", namespace: "customer" };
  world.source.put({ index: "old", namespace: "customer" }, records(250));
  world.target.put(place, [
    { id: "doc-00003", values: Array(16).fill(0.25), metadata: { text: "edited", clearance_level: 3 } },
  ]);
  world.target.put(place, [{ id: "only-here", values: Array(16).fill(0.25), metadata: { text: "orphan" } }]);
  await world.work();
  const run = await world.until(await world.start({ namespaces: ["customer"] }), ended);
  expect(run).toMatchObject({
    state: "succeeded",
    total: 250,
    written: 249,
    unchanged: 1,
    skipped: 0,
    failed: 0,
    orphans: 1,
    texts: 249,
  });
  expect(run.verdict).toMatchObject({
    ok: true,
    missing: 0,
    orphans: 1,
    source: { count: 250 },
    target: { count: 251 },
  });
  const contents = new Map(world.target.contents(place).map((one) => [one.id, one]));
  expect(contents.size).toBe(251);
  expect(contents.get("doc-00000")?.metadata).toEqual({ text: "Text of doc-00000", page: 1, clearance_level: 1 });
  expect(contents.get("doc-00003")?.metadata).toEqual({ text: "edited", clearance_level: 3 });
  expect(world.source.calls.upsert).toBe(0);

  const again = await world.until(await world.start({ namespaces: ["customer"] }), ended);
  expect(again).toMatchObject({ total: 250, written: 0, unchanged: 250, texts: 0 });
  expect(world.embedder.texts).toHaveLength(249);
});

test("writes sparse values into an index that takes them", async () => {
  world = await openWorld();
  const sparseValues = { indices: [1, 4], values: [0.5, 0.25] };
  world.source.put({ index: "old", namespace: "n" }, [{ ...record("a"), sparseValues }]);
  await world.work();
  expect(await world.until(await world.start({ namespaces: ["n"] }), ended)).toMatchObject({ written: 1 });
  expect(world.target.contents({ index: "new", namespace: "n" })).toMatchObject([{ id: "a", sparseValues }]);
});

test("leaves out what has sparse values where the target index takes none", async () => {
  world = await openWorld();
  world.target.takesSparse = false;
  const sparseValues = { indices: [1, 4], values: [0.5, 0.25] };
  world.source.put({ index: "old", namespace: "n" }, [{ ...record("a"), sparseValues }, record("b")]);
  await world.work();
  const run = await world.until(await world.start({ namespaces: ["n"] }), ended);
  expect(run).toMatchObject({ written: 1, skipped: 1 });
});

test("names every record that it leaves out, and the parts add up", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "n" }, [
    ...records(20),
    record("z-none", { page: 1 }),
    record("z-empty", { text: "  " }),
    record("z-number", { text: 7 }),
    record("z-huge", { text: "x", blob: "y".repeat(40_950) }),
    record("z-long", { text: "word ".repeat(5000) }),
  ]);
  await world.work();
  const runId = await world.start({ namespaces: ["n"] });
  const run = await world.until(runId, ended);
  expect(run).toMatchObject({ state: "succeeded-with-findings", total: 25, written: 21, skipped: 4, failed: 0 });
  const findings = await world.database.prisma.finding.findMany({ where: { runId }, orderBy: { recordId: "asc" } });
  expect(findings.map((finding) => [finding.recordId, finding.kind, finding.reason])).toEqual([
    ["z-empty", "skipped", "empty-text"],
    ["z-huge", "skipped", "metadata-too-large"],
    ["z-long", "warning", "text-too-long"],
    ["z-none", "skipped", "no-text"],
    ["z-number", "skipped", "text-not-a-string"],
  ]);
  expect(run.verdict).toMatchObject({ ok: true, missing: 0, explainedMissing: 4 });
});

test("a dry run gives the run's numbers, embeds nothing and writes nothing", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "n" }, [...records(30), record("z-none", {})]);
  world.target.put({ index: "new", namespace: "n" }, [{ id: "doc-00001", values: Array(16).fill(1), metadata: {} }]);
  await world.work();
  const dry = await world.until(await world.start({ kind: "plan", namespaces: ["n"] }), ended);
  expect([world.embedder.calls, world.target.calls.upsert, world.source.calls.upsert]).toEqual([0, 0, 0]);
  const plan = await world.database.prisma.plan.findUniqueOrThrow({ where: { id: dry.planId ?? "" } });
  expect(plan).toMatchObject({ state: "ready", creates: 29, unchanged: 1, problems: 1, orphans: 0 });
  const run = await world.until(await world.start({ namespaces: ["n"] }), ended);
  expect(run).toMatchObject({ written: plan.creates, unchanged: plan.unchanged, skipped: plan.problems });
});

test("a plan says why records can't be migrated, where their texts may be, and which texts are cut; with nothing written the word is not verified", async () => {
  world = await openWorld();
  const node = JSON.stringify({ id_: "x", text: "A paragraph that another program put into JSON. ".repeat(3) });
  const inside = Array.from({ length: 12 }, (_, at) => record(`node-${at}`, { _node_content: node, page: at }));
  world.source.put({ index: "old", namespace: "inside" }, inside);
  world.source.put({ index: "old", namespace: "long" }, [record("long", { text: "word ".repeat(5000) })]);
  await world.work();
  const warningsOf = async (namespace: string) => {
    const { planId } = await world.until(await world.start({ kind: "plan", namespaces: [namespace] }), ended);
    return (await readPlan(world.database, planId ?? "")).warnings.map(({ words }) => words).join("\n");
  };
  const [textless, cut] = [await warningsOf("inside"), await warningsOf("long")];
  expect(textless).toContain("12 records can't be migrated: 12 ");
  expect(textless).toContain('long texts are in "_node_content" (12, as JSON)');
  expect(textless).toContain("set TEXT_KEY to it");
  expect(cut).toContain("1 text is longer than the model reads: up to its first 2,048 tokens are embedded");

  const [none, one] = [await world.start({ namespaces: ["inside"] }), await world.start({ namespaces: ["long"] })];
  const run = await world.until(none, ended);
  expect(run).toMatchObject({ written: 0, skipped: 12 });
  expect(run.verdict && wordOf(run.verdict)).not.toBe("verified");
  await world.until(one, ended);
  expect((await readRun(world.database, one)).warnings?.map(({ words }) => words).join()).toContain(
    "longer than the model reads",
  );
});

test("a limit ends the scan at that many creates", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "n" }, records(2500));
  await world.work();
  const run = await world.until(await world.start({ namespaces: ["n"], overrides: { limit: 1200 } }), ended);
  expect(run).toMatchObject({ state: "succeeded", total: 1200, written: 1200 });
  expect(run.verdict).toMatchObject({ ok: true, arrivedLater: 1300 });
});
