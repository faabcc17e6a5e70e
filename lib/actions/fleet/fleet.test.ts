import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FleetRow } from "@/lib/shapes/schedules/fleet";
import { showDifferences, showDifferencesInput } from "../namespaces/show-differences";
import { setSchedule, setScheduleInput } from "../schedules/set-schedule";
import { parseInput } from "../verbs/parse-input";
import { openTestContext, putRun, someSettings, sourceIndex, targetIndex } from "../verbs/testing";
import { listFleet, listFleetInput } from "./list-fleet";

let opened: Awaited<ReturnType<typeof openTestContext>>;
const list = (input: object = {}) => listFleet(opened.ctx, parseInput(listFleetInput, input));
const distances = async (input: object = {}) =>
  (await showDifferences(opened.ctx, parseInput(showDifferencesInput, input))).points.map(({ outOfSync, orphan }) => [
    outOfSync,
    orphan,
  ]);
const names = (rows: readonly FleetRow[]) => rows.map(({ name }) => name);
const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000);

type Differences = { creates?: number; updates?: number; orphans?: number; problems?: number };

/** An analysis as the engine leaves it: plan, run, and where that left the namespaces. */
async function analysed(id: string, of: Record<string, Differences>, more: { hours?: number; state?: string } = {}) {
  const { hours = 1, state = "ready" } = more;
  const { prisma } = opened.ctx.database;
  const planId = `plan-${id}`;
  const namespaces = Object.keys(of);
  const [at, settings] = [ago(hours), someSettings];
  await prisma.plan.create({
    data: { id: planId, kind: "mirror", state, namespaces, settings, settingsHash: id, createdBy: "x", readyAt: at },
  });
  await putRun(opened.ctx, `run-${id}`, { kind: "plan", state: "succeeded", planId, namespaces, createdAt: at });
  for (const [namespace, given] of Object.entries(of)) {
    const differences = { creates: 0, updates: 0, unchanged: 3, orphans: 0, problems: 0, ...given };
    const accounts = { sourceAccount: "memory", targetAccount: "memory" };
    const place = { source: sourceIndex, target: targetIndex, namespace, ...accounts };
    await prisma.reading.create({ data: { runId: `run-${id}`, planId, at, ...place, ...differences } });
    const standing = { planId, analysedAt: at, ...differences };
    await prisma.standing.upsert({
      where: { source_sourceAccount_target_targetAccount_namespace: place },
      create: { ...place, ...standing },
      update: standing,
    });
  }
}

beforeEach(async () => {
  opened = await openTestContext({ source: { a: 3, b: 3, c: 3, d: 3, e: 3, "": 1 }, target: { a: 3, c: 7, alien: 2 } });
});
afterEach(() => opened.close());

