import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Context } from "../verbs/context";
import { openTestContext, putRun } from "../verbs/testing";
import { type RunSignal, watchRun } from "./watch-run";

let ctx: Context;
let close: () => Promise<void>;
beforeAll(async () => {
  const opened = await openTestContext();
  ctx = opened.ctx;
  close = opened.close;
});
afterAll(() => close());

const log = (runId: string, message: string) =>
  ctx.database.prisma.event.create({ data: { runId, level: "info", actor: "worker", code: "note", message } });
const tell = (runId: string) => ctx.database.notify("portage_run", runId);

async function next(watching: AsyncIterator<RunSignal>, event: RunSignal["event"]): Promise<RunSignal> {
  for (;;) {
    const { done, value } = await watching.next();
    if (done) throw new Error(`the stream ended before ${event}`);
    if (value.event === event) return value;
  }
}

describe("watching a run", () => {
  it("shows the run at once, then what changes, and ends with the run", async () => {
    await putRun(ctx, "watched", {}, [{ total: 10, listed: true }]);
    await log("watched", "before");
    const watching = watchRun(ctx, { id: "watched" }, new AbortController().signal);
    expect(await next(watching, "run")).toMatchObject({ data: { id: "watched", outcome: { written: 0 } } });
    const line = await log("watched", "after");
    await ctx.database.run(`UPDATE "Segment" SET "written" = 10 WHERE "runId" = 'watched'`);
    await tell("watched");
    expect(await next(watching, "run")).toMatchObject({ data: { outcome: { written: 10 } } });
    expect(await next(watching, "log")).toMatchObject({ data: { id: Number(line.id), message: "after" } });
    await ctx.database.run(`UPDATE "Run" SET "state" = 'succeeded', "endedAt" = now() WHERE "id" = 'watched'`);
    await tell("watched");
    expect(await next(watching, "end")).toMatchObject({ data: { state: "succeeded" } });
    expect((await watching.next()).done).toBe(true);
  });

  it("continues the log after the line that was seen last", async () => {
    await putRun(ctx, "ended", { state: "cancelled" });
    const seen = await log("ended", "seen");
    await log("ended", "missed");
    const signals: RunSignal[] = [];
    const afterEvent = Number(seen.id);
    for await (const signal of watchRun(ctx, { id: "ended", afterEvent }, new AbortController().signal))
      signals.push(signal);
    expect(signals.map(({ event }) => event)).toEqual(["run", "log", "end"]);
    expect(signals[1]).toMatchObject({ data: { message: "missed" } });
  });

  it("answers many notifications with at most four looks a second", async () => {
    await putRun(ctx, "busy", {}, [{ total: 1000, listed: true }]);
    let looks = 0;
    const { database } = ctx;
    const counting: Context["database"] = {
      ...database,
      rows: (row, text, values) => {
        if (text.includes(`FROM "Run" r`)) looks += 1;
        return database.rows(row, text, values);
      },
    };
    const stop = new AbortController();
    const watching = watchRun({ ...ctx, database: counting }, { id: "busy" }, stop.signal);
    await next(watching, "run");
    const started = performance.now();
    for (let written = 1; performance.now() - started < 1000; written += 1) {
      await ctx.database.run(`UPDATE "Segment" SET "written" = $1 WHERE "runId" = 'busy'`, [written]);
      await tell("busy");
      if (written % 20 === 0) await next(watching, "run");
    }
    // Four times a second at most, give or take the first and the last.
    expect(looks).toBeLessThanOrEqual(2 + (4 * (performance.now() - started)) / 1000);
    stop.abort();
    expect((await watching.next()).done).toBe(true);
  });

  it("stops with the signal in the middle of a wait", async () => {
    await putRun(ctx, "left", {});
    const stop = new AbortController();
    const watching = watchRun(ctx, { id: "left" }, stop.signal);
    await next(watching, "run");
    const waiting = watching.next();
    stop.abort();
    expect((await waiting).done).toBe(true);
  });

  it("refuses a run that isn't there", async () => {
    const watching = watchRun(ctx, { id: "nope" }, new AbortController().signal);
    await expect(watching.next()).rejects.toMatchObject({ code: "run-not-found" });
  });
});
