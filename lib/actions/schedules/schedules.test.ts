import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { noteSchedule } from "@/lib/runs/attention/note-schedule";
import { Secret } from "@/lib/secret";
import { takenForMs } from "@/lib/webhooks/deliver";
import { countAttention } from "../attention/count-attention";
import { parseInput } from "../verbs/parse-input";
import { openTestContext } from "../verbs/testing";
import { listSchedules } from "./list-schedules";
import { removeSchedule } from "./remove-schedule";
import { sendAgain } from "./send-again";
import { setSchedule, setScheduleInput } from "./set-schedule";
import { showSchedule } from "./show-schedule";

let opened: Awaited<ReturnType<typeof openTestContext>>;
const now = new Date("2030-01-01T00:00:00Z");
const set = (input: object) => setSchedule(opened.ctx, parseInput(setScheduleInput, input), now);

type Ended = { outcome: string; words: string; planId?: string | null; creates?: number };
const ended = (scheduleId: string, data: Ended) =>
  opened.ctx.database.prisma.scheduledRun.create({ data: { scheduleId, startedAt: now, endedAt: now, ...data } });

beforeEach(async () => {
  opened = await openTestContext({ source: { a: 1, b: 1, "": 1 }, target: {} });
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
    expect(schedules[0]?.limits).toEqual({
      maxCreates: null,
      maxUpdates: null,
      maxUsd: 2.5,
      maxEgress: null,
      allowProblems: false,
    });
  });

  it("are refused without a choice of namespaces, for one that isn't there, or without a time that comes", async () => {
    await expect(set({ cron: "0 3 * * *" })).rejects.toMatchObject({ code: "no-namespaces" });
    await expect(set({ all: true, cron: "sometimes" })).rejects.toMatchObject({ code: "invalid-cron", kind: "usage" });
    const unknown = set({ namespaces: ["a", "nope"], cron: "0 3 * * *" });
    await expect(unknown).rejects.toMatchObject({ code: "unknown-namespace", what: expect.stringContaining('"nope"') });
    expect((await listSchedules(opened.ctx, {})).schedules).toEqual([]);
  });

  it("are gone once removed", async () => {
    const { schedule } = await set({ all: true, cron: "0 3 * * *" });
    await removeSchedule(opened.ctx, { id: schedule.id });
    await expect(removeSchedule(opened.ctx, { id: schedule.id })).rejects.toMatchObject({ code: "schedule-not-found" });
  });

  it("keep how each scheduled run went, newest first, page by page", async () => {
    const { schedule } = await set({ all: true, cron: "0 3 * * *" });
    for (const words of ["first", "second", "third"])
      await ended(schedule.id, { outcome: "applied", words, creates: 2 });
    const first = await showSchedule(opened.ctx, { id: schedule.id, limit: 2 });
    expect(first.scheduledRuns.map(({ words, counts }) => [words, counts.create, counts.total])).toEqual([
      ["third", 2, 2],
      ["second", 2, 2],
    ]);
    const rest = await showSchedule(opened.ctx, { id: schedule.id, limit: 2, cursor: first.next ?? "" });
    expect([rest.scheduledRuns.map(({ words }) => words), rest.next]).toEqual([["first"], null]);
    await expect(showSchedule(opened.ctx, { id: "nope", limit: 2 })).rejects.toMatchObject({
      code: "schedule-not-found",
    });
  });

  it("call a webhook only where that can be signed, and show its address without what may be a token", async () => {
    const choice = { namespaces: ["a"], cron: "0 3 * * *" };
    const webhook = "http://127.0.0.1:9/hook?token=swordfish";
    await expect(set({ ...choice, webhook })).rejects.toMatchObject({ code: "webhook-needs-secret", kind: "usage" });
    opened.ctx.config.webhookSecret = new Secret("long enough to sign with");
    await expect(set({ ...choice, webhook })).rejects.toMatchObject({ code: "invalid-webhook" });
    opened.ctx.config.webhookPrivate = true;
    const { schedule } = await set({ ...choice, webhook });
    expect(schedule).toMatchObject({ webhook: "http://127.0.0.1:9/…", delivery: null, undelivered: 0 });
    const stored = async () => (await opened.ctx.database.prisma.schedule.findFirstOrThrow()).webhook;
    await set({ ...choice, webhook: schedule.webhook });
    expect(await stored()).toBe(webhook);
    await expect(set({ ...choice, webhook: "https://me:secret@a.example/" })).rejects.toMatchObject({
      code: "invalid-webhook",
    });
    expect(await stored()).toBe(webhook);
    const message = { scheduleId: schedule.id, event: "plan.waiting", body: "{}", nextAt: now };
    const { delivery } = opened.ctx.database.prisma;
    await delivery.create({ data: { ...message, id: "d1", createdAt: now } });
    const last = { lastAt: now, lastStatus: 500, lastWords: "It was answered with status 500." };
    await delivery.create({
      data: { ...message, id: "d2", createdAt: new Date(now.getTime() + 1), attempts: 3, ...last },
    });
    const [listed] = (await listSchedules(opened.ctx, {})).schedules;
    expect(listed).toMatchObject({ undelivered: 2, delivery: { id: "d2", attempts: 3, last: { status: 500 } } });
    const shown = await showSchedule(opened.ctx, { id: schedule.id, limit: 1 });
    expect(shown.deliveries.map(({ id, last }) => [id, last?.words ?? null])).toEqual([
      ["d2", "It was answered with status 500."],
      ["d1", null],
    ]);
    await delivery.update({ where: { id: "d2" }, data: { state: "given-up" } });
    await noteSchedule(opened.ctx.database, schedule.id);
    const given = async () => (await countAttention(opened.ctx, {})).causes.map(({ cause }) => cause);
    expect(await given()).toEqual(["webhook-given-up"]);

    // One more attempt for what was given up or is far; none for what may be under way, was delivered or has nowhere to go.
    const again = (id: string) => sendAgain(opened.ctx, { id }, now);
    expect((await again("d2")).delivery).toMatchObject({ state: "waiting", attempts: 3, nextAt: now.toISOString() });
    const soon = new Date(now.getTime() + takenForMs);
    await delivery.update({ where: { id: "d2" }, data: { nextAt: soon } });
    expect((await again("d2")).delivery.nextAt).toBe(soon.toISOString());
    await delivery.update({ where: { id: "d2" }, data: { nextAt: new Date(soon.getTime() + 1) } });
    expect((await again("d2")).delivery.nextAt).toBe(now.toISOString());
    await delivery.update({ where: { id: "d1" }, data: { state: "delivered" } });
    await expect(again("d1")).rejects.toMatchObject({ code: "delivery-delivered", kind: "refused" });
    await expect(again("nope")).rejects.toMatchObject({ code: "delivery-not-found" });
    await set(choice);
    expect(await stored()).toBeNull();
    await delivery.update({ where: { id: "d2" }, data: { state: "given-up" } });
    await expect(again("d2")).rejects.toMatchObject({ code: "no-webhook", kind: "refused" });
    expect(await delivery.findUnique({ where: { id: "d2" } })).toMatchObject({ state: "given-up" });
  });
});
