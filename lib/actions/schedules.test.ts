import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listSchedules } from "./list-schedules";
import { parseInput } from "./parse-input";
import { removeSchedule } from "./remove-schedule";
import { setSchedule, setScheduleInput } from "./set-schedule";
import { showOverview } from "./show-overview";
import { openTestContext, someSettings } from "./testing";

let opened: Awaited<ReturnType<typeof openTestContext>>;
const now = new Date("2030-01-01T00:00:00Z");
const set = (input: object) => setSchedule(opened.ctx, parseInput(setScheduleInput, input), now);

beforeEach(async () => {
  opened = await openTestContext({ source: { a: 1 }, target: {} });
});
afterEach(() => opened.close());

describe("schedules", () => {
  it("are one for the same choice of namespaces: setting it again replaces it", async () => {
    const first = await set({ namespaces: ["b", "__default__"], cron: "0 3 * * *", maxUpdates: 5 });
    expect(first).toMatchObject({
      replaced: false,
      schedule: { namespaces: ["", "b"], nextAt: "2030-01-01T03:00:00.000Z" },
    });
    const second = await set({ namespaces: ["", "b"], cron: "30 4 * * *", maxUsd: 2.5 });
    expect([second.replaced, second.schedule.id]).toEqual([true, first.schedule.id]);
    const all = await set({ all: true, cron: "0 0 * * 0" });
    const { schedules } = await listSchedules(opened.ctx, {});
    expect(schedules.map(({ id }) => id)).toEqual([first.schedule.id, all.schedule.id]);
    expect(schedules[0]?.limits).toEqual({ maxCreates: null, maxUpdates: null, maxUsd: 2.5, allowProblems: false });
  });

  it("are refused without a choice of namespaces or a time that comes", async () => {
    await expect(set({ cron: "0 3 * * *" })).rejects.toMatchObject({ code: "no-namespaces" });
    await expect(set({ all: true, cron: "sometimes" })).rejects.toMatchObject({ code: "invalid-cron", kind: "usage" });
    expect((await listSchedules(opened.ctx, {})).schedules).toEqual([]);
  });

  it("are gone once removed", async () => {
    const { schedule } = await set({ all: true, cron: "0 3 * * *" });
    await removeSchedule(opened.ctx, { id: schedule.id });
    await expect(removeSchedule(opened.ctx, { id: schedule.id })).rejects.toMatchObject({ code: "schedule-not-found" });
  });

  it("call for a look on the dashboard while a plan of theirs waits for a review", async () => {
    const { schedule } = await set({ namespaces: ["a"], cron: "0 3 * * *", maxCreates: 1 });
    const { prisma } = opened.ctx.database;
    await prisma.plan.create({
      data: {
        id: "p",
        kind: "mirror",
        state: "ready",
        namespaces: ["a"],
        settings: someSettings,
        settingsHash: "h",
        createdBy: "x",
      },
    });
    await prisma.schedule.update({
      where: { id: schedule.id },
      data: {
        planId: "p",
        outcome: "review",
        words: "p waits for a review: 2 creates are more than 1.",
        outcomeAt: now,
      },
    });
    const waiting = async () =>
      (await showOverview(opened.ctx, {})).attention.filter(({ href }) => href === "/plans/p");
    expect(await waiting()).toMatchObject([
      { level: "warn", what: expect.stringContaining("2 creates are more than 1") },
    ]);
    await prisma.plan.update({ where: { id: "p" }, data: { state: "applied" } });
    expect(await waiting()).toEqual([]);
  });
});
