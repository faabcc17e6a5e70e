import { readdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { putMany, standInSubject } from "@/lib/documents/suite/subjects.suite";
import { openWorld, type World } from "@/lib/runs/testing/testing";
import type { Plan } from "@/lib/shapes/plans/plan";
import type { RunState } from "@/lib/shapes/runs/run";
import { showPlan } from "../plans/show-plan";
import { listFindings, listFindingsInput } from "../runs/list-findings";
import { pauseRun } from "../runs/pause-run";
import { resumeRun } from "../runs/resume-run";
import { showRun } from "../runs/show-run";
import type { Context } from "../verbs/context";
import { planClearance, planClearanceInput } from "./plan-clearance";
import { describeClearancePlan } from "./plan-clearance.suite";

describeClearancePlan("A clearance's plan, against the stand-in,", standInSubject);

/** What the stand-in counts as reading. */
const reads = new Set([
  ...["root", "health", "resolve", "aliases", "privileges", "describe-index", "settings", "mapping"],
  ...["field-capabilities", "search", "count", "open-point", "close-point"],
]);

describe("planning a clearance over more than a page", () => {
  const total = 12_000;
  let subject: Awaited<ReturnType<typeof standInSubject>>;
  let world: World;
  let ctx: Context;

  beforeAll(async () => {
    subject = await standInSubject();
    world = await openWorld();
    Object.assign(world.parts, { documents: subject.documents });
    const { config, database, source, target, embedder, log } = world.parts;
    const services = { source, target, embedder, documents: subject.documents };
    ctx = { config, database, ...services, log, wake: async () => {}, actor: "cli:test" };
    const properties = { namespace: { type: "keyword" }, clearance_level: { type: "integer" } };
    await subject.ask("PUT", "/many", { mappings: { properties } });
    const sourceOf = (number: number) => ({
      namespace: `customer-${number % 3}`,
      ...(number % 10 === 0 ? { clearance_level: 3 } : {}),
      ...(number % 1000 === 1 ? { clearance_level: [1, 2] } : {}),
    });
    const numbers = Array.from({ length: total }, (_, number) => number);
    await putMany(subject.access, "many", new Map(numbers.map((number) => [`${number}`, sourceOf(number)])));
    await world.work();
  });
  afterAll(async () => {
    await world.close();
    await subject.close();
  });

  const begin = () => planClearance(ctx, planClearanceInput.parse({ all: true, index: "many", documents: "every" }));
  const until = async (runId: string, ...states: RunState[]) => {
    for (let waited = 0; waited < 30_000; waited += 10) {
      const run = await showRun(ctx, { id: runId });
      if (states.includes(run.state)) return run;
      await delay(10);
    }
    throw new Error(`${runId} isn't ${states.join(" or ")}`);
  };
  const pages = async (more: number) => {
    const before = await subject.control.calls("search");
    while ((await subject.control.calls("search")) < before + more) await delay(5);
  };
  const whole: Partial<Plan["counts"]> = { total, create: 10_788, update: 0, unchanged: 1200, problem: 12 };

  it("reads only", async () => {
    await subject.control.reset();
    const { plan, run } = await begin();
    await until(run.id, "succeeded-with-findings");
    expect((await showPlan(ctx, { id: plan.id })).counts).toMatchObject(whole);
    const { scopes } = await subject.control.counters();
    const asked = Object.values(scopes).flatMap((routes) => Object.keys(routes));
    expect(asked.filter((route) => !reads.has(route))).toEqual([]);
    expect(asked).toContain("search");
  });

  it("names the documents that can't be set, once each", async () => {
    const { run } = await begin();
    await until(run.id, "succeeded-with-findings");
    const found = await listFindings(ctx, listFindingsInput.parse({ id: run.id }));
    expect(found.matching).toBe(12);
    expect(found.findings[0]).toMatchObject({ kind: "skipped", reason: "unreadable", attempts: 1 });
  });

  it("gives every namespace whole chunks where there are more of them than fit into memory", async () => {
    const properties = { namespace: { type: "keyword" }, clearance_level: { type: "integer" } };
    await subject.ask("PUT", "/scattered", { mappings: { properties } });
    const sourceOf = (number: number) => ({
      namespace: `n${number % 2500}`,
      ...(number < 2500 && { clearance_level: 1 }),
    });
    const numbers = Array.from({ length: 25_000 }, (_, number) => number);
    await putMany(subject.access, "scattered", new Map(numbers.map((number) => [`${number}`, sourceOf(number)])));
    const input = planClearanceInput.parse({ all: true, index: "scattered", documents: "every" });
    const { plan, run } = await planClearance(ctx, input);
    await until(run.id, "succeeded");
    const made = await showPlan(ctx, { id: plan.id });
    expect(made.counts).toEqual({ total: 25_000, create: 22_500, update: 0, unchanged: 2500, orphan: 0, problem: 0 });
    const chunks = await world.database.rows(
      z.object({ chunks: z.number(), namespaces: z.number(), creates: z.number() }),
      `SELECT count(*)::int AS "chunks", count(DISTINCT "namespace")::int AS "namespaces", max("createCount")::int AS "creates"
         FROM "Chunk" WHERE "planId" = $1`,
      [plan.id],
    );
    expect(chunks).toEqual([{ chunks: 2500, namespaces: 2500, creates: 9 }]);
    const left = await readdir(path.join(ctx.config.dataDir, "spill")).catch(() => []);
    expect(left.filter((name) => name.startsWith(run.id))).toEqual([]);
  });

  it("comes to the same plan when the point in time is lost half-way", async () => {
    const { plan: undisturbed, run: first } = await begin();
    await until(first.id, "succeeded-with-findings");
    await subject.control.latency(150);
    const { plan, run } = await begin();
    await pages(2);
    await subject.control.advance(3_600_000);
    await subject.control.latency(0);
    const ended = await until(run.id, "succeeded-with-findings");
    const made = await showPlan(ctx, { id: plan.id });
    expect(made.counts).toMatchObject(whole);
    expect(made.hash).toBe((await showPlan(ctx, { id: undisturbed.id })).hash);
    expect(ended.listed).toBe(total);
  });

  it("comes to the same plan when it is paused half-way and resumed", async () => {
    await subject.control.latency(150);
    const { plan, run } = await begin();
    await pages(2);
    // The other two pages take so long that the pause is heard before the last one, on a busy machine too.
    await subject.control.latency(3000);
    await pauseRun(ctx, { id: run.id });
    await until(run.id, "paused");
    expect(await world.database.prisma.chunk.count({ where: { planId: plan.id } })).toBeGreaterThan(0);
    await subject.control.latency(0);
    await resumeRun(ctx, { id: run.id });
    const ended = await until(run.id, "succeeded-with-findings");
    expect((await showPlan(ctx, { id: plan.id })).counts).toMatchObject(whole);
    expect(ended).toMatchObject({ listed: total, total, findings: { skipped: 12 } });
  });
});
