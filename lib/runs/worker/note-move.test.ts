import { afterEach, expect, test, vi } from "vitest";
import type { MoveStatus } from "@/lib/stores/contract";
import { atMost } from "@/scripts/test/limits.mjs";
import { cancel, pause } from "../lifecycle/control-run";
import { settingsFor } from "../lifecycle/settings";
import { openWorld, records, type World } from "../testing/testing";
import { toldOf } from "./tell-move";

let world: World;
afterEach(async () => {
  vi.restoreAllMocks();
  await world.close();
});

const ended = ["succeeded", "succeeded-with-findings", "failed", "cancelled"] as const;
const overrides = { overflow: { connection: "pg", table: "vector_metadata", keep: "fits", status: true } } as const;

/** A world whose target keeps what it is told of a move; `answer` is what it does besides. */
async function openTold(answer: () => Promise<void> = async () => {}): Promise<MoveStatus[]> {
  world = await openWorld();
  const told: MoveStatus[] = [];
  world.parts.target = Object.assign(world.target, {
    noteMove: (status: MoveStatus) => {
      told.push(status);
      return answer();
    },
  });
  world.source.put({ index: "old", namespace: "n" }, records(5));
  return told;
}

/** The timers that tell, as they were made from now on. */
function tellers() {
  const made = vi.spyOn(globalThis, "setInterval");
  const cleared = vi.spyOn(globalThis, "clearInterval");
  return () => {
    const timers = made.mock.results.filter((_, at) => made.mock.calls[at]?.[1] === 3000).map(({ value }) => value);
    return timers.map((timer) => ({ kept: timer.hasRef(), over: cleared.mock.calls.some(([one]) => one === timer) }));
  };
}

test("tells how far the collection's migration is: not a limited run's, and not completed before all its namespaces are", async () => {
  const told = await openTold();
  world.source.put({ index: "old", namespace: "m" }, records(3));
  const count = { side: "source", index: "old", account: "memory", exact: true };
  await world.database.prisma.namespaceCount.createMany({
    data: [
      { ...count, namespace: "n", value: 5 },
      { ...count, namespace: "m", value: 3 },
    ],
  });
  const timers = tellers();
  await world.work({ schedules: false });
  const migrate = async (namespace: string, more: object = {}) => {
    await world.until(await world.start({ namespaces: [namespace], overrides: { ...overrides, ...more } }), ended);
    await world.rest();
    await world.work({ schedules: false });
    return told.at(-1);
  };
  expect(await migrate("n", { limit: 2 })).toBeUndefined();
  const settings = { ...settingsFor(world), ...overrides };
  expect(toldOf({ runId: "run-2", kind: "reembed", retryOf: null, settings })).not.toBeNull();
  expect(toldOf({ runId: "run-2", kind: "reembed", retryOf: "run-1", settings })).toBeNull();
  const half = { state: "in_progress", total: 8, done: 5, endedAt: null, error: expect.stringContaining("yet: 1") };
  expect(await migrate("n")).toMatchObject({ collection: "old", index: "new", ...half });
  expect(await migrate("m")).toMatchObject({ state: "completed", total: 8, done: 8, error: null });
  expect(timers()).toEqual([1, 2].map(() => ({ kept: false, over: true })));
  // Whoever is killed before the last word leaves it to the next start.
  const { prisma } = world.database;
  expect(await prisma.event.deleteMany({ where: { code: "status-noted" } })).toEqual({ count: 2 });
  await world.rest();
  told.length = 0;
  await world.work({ schedules: false });
  await vi.waitFor(() => expect(told).toMatchObject([{ state: "completed" }]));
  await vi.waitFor(async () => expect(await prisma.event.count({ where: { code: "status-noted" } })).toBe(1));
  // A later check of one namespace counts for the collection.
  const [first] = await prisma.run.findMany({ where: { namespaces: { has: "n" } }, orderBy: { createdAt: "desc" } });
  const check = {
    id: "run-check",
    kind: "verify",
    state: "succeeded-with-findings",
    settingsHash: "",
    startedBy: "test",
  };
  await prisma.run.create({ data: { ...check, settings: first?.settings ?? {}, namespaces: ["n"] } });
  const verdict = { ok: false, word: "not-verified" };
  await prisma.segment.create({
    data: { runId: check.id, namespace: "n", position: 0, state: "done", verdict, endedAt: new Date() },
  });
  expect(await migrate("m")).toMatchObject({ state: "with_findings", total: 8, done: 8 });
});

test("tells that a paused migration was cancelled, which nobody works on", async () => {
  const told = await openTold();
  world.embedder.before = async () => pause(world.database, runId, "test");
  const runId = await world.start({ namespaces: ["n"], overrides });
  await world.work({ schedules: false });
  await world.until(runId, ["paused"]);
  await vi.waitFor(() => expect(told.at(-1)?.state).toBe("paused"));
  await cancel(world.database, runId, "test");
  await vi.waitFor(() => expect(told.at(-1)).toMatchObject({ state: "cancelled", endedAt: expect.any(String) }));
});

test("a database that fails while a segment ends leaves nothing behind that goes on telling", async () => {
  await openTold();
  const timers = tellers();
  const { run } = world.database;
  let failures = 0;
  // Once the segment is done, and before its run is closed.
  world.parts.database = Object.assign(Object.create(world.database), {
    run: async (text: string, values?: readonly unknown[]) => {
      if (text.startsWith(`INSERT INTO "Sample"`) && timers().some(({ over }) => !over)) {
        failures++;
        throw new Error("terminating connection due to administrator command");
      }
      return run.call(world.database, text, values);
    },
  });
  await world.work({ schedules: false });
  await world.until(await world.start({ namespaces: ["n"], overrides }), ended);
  await world.rest();
  expect(failures).toBeGreaterThan(0);
  expect(timers()).toEqual(timers().map(() => ({ kept: false, over: true })));
});

test("a target that never answers holds up neither a run nor the stop", async () => {
  const told = await openTold(() => new Promise(() => {}));
  await world.work({ schedules: false });
  const runId = await world.start({ namespaces: ["n"], overrides });
  expect(await world.until(runId, ended)).toMatchObject({ state: "succeeded", written: 5 });
  const began = performance.now();
  await world.rest();
  expect(performance.now() - began).toBeLessThan(atMost(5));
  expect(told.length).toBeGreaterThan(0);
  expect(await world.database.prisma.event.count({ where: { runId, code: "status-not-noted" } })).toBe(1);
});
