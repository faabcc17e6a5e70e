import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { noCeilings } from "@/lib/plan/estimate/ceilings";
import { defaultRouteNow } from "@/lib/routes/route-now";
import type { MemoryCall } from "@/lib/stores/memory/options";
import { resume } from "../lifecycle/control-run";
import { egressThisMonth } from "../lifecycle/egress-rows";
import { settingsFor } from "../lifecycle/settings";
import { openWorld, records, type World } from "../testing/testing";
import { startEngine } from "../worker/engine";
import { openQueue } from "../worker/queue";

const anybody = () => {};

let world: World;
afterEach(() => world.close());

const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
const ceilingOf = (runId: string) => world.database.prisma.ceiling.findUniqueOrThrow({ where: { runId } });

test("texts stop exactly at the ceiling, with two workers and several batches in flight; raised, the run goes on to its end", async () => {
  world = await openWorld();
  const namespaces = ["a", "b", "c", "d"];
  for (const namespace of namespaces) world.source.put({ index: "old", namespace }, records(100, namespace));
  let most = 0;
  let inFlight = 0;
  world.embedder.before = async () => {
    most = Math.max(most, ++inFlight);
    await delay(20);
    inFlight--;
  };
  const queue = await openQueue({ database: world.database, redisUrl: null, log: world.parts.log });
  const second = await startEngine({ ...world.parts, queue, workerName: "test:2" });
  await world.work();
  const ceilings = { ...noCeilings, maxTexts: 253 };
  const runId = await world.start({ namespaces, ceilings, overrides: { embeddingBatchSize: 10 } });
  const paused = await world.until(runId, ["paused", ...ended]);
  expect([paused.state, paused.texts, paused.written, world.embedder.texts.length]).toEqual(["paused", 253, 253, 253]);
  expect(most).toBeGreaterThan(2);
  expect(await ceilingOf(runId)).toMatchObject({ reached: "texts", texts: 253, records: 253 });
  const said = await world.database.prisma.event.findMany({ where: { runId, code: "ceiling-reached" } });
  expect(said.map((event) => event.message)).toEqual(["The ceiling of 253 texts is reached: pausing."]);

  await expect(resume(world.database, runId, "test")).rejects.toMatchObject({ code: "over-limits" });
  await expect(resume(world.database, runId, "test", { mayRaise: anybody, maxTexts: 200 })).rejects.toMatchObject({
    code: "over-limits",
  });
  await resume(world.database, runId, "test", { mayRaise: anybody, maxTexts: 400 });
  expect(await world.until(runId, ["paused", ...ended])).toMatchObject({
    state: "succeeded",
    written: 400,
    texts: 400,
  });
  expect(world.embedder.texts).toHaveLength(400);
  await second.stop();
});

test("money and records stop a run, too; a ceiling can be taken away, and what isn't used is given back", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "n" }, [...records(50), ...records(1, "aa")]);
  world.target.put({ index: "new", namespace: "n" }, [{ id: "aa-00000", values: Array(16).fill(1), metadata: {} }]);
  await world.work();
  const byRecords = await world.start({
    namespaces: ["n"],
    ceilings: { ...noCeilings, maxRecords: 7 },
    overrides: { embeddingBatchSize: 5 },
  });
  expect(await world.until(byRecords, ["paused", ...ended])).toMatchObject({ state: "paused", written: 7 });
  const maxUsd = (await ceilingOf(byRecords)).usd + 0.0002;
  await resume(world.database, byRecords, "test", { mayRaise: anybody, maxRecords: null, maxUsd });
  const byMoney = await world.until(byRecords, ["paused", ...ended]);
  expect(byMoney.state).toBe("paused");
  expect(byMoney.written).toBeGreaterThan(7);
  const standing = await ceilingOf(byRecords);
  expect(standing).toMatchObject({
    reached: "usd",
    texts: byMoney.written,
    records: byMoney.written,
    maxRecords: null,
  });
  // Reads are counted as they come; what is embedded and written never lies above it.
  const spent = await world.database.prisma.segment.findFirstOrThrow({ where: { runId: byRecords } });
  expect(spent.usd + spent.writeUsd).toBeLessThanOrEqual(maxUsd);
  expect(spent.readUsd).toBeGreaterThan(0);
  await resume(world.database, byRecords, "test", { mayRaise: anybody, maxUsd: null });
  expect(await world.until(byRecords, ["paused", ...ended])).toMatchObject({ state: "succeeded", written: 50 });
});

test("what a killed worker held is not lost to the ceiling", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "n" }, records(30));
  const runId = await world.start({
    namespaces: ["n"],
    ceilings: { ...noCeilings, maxTexts: 30 },
    overrides: { embeddingBatchSize: 10 },
  });
  // As it is left where ten texts were on their way.
  await world.database.run(`UPDATE "Ceiling" SET "texts" = 10, "records" = 10 WHERE "runId" = $1`, [runId]);
  await world.database.run(`UPDATE "Segment" SET "heldTexts" = 10, "heldRecords" = 10 WHERE "runId" = $1`, [runId]);
  await world.work();
  expect(await world.until(runId, ["paused", ...ended])).toMatchObject({ state: "succeeded", written: 30 });
  expect(await ceilingOf(runId)).toMatchObject({ texts: 30, records: 30 });
});

