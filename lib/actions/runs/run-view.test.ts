import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runSchema } from "@/lib/shapes/runs/run";
import type { Context } from "../verbs/context";
import { openTestContext, putRun } from "../verbs/testing";
import { listRuns, listRunsInput } from "./list-runs";
import { showRun } from "./show-run";

let ctx: Context;
let close: () => Promise<void>;
const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1000);
const sample = (runId: string, at: Date, written: number) =>
  ctx.database.prisma.sample.create({
    data: { runId, at, written, unchanged: 0, skipped: 0, failed: 0, texts: 0, tokens: 0n },
  });

beforeAll(async () => {
  const opened = await openTestContext();
  ctx = opened.ctx;
  close = opened.close;
});
afterAll(() => close());

describe("a run's sums", () => {
  it("adds up its segments and says nothing of a total before every listing has ended", async () => {
    await putRun(ctx, "sums", { namespaces: ["a", "b"] }, [
      {
        namespace: "a",
        listed: true,
        total: 10,
        expected: 9,
        written: 7,
        unchanged: 1,
        skipped: 2,
        texts: 7,
        tokens: 70n,
        usd: 0.5,
      },
      { namespace: "b", position: 1, listed: false, total: 4, expected: 20, written: 1, tokens: 5n, usd: 0.25 },
    ]);
    const run = await showRun(ctx, { id: "sums" });
    expect(runSchema.parse(run)).toEqual(run);
    expect(run).toMatchObject({
      total: null,
      expected: 30,
      outcome: { written: 8, unchanged: 1, skipped: 2, failed: 0, drifted: 0 },
      embedded: { texts: 7, tokens: 75, usd: 0.75 },
      verified: { ok: 0, failed: 0, pending: 2 },
      namespaces: ["a", "b"],
      namespaceTotal: 2,
    });
    await ctx.database.run(`UPDATE "Segment" SET "listed" = true WHERE "runId" = 'sums'`);
    expect(await showRun(ctx, { id: "sums" })).toMatchObject({ total: 14 });
  });

  it("counts findings by kind and verdicts by what they say", async () => {
    const verdict = { ok: false, words: "1 of 2 compared" };
    await putRun(ctx, "found", { namespaces: ["a", "b", "c", "d", "e", "f"] }, [
      { namespace: "a", verdict: { ...verdict, ok: true, sampled: 1, comparable: 5 } },
      { namespace: "b", position: 1, verdict },
      { namespace: "c", position: 2, verdict: { ...verdict, ok: true, word: "nothing-to-verify" } },
      { namespace: "d", position: 3, verdict: { ...verdict, ok: true, sampled: 1, explainedMissing: 2 } },
      { namespace: "e", position: 4, verdict: { ...verdict, ok: true, sampled: 0 } },
      { namespace: "f", position: 5 },
    ]);
    const finding = { runId: "found", namespace: "a", reason: "no-text", detail: "" };
    await ctx.database.prisma.finding.createMany({
      data: [
        { ...finding, recordId: "1", kind: "skipped" },
        { ...finding, recordId: "2", kind: "skipped" },
        { ...finding, recordId: "3", kind: "failed" },
      ],
    });
    const run = await showRun(ctx, { id: "found" });
    expect(run.findings).toEqual({ skipped: 2, failed: 1, drifted: 0, warning: 0 });
    expect(run.verified).toEqual({ ok: 1, sampled: 1, partly: 1, incomplete: 1, nothing: 1, failed: 1, pending: 1 });
  });

  it("names the run that isn't there", async () => {
    await expect(showRun(ctx, { id: "nope" })).rejects.toMatchObject({ code: "run-not-found", kind: "not-found" });
  });
});