describe("the fleet", () => {
  it("says of every namespace of both sides how it stands, what needs somebody first", async () => {
    await analysed("a", { a: { orphans: 2 } });
    await analysed("b", { b: { creates: 2, updates: 1 } });
    await analysed("c", { c: { creates: 5 } }, { hours: 30 });
    await analysed("d", { d: { problems: 1 } });
    const { prisma } = opened.ctx.database;
    await prisma.plan.create({
      data: {
        id: "p",
        kind: "mirror",
        state: "failed",
        namespaces: ["a"],
        settings: someSettings,
        settingsHash: "h",
        createdBy: "x",
      },
    });
    await putRun(
      opened.ctx,
      "run-f",
      { kind: "plan", state: "failed", planId: "p", namespaces: ["a"], endedAt: ago(0.5) },
      [{ namespace: "a", state: "failed" }],
    );
    const { rows, matching, totals } = await list();
    expect(rows.map(({ name, state, standing }) => [name, state, standing?.outOfSync ?? null])).toEqual([
      ["a", "failed", 0],
      ["b", "review", 3],
      ["c", "out-of-sync", 5],
      ["d", "out-of-sync", 1],
      ["", "never", null],
      ["alien", "never", null],
      ["e", "never", null],
    ]);
    expect(rows[0]?.run).toEqual({ id: "run-f", kind: "plan", state: "failed" });
    expect([matching, totals.namespaces, totals.outOfSync, totals.orphan]).toEqual([7, 7, 9, 2]);
    expect(totals.states).toEqual({ failed: 1, review: 1, "out-of-sync": 2, never: 3, unchecked: 0, "in-sync": 0 });
  });

  it("is searched, filtered, sorted and paged in the database", async () => {
    await analysed("x", { a: { creates: 1 }, b: { creates: 3 }, c: { orphans: 4 } });
    expect(names((await list({ sort: "out-of-sync", direction: "descending", limit: 2 })).rows)).toEqual(["b", "a"]);
    expect(names((await list({ sort: "orphan", direction: "descending", limit: 1 })).rows)).toEqual(["c"]);
    const second = await list({ sort: "name", offset: 2, limit: 2 });
    expect([names(second.rows), second.matching]).toEqual([["alien", "b"], 7]);
    const inStep = await list({ state: "in-sync" });
    expect([names(inStep.rows), inStep.matching, inStep.totals.namespaces]).toEqual([["c"], 1, 7]);
    expect(names((await list({ search: "__default" })).rows)).toEqual([""]);
    expect(names((await list({ name: "" })).rows)).toEqual([""]);
    expect(names((await list({ name: "alien" })).rows)).toEqual(["alien"]);
    expect((await list({ search: "%" })).rows).toEqual([]);
  });

  it("names the run at work and the schedule that is due next, of the namespace or of all", async () => {
    await putRun(opened.ctx, "run-busy", { kind: "mirror", namespaces: ["a"] }, [{ namespace: "a", state: "running" }]);
    const now = new Date("2030-01-01T00:00:00Z");
    const set = (input: object) => setSchedule(opened.ctx, parseInput(setScheduleInput, input), now);
    const all = await set({ all: true, cron: "0 6 * * *" });
    const own = await set({ namespaces: ["a", "b"], cron: "0 3 * * *" });
    const { rows } = await list({ sort: "name" });
    expect(rows.map(({ name, run, schedule }) => [name, run?.id ?? null, schedule?.id])).toEqual([
      ["", null, all.schedule.id],
      ["a", "run-busy", own.schedule.id],
      ["alien", null, undefined],
      ["b", null, own.schedule.id],
      ["c", null, all.schedule.id],
      ["d", null, all.schedule.id],
      ["e", null, all.schedule.id],
    ]);
  });

  it("draws each finished analysis as a point, thinned where there are too many", async () => {
    await analysed("1", { a: { creates: 5 } }, { hours: 50 });
    await analysed("2", { a: { creates: 1, orphans: 2 } }, { hours: 2 });
    const [row] = (await list({ search: "a" })).rows;
    expect(row?.trend.map(({ outOfSync }) => outOfSync)).toEqual([5, 1]);
    expect(await distances({ name: "a" })).toEqual([
      [5, 0],
      [1, 2],
    ]);
    expect(await distances({ name: "a", days: 1 })).toEqual([[1, 2]]);
    await opened.ctx.database.run(`UPDATE "Reading" SET "compared" = false WHERE "runId" = 'run-2'`);
    const looks = await showDifferences(opened.ctx, parseInput(showDifferencesInput, { name: "a" }));
    expect(looks.points.map(({ compared }) => compared)).toEqual([true, false]);
    expect(await distances({ name: "b" })).toEqual([]);
    await opened.ctx.database.run(
      `INSERT INTO "FleetReading" ("runId", "source", "target", "sourceAccount", "targetAccount", "at", "namespaces", "creates", "updates", "orphans", "problems")
       SELECT 'run-' || n, $1, $2, 'memory', 'memory', now() - n * interval '1 minute', 1, n, 0, 0, 0 FROM generate_series(1, 3000) AS n`,
      [sourceIndex, targetIndex],
    );
    const points = await distances();
    expect(points.length).toBeGreaterThan(200);
    expect(points.length).toBeLessThanOrEqual(301);
    expect(points.at(-1)).toEqual([1, 0]);
    expect(points.map(([outOfSync]) => outOfSync)).toEqual(
      [...points.map(([outOfSync]) => outOfSync ?? 0)].sort((a, b) => b - a),
    );
  });
});