test("egress is counted as it comes, for an analysis too: at its ceiling that pauses, goes over by no more than what is in flight, and is in the month's sum", async () => {
  let month = 0;
  const before = async ({ operation }: MemoryCall) => {
    if (operation === "fetchHeads") month = await egressThisMonth(world.database);
  };
  const source = { bills: 1_000_000, limits: { fetchIds: 10 }, before };
  world = await openWorld({ source, target: { bills: 1_000_000 } });
  world.source.put({ index: "old", namespace: "n" }, records(3000));
  world.target.put(
    { index: "new", namespace: "n" },
    records(3000).map(({ id, metadata }) => ({ id, metadata, values: Array(16).fill(1) })),
  );
  await world.work();
  const runId = await world.start({
    kind: "plan",
    planKind: "mirror",
    namespaces: ["n"],
    ceilings: { ...noCeilings, maxEgress: 0.5 },
  });
  expect(await world.until(runId, ["paused", ...ended])).toMatchObject({ state: "paused" });
  const paused = await ceilingOf(runId);
  expect(paused).toMatchObject({ reached: "egress" });
  const read = await world.database.prisma.segment.aggregate({ where: { runId }, _sum: { bytesRead: true } });
  expect([Number(read._sum.bytesRead) / 1e9, await egressThisMonth(world.database)]).toEqual([
    paused.egress,
    Number(read._sum.bytesRead),
  ]);
  expect(paused.egress).toBeGreaterThanOrEqual(0.5);
  // Eight batches of a namespace under way, at most a chunk's hundred records on either side.
  expect(paused.egress).toBeLessThan(0.5 + 8 * 0.2);
  await expect(resume(world.database, runId, "test", { mayRaise: anybody, maxEgress: 0.5 })).rejects.toMatchObject({
    code: "over-limits",
  });
  // Noted as it came: a worker that is killed loses what was on its way alone.
  expect(month).toBeGreaterThan(0);
  await world.database.run(`UPDATE "Segment" SET "bytesRead" = 0 WHERE "runId" = $1`, [runId]);
  await expect(resume(world.database, runId, "test", { mayRaise: anybody, maxEgress: 0.501 })).rejects.toMatchObject({
    code: "over-limits",
  });
  await resume(world.database, runId, "test", { mayRaise: anybody, maxEgress: null });
});

test("a ceiling of egress that a run under way is given, or freed of, is obeyed by what is in flight", async () => {
  let runId = "";
  let fetched = 0;
  const changes = new Map<number, number | null>([
    [3, null],
    [10, 0.3],
  ]);
  const before = async ({ operation }: MemoryCall) => {
    const maxEgress = operation === "fetchHeads" ? changes.get(++fetched) : undefined;
    if (maxEgress !== undefined) await resume(world.database, runId, "test", { mayRaise: anybody, maxEgress });
  };
  world = await openWorld({ source: { bills: 1_000_000, limits: { fetchIds: 10 }, before } });
  world.source.put({ index: "old", namespace: "n" }, records(1500));
  world.target.put(
    { index: "new", namespace: "n" },
    records(1500).map(({ id, metadata }) => ({ id, metadata, values: Array(16).fill(1) })),
  );
  const ceilings = { ...noCeilings, maxEgress: 50 };
  runId = await world.start({ kind: "plan", planKind: "mirror", namespaces: ["n"], ceilings });
  await world.work();
  const paused = await world.until(runId, ["paused", ...ended]);
  const said = await world.database.prisma.event.findMany({ where: { runId, code: { in: ["unexpected"] } } });
  expect([paused.state, paused.error, said, await ceilingOf(runId)]).toMatchObject([
    "paused",
    null,
    [],
    { maxEgress: 0.3, reached: "egress" },
  ]);
});

test("a ceiling that a run without one is given under way is obeyed by the namespace that it is at", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "n" }, records(300));
  let asked = 0;
  world.embedder.before = async () => {
    if (++asked === 3) await resume(world.database, runId, "test", { mayRaise: anybody, maxTexts: 120 });
  };
  const runId = await world.start({ namespaces: ["n"], overrides: { embeddingBatchSize: 10 } });
  await world.work();
  const paused = await world.until(runId, ["paused", ...ended]);
  // No more than what was in flight when it came: those batches had taken nothing from it.
  expect(paused.state).toBe("paused");
  expect(paused.written).toBeGreaterThanOrEqual(100);
  expect(paused.written).toBeLessThan(300);
});

test("a copy whose target charges no writes pauses once its reads have passed the ceiling, and goes on when that is raised", async () => {
  world = await openWorld({
    target: { indexes: { new: { dimension: 8 } } },
    environment: { PINECONE_USD_PER_MILLION_WRITE_UNITS: "0" },
  });
  const { parts } = world;
  parts.route = { ...defaultRouteNow(world.config), embedder: null, clearanceLevel: null, owned: [] };
  const shape = { index: "old", dimension: 8, metric: "cosine" } as const;
  world.source.put({ index: "old", namespace: "n" }, records(300));
  const runId = await world.start({
    namespaces: ["n"],
    overrides: settingsFor(parts, {}, { source: shape, target: null }),
    ceilings: { ...noCeilings, maxUsd: 0.0002 },
  });
  // As what the check of another namespace has read by now.
  await world.database.run(`UPDATE "Ceiling" SET "usd" = 0.0003 WHERE "runId" = $1`, [runId]);
  await world.work();
  expect(await world.until(runId, ["paused", ...ended])).toMatchObject({ state: "paused", written: 0 });
  expect(await ceilingOf(runId)).toMatchObject({ reached: "usd" });
  await resume(world.database, runId, "test", { mayRaise: anybody, maxUsd: 1 });
  expect(await world.until(runId, ["paused", ...ended])).toMatchObject({ state: "succeeded", written: 300 });
});
