import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findingSchema } from "@/lib/shapes/runs/reason";
import { runDetailSchema } from "@/lib/shapes/runs/run";
import type { Context } from "../verbs/context";
import { openTestContext, putRun, someSettings } from "../verbs/testing";
import { exportFindings, exportFindingsInput } from "./export-findings";
import { exportLog, exportLogInput } from "./export-log";
import { listFindings, listFindingsInput } from "./list-findings";
import { listLog, listLogInput } from "./list-log";
import { listSegments, listSegmentsInput } from "./list-segments";
import { showRunDetail } from "./show-run-detail";

let ctx: Context;
let close: () => Promise<void>;

beforeAll(async () => {
  const opened = await openTestContext();
  ctx = opened.ctx;
  close = opened.close;
  const segments = Array.from({ length: 250 }, (_, position) => ({ namespace: `space-${position}`, position }));
  await putRun(ctx, "one", { namespaces: segments.map(({ namespace }) => namespace) }, segments);
  await putRun(ctx, "other", {});
  await ctx.database.prisma.finding.createMany({
    data: Array.from({ length: 2500 }, (_, place) => ({
      runId: "one",
      namespace: place % 2 ? "space-1" : "",
      recordId: `=record-${place}`,
      kind: place % 5 ? "skipped" : "failed",
      reason: place % 5 ? "no-text" : "rejected-by-target",
      detail: `detail 50%_${place}`,
    })),
  });
  await ctx.database.prisma.finding.create({
    data: { runId: "other", namespace: "a", recordId: "x", kind: "warning", reason: "text-too-long", detail: "" },
  });
  await ctx.database.prisma.event.createMany({
    data: Array.from({ length: 30 }, (_, place) => ({
      runId: "one",
      level: place % 10 === 0 ? "error" : place % 5 === 0 ? "warn" : "info",
      channel: place < 2 ? "timeline" : "log",
      actor: "cli:test",
      code: place === 0 ? "started" : "chunk-written",
      message: `line ${place}`,
    })),
  });
  await ctx.database.prisma.sample.createMany({
    data: Array.from({ length: 2000 }, (_, place) => ({
      runId: "one",
      at: new Date(Date.UTC(2026, 0, 1) + place * 1000),
      written: place,
      unchanged: 0,
      skipped: 0,
      failed: 0,
      texts: place,
      tokens: BigInt(place),
    })),
  });
});
afterAll(() => close());

const text = async (chunks: AsyncIterable<string>) => {
  let all = "";
  for await (const chunk of chunks) all += chunk;
  return all;
};

