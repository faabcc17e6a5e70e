import { afterEach, beforeEach, expect, test } from "vitest";
import { openEmbedder } from "@/lib/embedders/registry";
import { openStores } from "@/lib/stores/registry";
import { openForTests, type TestSandbox } from "@/sandbox/open-for-tests";
import { openWorld, type World } from "../testing/testing";

/** The engine over the vendors' SDKs and loopback servers that speak their protocols. */
const ended = ["succeeded", "succeeded-with-findings", "failed", "cancelled"] as const;
const place = { index: "source", namespace: "a/b c#%?&" };
let sandbox: TestSandbox;
let world: World;

async function open(environment: Record<string, string> = {}): Promise<void> {
  await sandbox.control.pinecone.createIndex({ name: "new", dimension: 768 });
  const settings = { PINECONE_OLD_INDEX: place.index, PINECONE_NEW_INDEX: "new", GEMINI_OUTPUT_DIMENSIONS: "768" };
  world = await openWorld({ environment: { ...sandbox.environment, ...settings, ...environment } });
  Object.assign(world.parts, openStores(world.config), { embedder: openEmbedder(world.config) });
}

beforeEach(async () => {
  sandbox = await openForTests({ consistencyMs: 150 });
});
afterEach(async () => {
  await world.close();
  const { scopes, writes } = await sandbox.control.pinecone.counters();
  await sandbox.close();
  // Whatever was tried: the source was read only, and nothing anywhere was deleted or changed in place.
  expect(writes[place.index] ?? 0).toBe(0);
  const routes = new Set(Object.values(scopes).flatMap(Object.keys));
  for (const route of ["delete", "delete-namespace", "delete-index", "update"])
    expect([...routes]).not.toContain(route);
});

const fill = (records: number) => sandbox.control.pinecone.fill({ ...place, records, textLength: 300 });
const written = () => sandbox.control.pinecone.records("new", place.namespace, { values: true });
const sourceWrites = async () => (await sandbox.control.pinecone.counters()).writes[place.index] ?? 0;

test("every kind of trouble that a service makes is outlasted, and the target is exactly right", async () => {
  await open({ EMBEDDING_BATCH_SIZE: "20", UPSERT_BATCH_SIZE: "10", QUERY_BATCH_SIZE: "25" });
  await fill(500);
  const anywhere = [
    { kind: "throttled" as const, rate: 0.05, retryAfterSeconds: 0.05 },
    { kind: "error" as const, rate: 0.05 },
    { kind: "reset-before" as const, rate: 0.02 },
    { kind: "reset-after" as const, rate: 0.02 },
    { kind: "malformed" as const, rate: 0.01 },
  ];
  await sandbox.control.pinecone.faults({ seed: 3, rules: anywhere });
  await sandbox.control.gemini.faults({ seed: 4, rules: anywhere });
  await world.work();
  const run = await world.until(await world.start({ namespaces: [place.namespace] }), ended);
  expect(run).toMatchObject({ state: "succeeded", total: 500, written: 500, skipped: 0, failed: 0 });
  await sandbox.control.pinecone.faults({});
  const [source, target] = [await sandbox.control.pinecone.records(place.index, place.namespace), await written()];
  expect(target.map((record) => [record.id, record.metadata])).toEqual(
    source.map((record) => [record.id, { ...record.metadata, clearance_level: 1 }]),
  );
  for (const { values = [] } of target) {
    expect(values).toHaveLength(768);
    expect(Math.hypot(...values)).toBeCloseTo(1, 4);
  }
  expect(await sourceWrites()).toBe(0);
});

test("Gemini down for a while: the run waits and says for whom, then goes on", async () => {
  await open();
  await fill(60);
  await sandbox.control.gemini.faults({ downMs: 4000 });
  await world.work();
  const runId = await world.start({ namespaces: [place.namespace] });
  let seen: string | null = null;
  for (;;) {
    const run = await world.until(runId, ["queued", "running", "waiting", ...ended]);
    seen ??= run.waitingFor;
    if (run.state === "succeeded") {
      expect(run).toMatchObject({ written: 60, texts: 60 });
      break;
    }
  }
  expect(seen).toContain("Gemini");
});

test("vectors that are NaN, zero or too short are refused one by one, never written", async () => {
  await open();
  await fill(30);
  const steps = ["vector-nan" as const];
  await sandbox.control.gemini.faults({ scripts: [{ route: "embed-batch", steps }] });
  await world.work();
  const runId = await world.start({ namespaces: [place.namespace] });
  const run = await world.until(runId, ended);
  const findings = await world.database.prisma.finding.findMany({ where: { runId } });
  expect(run.written + run.failed).toBe(30);
  expect(findings.filter((finding) => finding.reason === "vector-invalid")).toHaveLength(run.failed);
  expect(run.failed).toBeGreaterThan(0);
  expect(await written()).toHaveLength(run.written);
});

test("a dry run makes no embedding call and no write, whatever it finds", async () => {
  await open();
  await fill(250);
  await sandbox.control.pinecone.edit({
    ...place,
    put: [{ id: "z-long", metadata: { text: "長い文章です。".repeat(900) } }],
  });
  await world.work();
  const run = await world.until(await world.start({ kind: "plan", namespaces: [place.namespace] }), ended);
  const plan = await world.database.prisma.plan.findUniqueOrThrow({ where: { id: run.planId ?? "" } });
  expect(plan).toMatchObject({ state: "ready", creates: 251, problems: 0 });
  const gemini = await sandbox.control.gemini.counters();
  expect(gemini.embedded.texts).toBe(0);
  expect(await sandbox.control.gemini.calls("embed-batch")).toBe(0);
  const { writes } = await sandbox.control.pinecone.counters();
  expect(Object.values(writes).reduce((sum, calls) => sum + calls, 0)).toBe(0);
});

test("a quota that is hit all the same is honoured: the run ends right and every refusal is told", async () => {
  await open({ EMBEDDING_BATCH_SIZE: "50" });
  await fill(200);
  await sandbox.control.gemini.faults({
    scripts: [
      {
        route: "embed-batch",
        steps: ["ok", { kind: "throttled", retryAfterSeconds: 1 }, { kind: "throttled", retryAfterSeconds: 0.5 }],
      },
    ],
  });
  await world.work();
  const runId = await world.start({ namespaces: [place.namespace] });
  expect(await world.until(runId, ended)).toMatchObject({ state: "succeeded", written: 200, texts: 200 });
  const told = await world.database.prisma.event.findMany({ where: { runId, code: "throttled" } });
  expect(told).toHaveLength(2);
});

test("a service that can't count tokens holds nothing up: long texts are cut by the estimate and reported", async () => {
  await open();
  await fill(3);
  await sandbox.control.pinecone.edit({
    ...place,
    put: [{ id: "z-long", metadata: { text: "長い文章です。".repeat(900) } }],
  });
  await sandbox.control.gemini.faults({ rules: [{ kind: "error", routes: ["count-tokens"], status: 500 }] });
  await world.work();
  const runId = await world.start({ namespaces: [place.namespace] });
  expect(await world.until(runId, ended)).toMatchObject({ state: "succeeded", written: 4 });
  const findings = await world.database.prisma.finding.findMany({ where: { runId } });
  expect(findings.map((finding) => [finding.recordId, finding.kind, finding.reason])).toEqual([
    ["z-long", "warning", "text-too-long"],
  ]);
});
