import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { noteRun } from "@/lib/runs/attention/note-run";
import { sweepAttention } from "@/lib/runs/attention/sweep";
import { showOverview } from "../overview/show-overview";
import { setSchedule, setScheduleInput } from "../schedules/set-schedule";
import { parseInput } from "../verbs/parse-input";
import { openTestContext, putRun, someSettings } from "../verbs/testing";
import { acknowledgeAttention, acknowledgeCause } from "./acknowledge-attention";
import { countAttention } from "./count-attention";
import { listAttention, listAttentionInput } from "./list-attention";

let opened: Awaited<ReturnType<typeof openTestContext>>;
const list = (input: object = {}) => listAttention(opened.ctx, parseInput(listAttentionInput, input));
const failed = async (id: string, namespace = "alpha") => {
  await putRun(opened.ctx, id, { state: "failed", namespaces: [namespace] }, [{ namespace, state: "failed" }]);
  await noteRun(opened.ctx.database, id);
};

beforeEach(async () => {
  opened = await openTestContext({ source: { alpha: 3, beta: 2, gamma: 4 }, target: { beta: 1 } });
});
afterEach(() => opened.close());

describe("what needs attention", () => {
  it("names its subject, since when and what to do, in the inbox and on the dashboard", async () => {
    await failed("run-1");
    const { items, matching, counts } = await list();
    expect(matching).toBe(1);
    expect(items).toMatchObject([
      {
        cause: "run-failed",
        state: "open",
        runId: "run-1",
        namespaces: ["alpha"],
        route: "default",
        href: "/runs/run-1?route=default",
        acknowledged: null,
      },
    ]);
    expect(Date.now() - Date.parse(items[0]?.since ?? "")).toBeLessThan(60_000);
    expect(counts).toMatchObject({ open: 1, causes: [{ cause: "run-failed", open: 1 }] });
    const overview = await showOverview(opened.ctx, {});
    expect(overview.attentionCounts.open).toBe(1);
    expect(overview.attention).toContainEqual(
      expect.objectContaining({ cause: "run-failed", id: items[0]?.id, namespaces: ["alpha"] }),
    );
  });

  it("is gone from the inbox once somebody has acknowledged it, and kept with who and when", async () => {
    await failed("run-1");
    const { items } = await list();
    const id = items[0]?.id ?? "";
    const first = await acknowledgeAttention(opened.ctx, { id });
    expect([first.already, first.item.state, first.item.acknowledged?.by]).toEqual([false, "acknowledged", "cli:test"]);
    expect((await acknowledgeAttention(opened.ctx, { id })).already).toBe(true);
    // It is still so: nobody is asked again.
    await sweepAttention(opened.ctx, new Date());
    expect((await list()).counts.open).toBe(0);
    expect((await list({ state: "acknowledged" })).items.map((item) => item.id)).toEqual([id]);
    await expect(acknowledgeAttention(opened.ctx, { id: "nope" })).rejects.toMatchObject({
      code: "attention-not-found",
      kind: "not-found",
    });
  });

  it("is asked for by cause and by namespace, and acknowledged by cause", async () => {
    await failed("run-1");
    await failed("run-2", "gamma");
    await putRun(opened.ctx, "run-3", { state: "paused" }, [{}]);
    await noteRun(opened.ctx.database, "run-3");
    expect((await list({ namespace: "gamma" })).items.map(({ runId }) => runId)).toEqual(["run-2"]);
    expect((await list({ cause: "run-paused" })).items.map(({ runId }) => runId)).toEqual(["run-3"]);
    expect(await acknowledgeCause(opened.ctx, { cause: "run-failed" })).toEqual({ acknowledged: 2 });
    expect((await countAttention(opened.ctx, {})).causes.map(({ cause }) => cause)).toEqual(["run-paused"]);
  });

  it("holds namespaces whose target lacks records, not those that nobody has begun", async () => {
    await showOverview(opened.ctx, {});
    await sweepAttention(opened.ctx, new Date());
    const { items } = await list();
    expect(items).toMatchObject([
      {
        cause: "target-missing",
        namespaces: ["beta"],
        records: 1,
        href: "/namespaces/beta?route=default",
        what: expect.stringContaining("index statistics"),
      },
    ]);
    await opened.ctx.database.run(`UPDATE "NamespaceCount" SET "value" = 2 WHERE "side" = 'target'`);
    await sweepAttention(opened.ctx, new Date());
    expect((await list()).items).toEqual([]);
    expect((await list({ state: "solved" })).items).toHaveLength(1);
  });

  it("holds schedules in trouble until they are set again", async () => {
    const choice = { namespaces: ["alpha"], cron: "0 3 * * *" };
    const { schedule } = await setSchedule(opened.ctx, parseInput(setScheduleInput, choice));
    await opened.ctx.database.run(`UPDATE "Schedule" SET "cron" = '0 0 30 2 *'`);
    await sweepAttention(opened.ctx, new Date());
    expect((await list()).items).toMatchObject([
      {
        cause: "schedule-trouble",
        scheduleId: schedule.id,
        what: expect.stringContaining("never comes"),
        namespaces: ["alpha"],
      },
    ]);
    await setSchedule(opened.ctx, parseInput(setScheduleInput, choice));
    expect((await list()).items).toEqual([]);
  });

  it("is one item however often and by however many workers it is noted", async () => {
    await putRun(opened.ctx, "run-1", { state: "failed", settings: someSettings }, [{ state: "failed" }]);
    await Promise.all(Array.from({ length: 6 }, () => sweepAttention(opened.ctx, new Date())));
    expect((await list()).items).toHaveLength(1);
  });
});
