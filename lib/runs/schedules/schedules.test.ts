import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { settingsFor } from "../lifecycle/settings";
import { applyPlan } from "../plans/apply-plan";
import { openWorld, record, records, type World } from "../testing/testing";
import { nextTime } from "./next-time";
import { tickSchedules } from "./schedules";
import { midnight, scheduleHands } from "./schedules-hands.suite";

let world: World;
const hours = (count: number) => new Date(midnight.getTime() + count * 3_600_000);
const minutes = (count: number) => new Date(midnight.getTime() + count * 60_000);

const { put, messages, read, runCount, afterRun } = scheduleHands(() => world);

beforeEach(async () => {
  world = await openWorld();
  await world.source.upsert({ index: "old", namespace: "a" }, records(5));
});
afterEach(() => world.close());

describe("schedules", () => {
  it("plan at their time and not before, and apply what keeps to the limits", async () => {
    await world.work({ schedules: false });
    await put("s", { maxCreates: 5 });
    await tickSchedules(world.parts, minutes(-1));
    expect((await read("s")).phase).toBe("idle");
    await tickSchedules(world.parts, midnight);
    expect(await read("s")).toMatchObject({ phase: "planning", nextAt: hours(1) });
    expect(await afterRun("s", minutes(1))).toMatchObject({ phase: "applying" });
    expect(await afterRun("s", minutes(2))).toMatchObject({ phase: "idle", outcome: "applied" });
    expect(await world.target.count({ index: "new", namespace: "a" })).toMatchObject({ value: 5 });
    await tickSchedules(world.parts, hours(1));
    expect(await afterRun("s", minutes(61))).toMatchObject({ phase: "idle", outcome: "no-changes", nextAt: hours(2) });
  });

  it("wait for a review when over a limit, with a record that can't be migrated, or without any limit", async () => {
    await world.source.upsert({ index: "old", namespace: "b" }, [...records(2), record("no-text", { page: 1 })]);
    await world.work({ schedules: false });
    await put("over", { maxCreates: 4 });
    await put("problem", { namespaces: ["b"], maxCreates: 100 });
    await tickSchedules(world.parts, midnight);
    expect(await afterRun("over", minutes(1))).toMatchObject({
      phase: "idle",
      outcome: "review",
      words: expect.stringContaining("5 new records exceed the limit of 4"),
    });
    expect(await afterRun("problem", minutes(1))).toMatchObject({
      outcome: "review",
      words: expect.stringContaining("1 record can't be migrated"),
    });
    await world.database.run(`DELETE FROM "Schedule"`);
    await put("unlimited");
    await tickSchedules(world.parts, midnight);
    expect(await afterRun("unlimited", minutes(1))).toMatchObject({ outcome: "review" });
    expect(world.embedder.calls).toBe(0);
  });

  it("run once for what was missed while nothing ran", async () => {
    await put("s");
    await tickSchedules(world.parts, hours(50.5));
    await tickSchedules(world.parts, hours(50.6));
    expect(await runCount()).toBe(1);
    expect((await read("s")).nextAt).toEqual(nextTime("0 * * * *", "UTC", hours(50.5)));
  });

  it("fire once however many workers look at the same moment", async () => {
    await put("s");
    await Promise.all(Array.from({ length: 8 }, () => tickSchedules(world.parts, midnight)));
    expect(await runCount()).toBe(1);
    expect((await read("s")).phase).toBe("planning");
  });

  it("never work on a namespace that another run is at, name it, and try at the next time", async () => {
    const busy = await world.start({ namespaces: ["a"] });
    await put("s", { maxCreates: 100 });
    await tickSchedules(world.parts, midnight);
    expect(await read("s")).toMatchObject({
      phase: "idle",
      outcome: "refused",
      words: expect.stringContaining(busy),
      nextAt: hours(1),
    });
    expect(await runCount()).toBe(1);
    await world.database.run(`UPDATE "Run" SET "state" = 'cancelled' WHERE "id" = $1`, [busy]);
    await tickSchedules(world.parts, hours(1));
    expect((await read("s")).phase).toBe("planning");
  });

  it("take a scheduled run up again when the worker died before its run began", async () => {
    await put("s");
    await world.database.run(`UPDATE "Schedule" SET "phase" = 'starting', "leaseUntil" = $1, "nextAt" = $2`, [
      minutes(1),
      hours(1),
    ]);
    await tickSchedules(world.parts, minutes(0.5));
    expect((await read("s")).phase).toBe("starting");
    await tickSchedules(world.parts, minutes(1));
    expect(await read("s")).toMatchObject({ phase: "planning", nextAt: hours(1) });
  });

  it("leave a time out while the last scheduled run is still at work, and plan all namespaces of the source where none is named", async () => {
    await world.source.upsert({ index: "old", namespace: "b" }, records(2));
    await put("s", { namespaces: [] });
    await tickSchedules(world.parts, midnight);
    await tickSchedules(world.parts, hours(1));
    expect(await read("s")).toMatchObject({ phase: "planning", nextAt: hours(2) });
    const rows = await world.database.rows(
      z.object({ namespaces: z.array(z.string()) }),
      `SELECT "namespaces" FROM "Run"`,
    );
    expect(rows.map(({ namespaces }) => [...namespaces].sort())).toEqual([["a", "b"]]);
  });

  it("keep each scheduled run with what its plan held, and put a message to the webhook down with it, once", async () => {
    await world.work({ schedules: false });
    await put("s", { maxCreates: 5, webhook: "http://127.0.0.1:1/hook" });
    await tickSchedules(world.parts, midnight);
    await afterRun("s", minutes(1));
    await afterRun("s", minutes(2));
    expect(await messages()).toEqual([]);
    await world.source.upsert({ index: "old", namespace: "a" }, records(6, "more"));
    await tickSchedules(world.parts, hours(1));
    const { planId } = await afterRun("s", minutes(61));
    await Promise.all(Array.from({ length: 4 }, () => tickSchedules(world.parts, minutes(62))));
    const ended = await world.database.prisma.scheduledRun.findMany({ orderBy: { id: "asc" } });
    expect(ended.map(({ outcome, creates, startedAt }) => [outcome, creates, startedAt])).toEqual([
      ["applied", 5, midnight],
      ["review", 6, hours(1)],
    ]);
    expect(await messages()).toMatchObject([
      {
        event: "plan.waiting",
        at: minutes(61).toISOString(),
        schedule: { id: "s", namespaces: ["a"], namespaceTotal: 1 },
        scheduledRun: { outcome: "review", words: expect.stringContaining("6 new records exceed the limit of 5") },
        plan: { id: planId, counts: { create: 6, update: 0, unchanged: 5 }, path: `/plans/${planId}` },
      },
    ]);
  });

  it("tell the webhook of a scheduled run that failed and of one that was refused, without an older one's plan", async () => {
    await put("s", { webhook: "http://127.0.0.1:1/hook" });
    await tickSchedules(world.parts, midnight);
    await world.database.run(`UPDATE "Run" SET "state" = 'failed', "error" = '{"what": "The source is gone."}'`);
    await tickSchedules(world.parts, minutes(1));
    const busy = await world.start({ namespaces: ["a"] });
    await tickSchedules(world.parts, hours(1));
    const told = await messages();
    expect(told.map(({ event }) => event)).toEqual(["scheduled-run.failed", "scheduled-run.refused"]);
    expect(told.map(({ scheduledRun }) => scheduledRun.outcome)).toEqual(["failed", "refused"]);
    expect(told[1]).toMatchObject({ plan: null, run: null, scheduledRun: { words: expect.stringContaining(busy) } });
  });

  it("tell the webhook of the same changes once, of other ones again, and that all is well in the end; older plans are superseded", async () => {
    await world.work({ schedules: false });
    await put("s", { webhook: "http://127.0.0.1:1/hook" });
    const runAt = async (hour: number) => {
      await tickSchedules(world.parts, hours(hour));
      const { planId } = await afterRun("s", hours(hour + 0.5));
      return planId ?? "";
    };
    const states = async () =>
      (await world.database.prisma.plan.findMany({ orderBy: { createdAt: "asc" } })).map(({ state }) => state);
    for (const hour of [0, 1, 2]) await runAt(hour);
    expect((await messages()).map(({ event }) => event)).toEqual(["plan.waiting"]);
    expect(await states()).toEqual(["superseded", "superseded", "ready"]);
    await world.source.upsert({ index: "old", namespace: "a" }, records(1, "more"));
    const planId = await runAt(3);
    expect((await messages()).map(({ event }) => event)).toEqual(["plan.waiting", "plan.waiting"]);
    const { runId } = await applyPlan(world.database, { planId, settings: settingsFor(world), actor: "test" });
    await world.until(runId ?? "", ["succeeded"]);
    for (const hour of [4, 5]) await runAt(hour);
    const events = (await messages()).map(({ event }) => event);
    expect(events).toEqual(["plan.waiting", "plan.waiting", "scheduled-run.recovered"]);
    expect((await states()).slice(-2)).toEqual(["no-changes", "no-changes"]);
    expect(await world.database.prisma.attention.count({ where: { standing: { not: null } } })).toBe(0);
  });

  it("tell again what the webhook couldn't be told", async () => {
    await world.work({ schedules: false });
    await put("s", { webhook: "http://127.0.0.1:1/hook" });
    await tickSchedules(world.parts, midnight);
    await afterRun("s", minutes(1));
    await world.database.run(`UPDATE "Delivery" SET "state" = 'given-up'`);
    await tickSchedules(world.parts, hours(1));
    await afterRun("s", minutes(61));
    expect(await messages()).toHaveLength(2);
  });

  it("stay at an analysis that is paused at its ceiling, and go on with it once that is raised at the schedule", async () => {
    await world.close();
    world = await openWorld({ source: { bills: 1_000_000, limits: { fetchIds: 10 } } });
    world.source.put({ index: "old", namespace: "a" }, records(300));
    await world.work({ schedules: false });
    await put("s", { maxCreates: 1 });
    const raise = (gb: number) => world.database.run(`UPDATE "Schedule" SET "maxEgress" = $1`, [gb]);
    await raise(0.01);
    await tickSchedules(world.parts, midnight);
    const { runId } = await read("s");
    await world.until(runId ?? "", ["paused", "succeeded", "failed"]);
    await tickSchedules(world.parts, minutes(1));
    const paused = {
      outcome: "review",
      words: `The analysis ${runId} is paused at its ceiling; raised, at the schedule or the run, it goes on.`,
    };
    expect(await read("s")).toMatchObject(paused);
    await tickSchedules(world.parts, hours(1));
    expect(await read("s")).toMatchObject({ phase: "idle", ...paused });
    await raise(5);
    await tickSchedules(world.parts, hours(2));
    expect(await read("s")).toMatchObject({ phase: "planning", runId });
    expect(await afterRun("s", minutes(121))).toMatchObject({
      outcome: "review",
      words: expect.stringContaining("300 new records exceed the limit of 1"),
    });
  });

  it("say that the analysis failed, and why", async () => {
    await put("s");
    await tickSchedules(world.parts, midnight);
    await world.database.run(`UPDATE "Run" SET "state" = 'failed', "error" = '{"what": "The source is gone."}'`);
    await tickSchedules(world.parts, minutes(1));
    expect(await read("s")).toMatchObject({ phase: "idle", outcome: "failed", words: "The source is gone." });
  });

  it("wait where another index or model is set than they were set for, say so, and go on once it is put back", async () => {
    await put("s");
    await tickSchedules(world.parts, midnight);
    await world.database.run(`UPDATE "Run" SET "state" = 'cancelled'`);
    await tickSchedules(world.parts, minutes(1));
    const { config } = world.parts;
    const target = { ...config.pinecone.target, index: "elsewhere" };
    const gemini = { ...config.gemini, model: "gemini-embedding-2" };
    Object.assign(world.parts, { config: { ...config, gemini, pinecone: { ...config.pinecone, target } } });
    const runs = await runCount();
    await tickSchedules(world.parts, hours(1));
    expect(await read("s")).toMatchObject({
      phase: "idle",
      outcome: "refused",
      words:
        "It was set for model gemini-embedding-001, target index new; now model gemini-embedding-2, target index elsewhere. Set that back, or set the schedule again.",
    });
    expect(await runCount()).toBe(runs);
    Object.assign(world.parts, { config });
    await tickSchedules(world.parts, hours(2));
    expect(await read("s")).toMatchObject({ phase: "planning" });
  });
});