describe("findings", () => {
  it("are paged without a gap or a repeat", async () => {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listFindings(ctx, listFindingsInput.parse({ id: "one", kind: "failed", limit: 120, cursor }));
      expect(page.matching).toBe(500);
      ids.push(...page.findings.map((finding) => findingSchema.parse(finding).id));
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(ids).toEqual(Array.from({ length: 500 }, (_, place) => `=record-${place * 5}`));
  });

  it("are read from any place among those that match", async () => {
    const at = (offset: number) =>
      listFindings(ctx, listFindingsInput.parse({ id: "one", kind: "failed", limit: 2, offset }));
    const page = await at(498);
    expect(page.findings.map(({ id }) => id)).toEqual(["=record-2490", "=record-2495"]);
    expect([page.matching, page.next]).toEqual([500, null]);
    expect(await at(500)).toEqual({ findings: [], next: null, matching: 500 });
  });

  it("are filtered by reason, namespace and what stands in them", async () => {
    const list = async (filters: object) => {
      const { findings, matching } = await listFindings(ctx, listFindingsInput.parse({ id: "one", ...filters }));
      return [matching, findings[0]?.id];
    };
    expect(await list({ reason: "rejected-by-target", namespace: "__default__" })).toEqual([250, "=record-0"]);
    expect(await list({ search: "50%_2499" })).toEqual([1, "=record-2499"]);
    expect(await list({ search: "50_" })).toEqual([0, undefined]);
  });

  it("say on the first page which reasons there are, whatever is searched for", async () => {
    const reasons = async (filters: object) =>
      (await listFindings(ctx, listFindingsInput.parse({ id: "one", limit: 1, ...filters }))).reasons;
    const rejected = { reason: "rejected-by-target", count: 500 };
    expect(await reasons({})).toEqual([{ reason: "no-text", count: 2000 }, rejected]);
    expect(await reasons({ kind: "failed", reason: "no-text", search: "nothing" })).toEqual([rejected]);
    expect(await reasons({ offset: 1 })).toBeUndefined();
  });

  it("of a run that isn't there are an error, not an empty list", async () => {
    await expect(listFindings(ctx, listFindingsInput.parse({ id: "nope" }))).rejects.toMatchObject({
      code: "run-not-found",
    });
    await expect(exportFindings(ctx, exportFindingsInput.parse({ id: "nope" }))).rejects.toMatchObject({
      code: "run-not-found",
    });
  });

  it("are exported whole, a line each, formulas defused in CSV", async () => {
    const lines = (await text(await exportFindings(ctx, exportFindingsInput.parse({ id: "one" }))))
      .trimEnd()
      .split("\n");
    expect(lines).toHaveLength(2500);
    expect(findingSchema.parse(JSON.parse(lines[0] ?? ""))).toMatchObject({ runId: "one", id: "=record-0" });
    const csv = await text(
      await exportFindings(ctx, exportFindingsInput.parse({ id: "one", format: "csv", kind: "failed" })),
    );
    expect(csv.split("\r\n")[0]).toBe("runId,namespace,id,kind,reason,detail,attempts,at,index");
    expect(csv.split("\r\n")[1]).toMatch(/^one,,'=record-0,failed,rejected-by-target,/);
    expect(csv.trimEnd().split("\r\n")).toHaveLength(501);
  });
});

describe("the log", () => {
  it("is read backwards from its newest line, a page at a time", async () => {
    const first = await listLog(ctx, listLogInput.parse({ id: "one", limit: 20 }));
    const second = await listLog(ctx, listLogInput.parse({ id: "one", limit: 20, cursor: first.next }));
    expect([...first.events, ...second.events].map((event) => event.message)).toEqual(
      Array.from({ length: 30 }, (_, place) => `line ${29 - place}`),
    );
    expect(second.next).toBeNull();
  });

  it("is filtered by severity and words", async () => {
    const messages = async (filters: object) =>
      (await listLog(ctx, listLogInput.parse({ id: "one", ...filters }))).events.map((event) => event.message);
    expect(await messages({ level: "error" })).toEqual(["line 20", "line 10", "line 0"]);
    expect(await messages({ level: "warn" })).toHaveLength(6);
    expect(await messages({ search: "START" })).toEqual(["line 0"]);
  });

  it("is exported oldest line first", async () => {
    const csv = await text(await exportLog(ctx, exportLogInput.parse({ id: "one", format: "csv" })));
    expect(csv.split("\r\n")).toHaveLength(32);
    expect(csv.split("\r\n")[1]).toContain("line 0");
  });
});

describe("the detail of a run", () => {
  it("holds its settings, first segments, a thinned throughput with its last sample, and the timeline in order", async () => {
    const detail = await showRunDetail(ctx, { id: "one" });
    expect(runDetailSchema.parse(detail)).toEqual(detail);
    expect(detail.settings).toEqual(someSettings);
    expect([detail.segments.length, detail.segmentTotal]).toEqual([200, 250]);
    expect(detail.samples.length).toBeGreaterThan(300);
    expect(detail.samples.length).toBeLessThanOrEqual(600);
    expect(detail.samples.at(-1)).toMatchObject({ written: 1999 });
    expect(detail.timeline.map((event) => event.message)).toEqual(["line 0", "line 1"]);
  });

  it("pages and searches its segments", async () => {
    const found = await listSegments(
      ctx,
      listSegmentsInput.parse({ id: "one", search: "space-24", offset: 1, limit: 3 }),
    );
    expect(found.total).toBe(11);
    expect(found.segments.map((segment) => segment.namespace)).toEqual(["space-240", "space-241", "space-242"]);
  });
});
