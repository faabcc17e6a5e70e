import { afterEach, expect, test } from "vitest";
import { ServiceFailure } from "@/lib/failures";
import { cancel, pause, resume } from "../lifecycle/control-run";
import { openWorld, records, type World } from "../testing/testing";

let world: World;
afterEach(() => world.close());

const ended = ["succeeded", "succeeded-with-findings", "failed", "cancelled"] as const;
const down = () => new ServiceFailure({ code: "unavailable", service: "Hashing", operation: "embed", message: "503" });

/** Holds the embedder after `texts` texts until it is let go. */
function gateAfter(texts: number) {
  let open: () => void = () => {};
  let reached: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const atGate = new Promise<void>((resolve) => {
    reached = resolve;
  });
  world.embedder.before = async () => {
    if (world.embedder.texts.length < texts) return;
    reached();
    await opened;
  };
  return { open, atGate };
}

test("pause takes effect within the batches in flight; resume ends the run with nothing embedded twice", async () => {
  world = await openWorld({ environment: { EMBEDDING_BATCH_SIZE: "10" } });
  world.source.put({ index: "old", namespace: "n" }, records(600));
  await world.work();
  const gate = gateAfter(200);
  const runId = await world.start({ namespaces: ["n"] });
  await gate.atGate;
  await pause(world.database, runId, "test");
  gate.open();
  const paused = await world.until(runId, ["paused"]);
  expect(paused.written).toBeGreaterThanOrEqual(200);
  // 16 batches of ten are under way at most, and some of them are among the first 200.
  expect(paused.written).toBeLessThanOrEqual(200 + 16 * 10);
  const embedded = world.embedder.texts.length;
  expect(paused.written).toBe(embedded);
  await world.database.run(`UPDATE "Event" SET "at" = "at" - interval '1 hour' WHERE "code" = 'paused'`);
  await resume(world.database, runId, "test");
  const run = await world.until(runId, ended);
  expect(run).toMatchObject({ state: "succeeded", total: 600, written: 600, texts: 600 });
  expect(world.embedder.texts).toHaveLength(600);
  // The pause counts as time in which nobody worked, in no rate.
  const { lostMs } = await world.database.prisma.run.findUniqueOrThrow({ where: { id: runId } });
  expect(Math.round(Number(lostMs) / 3_600_000)).toBe(1);
});

test("cancel ends the run for good and keeps what was written", async () => {
  world = await openWorld({ environment: { EMBEDDING_BATCH_SIZE: "10" } });
  world.source.put({ index: "old", namespace: "n" }, records(600));
  await world.work();
  const gate = gateAfter(100);
  const runId = await world.start({ namespaces: ["n"] });
  await gate.atGate;
  await cancel(world.database, runId, "test");
  gate.open();
  const run = await world.until(runId, ["cancelled"]);
  expect(world.target.contents({ index: "new", namespace: "n" })).toHaveLength(run.written);
  await expect(resume(world.database, runId, "test")).rejects.toMatchObject({ code: "wrong-state" });
});

test("a run that nobody works on is paused and cancelled at once", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "n" }, records(5));
  const runId = await world.start({ namespaces: ["n"] });
  await pause(world.database, runId, "test");
  await world.until(runId, ["paused"]);
  await cancel(world.database, runId, "test");
  await world.until(runId, ["cancelled"]);
});

test("a service that is down for a while is waited for, and the run says so", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "n" }, records(20));
  let failures = 0;
  world.embedder.before = () => {
    if (++failures <= 4) throw down();
  };
  await world.work();
  const runId = await world.start({ namespaces: ["n"] });
  const run = await world.until(runId, ended);
  expect(run).toMatchObject({ state: "succeeded", written: 20, texts: 20 });
  const events = await world.database.prisma.event.findMany({
    where: { runId, code: "unavailable" },
    orderBy: { id: "asc" },
  });
  // Three times again as it was; the fourth time one text is tried by itself, gets through, and the others go on in parts.
  expect(events.map(({ message }) => /next in (parts|\d)/.exec(message)?.[1]?.replace(/\d/, "seconds"))).toEqual([
    "seconds",
    "seconds",
    "seconds",
    "parts",
  ]);
});

test("a wrong key fails the run without trying again, and the same start resumes it once it is mended", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "n" }, records(20));
  world.embedder.before = () => {
    throw new ServiceFailure({ code: "auth", service: "Hashing", operation: "embed", message: "API key not valid" });
  };
  await world.work();
  const runId = await world.start({ namespaces: ["n"] });
  const failed = await world.until(runId, ["failed"]);
  expect(failed.error).toMatchObject({ code: "wrong-key" });
  expect(world.embedder.calls).toBe(1);
  world.embedder.before = () => {};
  expect(await world.start({ namespaces: ["n"] })).toBe(runId);
  expect(await world.until(runId, ["succeeded"])).toMatchObject({ written: 20 });
});

test("an exhausted allowance makes the run wait until the hour it names, and frees the worker", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "n" }, records(20));
  world.source.put({ index: "old", namespace: "other" }, records(20, "other"));
  const until = new Date(Date.now() + 3_600_000);
  let refuse = true;
  world.embedder.before = (texts) => {
    if (!refuse || texts.some((text) => text.includes("other"))) return;
    refuse = false;
    throw new ServiceFailure({
      code: "exhausted",
      service: "Hashing",
      operation: "embed",
      message: "429",
      quota: "requests per day",
      until,
    });
  };
  await world.work();
  const runId = await world.start({ namespaces: ["n"] });
  const waiting = await world.until(runId, ["waiting"]);
  expect(waiting.waitingFor).toBe("Hashing's requests per day");
  const calls = world.embedder.calls;
  await world.until(await world.start({ namespaces: ["other"] }), ["succeeded"]);
  expect(world.embedder.calls).toBe(calls + 1);
  const { wakeAt } = await world.database.prisma.segment.findFirstOrThrow({ where: { runId } });
  expect(wakeAt).toEqual(until);
  // The hour comes.
  await world.database.run(`UPDATE "Segment" SET "wakeAt" = clock_timestamp() WHERE "runId" = $1`, [runId]);
  expect(await world.until(runId, ["succeeded"])).toMatchObject({ written: 20 });
});

test("a second run over a namespace that is being written is refused with the name of the run in the way", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "n" }, records(5));
  const runId = await world.start({ namespaces: ["n"] });
  expect(await world.start({ namespaces: ["n"] })).toBe(runId);
  await expect(world.start({ namespaces: ["n"], overrides: { limit: 3 } })).rejects.toMatchObject({
    code: "namespace-busy",
    what: expect.stringContaining(runId),
  });
});