describe("a run's rate", () => {
  it("is measured over the last 15 seconds, not since the start", async () => {
    await putRun(ctx, "moving", { startedAt: secondsAgo(100) }, [{ listed: true, total: 2000, written: 1000 }]);
    await sample("moving", secondsAgo(60), 10);
    await sample("moving", secondsAgo(10), 900);
    await sample("moving", secondsAgo(1), 990);
    const { rate } = await showRun(ctx, { id: "moving" });
    expect(rate.perSecond).toBeGreaterThan(9);
    expect(rate.perSecond).toBeLessThanOrEqual(10);
    expect(rate.etaSeconds).toBeGreaterThanOrEqual(100);
    expect(rate.etaSeconds).toBeLessThan(115);
  });

  it("promises no end before one percent is done", async () => {
    await putRun(ctx, "early", { startedAt: secondsAgo(10) }, [{ listed: true, total: 10_000, written: 99 }]);
    expect((await showRun(ctx, { id: "early" })).rate).toMatchObject({ etaSeconds: null });
    await ctx.database.run(`UPDATE "Segment" SET "written" = 100 WHERE "runId" = 'early'`);
    expect((await showRun(ctx, { id: "early" })).rate.etaSeconds).toBeGreaterThan(900);
  });

  it("promises no end while it stands, waits or doesn't know how much there is", async () => {
    const segment = { listed: true, total: 100, written: 50 };
    await putRun(ctx, "paused", { state: "paused", startedAt: secondsAgo(10) }, [segment]);
    await putRun(ctx, "waiting", { state: "waiting", startedAt: secondsAgo(10) }, [segment]);
    await putRun(ctx, "unknown", { startedAt: secondsAgo(10) }, [{ listed: false, total: 60, written: 50 }]);
    await putRun(ctx, "stalled", { startedAt: secondsAgo(100) }, [segment]);
    await sample("stalled", secondsAgo(30), 50);
    expect((await showRun(ctx, { id: "paused" })).rate).toEqual({ perSecond: 0, etaSeconds: null });
    expect((await showRun(ctx, { id: "waiting" })).rate).toEqual({ perSecond: 0, etaSeconds: null });
    expect((await showRun(ctx, { id: "unknown" })).rate.etaSeconds).toBeNull();
    expect((await showRun(ctx, { id: "stalled" })).rate).toEqual({ perSecond: 0, etaSeconds: null });
  });

  it("is the average over its whole time when the run is over", async () => {
    const times = { startedAt: secondsAgo(20), endedAt: secondsAgo(10) };
    await putRun(ctx, "over", { state: "succeeded", ...times }, [
      { listed: true, total: 500, written: 400, unchanged: 100 },
    ]);
    expect((await showRun(ctx, { id: "over" })).rate).toEqual({ perSecond: 40, etaSeconds: null });
  });

  it("counts what is written, not what was only found to be there", async () => {
    const found = { listed: true, total: 1000, written: 0, unchanged: 400 };
    await putRun(ctx, "again", { startedAt: secondsAgo(10) }, [found]);
    await sample("again", secondsAgo(10), 0);
    expect((await showRun(ctx, { id: "again" })).rate).toEqual({ perSecond: 0, etaSeconds: null });
  });
});

describe("the list of runs", () => {
  it("pages through all of them, newest first, each once, also when they began in the same millisecond", async () => {
    const at = new Date("2020-01-01T00:00:00.000Z");
    for (const id of ["p1", "p2", "p3", "p4", "p5"]) await putRun(ctx, id, { createdAt: at, startedBy: "pager" });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listRuns(ctx, listRunsInput.parse({ search: "pager", limit: 2, cursor }));
      expect(page.matching).toBe(5);
      seen.push(...page.runs.map((run) => run.id));
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(seen).toEqual(["p5", "p4", "p3", "p2", "p1"]);
  });

  it("filters by state, kind and namespace; wildcards in a search are ordinary characters", async () => {
    await putRun(ctx, "f1", { state: "failed", kind: "verify", namespaces: ["", "100%_sure"] });
    const ids = async (filters: object) => {
      const { runs } = await listRuns(ctx, listRunsInput.parse(filters));
      return runs.map((run) => run.id);
    };
    expect(await ids({ state: ["failed", "cancelled"] })).toEqual(["f1"]);
    expect(await ids({ kind: "verify" })).toEqual(["f1"]);
    expect(await ids({ namespace: "__default__" })).toEqual(["f1"]);
    expect(await ids({ search: "0%_s" })).toEqual(["f1"]);
    expect(await ids({ search: "%%" })).toEqual([]);
  });

  it("takes the same few statements for one run and for fifty, and cuts long lists of namespaces", async () => {
    const many = Array.from({ length: 1500 }, (_, place) => `n${place}`);
    for (let number = 0; number < 50; number += 1) await putRun(ctx, `many-${number}`, { namespaces: many });
    let statements = 0;
    const { database } = ctx;
    const counting: Context["database"] = {
      ...database,
      rows: (row, text, values) => {
        statements += 1;
        return database.rows(row, text, values);
      },
    };
    const { runs } = await listRuns({ ...ctx, database: counting }, listRunsInput.parse({ limit: 50 }));
    expect(runs).toHaveLength(50);
    expect(statements).toBe(2);
    expect(runs[0]).toMatchObject({ namespaceTotal: 1500 });
    expect(runs[0]?.namespaces).toHaveLength(1000);
    expect((await showRun(ctx, { id: "many-0" })).namespaces).toHaveLength(1500);
  });

  it("refuses a cursor that it didn't give out", async () => {
    await expect(listRuns(ctx, listRunsInput.parse({ cursor: "bogus" }))).rejects.toMatchObject({
      code: "invalid-cursor",
    });
  });
});
