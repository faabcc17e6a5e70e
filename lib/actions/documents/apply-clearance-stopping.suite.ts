import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { cancelRun } from "../runs/cancel-run";
import { pauseRun } from "../runs/pause-run";
import { resumeRun } from "../runs/resume-run";
import { setPace } from "../runs/set-pace";
import { showRun } from "../runs/show-run";
import { batch, expectOnly, lacks, outcomeOf, planned } from "./applied-clearance.suite";
import { type ClearanceWorld, levels, someDocuments } from "./clearance-world.suite";

const bulk = /\/_bulk/;
const search = /\/_search/;

/** What stops a run or slows it down, and that it goes on with nothing lost and nothing written twice. */
export function testStopping(open: () => ClearanceWorld): void {
  it("writes nothing twice that was written before the worker died, and counts it", async () => {
    const world = open();
    const index = await world.index(someDocuments(200));
    const before = await world.stored(index);
    const plan = await planned(world, index);
    const { database } = world.ctx;
    const held = world.between.at(bulk, 4, async () => {
      const [run] = await database.prisma.run.findMany({ where: { planId: plan.id, kind: "clearance" } });
      await pauseRun(world.ctx, { id: run?.id ?? "" });
      await delay(1200);
    });
    const { id } = await world.apply(plan);
    await held;
    expect((await world.end(id)).outcome.written).toBeGreaterThan(0);
    // As if it had been killed between writing the documents and noting it.
    await database.run(`DELETE FROM "Progress" WHERE "runId" = $1`, [id]);
    await database.run(`UPDATE "Segment" SET "written" = 0 WHERE "runId" = $1`, [id]);
    await resumeRun(world.ctx, { id });
    expect(outcomeOf(await world.end(id))).toMatchObject({
      state: "succeeded",
      total: 180,
      written: 180,
      unchanged: 0,
    });
    expectOnly(before, await world.stored(index), lacks);
  });

  it("pauses within a moment, resumes with nothing written twice, and keeps what was written when cancelled", async () => {
    const world = open();
    const index = await world.index(someDocuments(400));
    const before = await world.stored(index);
    const plan = await planned(world, index, {}, { documentsPerSecond: 60 });
    const onItsWay = world.between.at(bulk, 5, () => {});
    const { id } = await world.apply(plan);
    const written = async () => [...(await world.stored(index)).values()].filter(({ version }) => version > 1).length;
    await onItsWay;
    await pauseRun(world.ctx, { id });
    const paused = await world.end(id);
    expect(paused.state).toBe("paused");
    expect(paused.outcome.written).toBe(await written());
    expect(paused.outcome.written).toBeLessThan(200);
    const again = world.between.at(bulk, 3, () => {});
    await resumeRun(world.ctx, { id });
    await again;
    await cancelRun(world.ctx, { id });
    const cancelled = await world.end(id);
    expect(cancelled.state).toBe("cancelled");
    expect(cancelled.outcome.written).toBe(await written());
    expect(cancelled.outcome.written).toBeGreaterThan(paused.outcome.written);
    const rest = await world.end((await world.apply(await planned(world, index))).id);
    expect(outcomeOf(rest)).toMatchObject({ state: "succeeded", written: 360 - cancelled.outcome.written });
    expectOnly(before, await world.stored(index), lacks);
  });

  it("keeps to a speed limit from one moment to the next", async () => {
    const world = open();
    const perSecond = 10;
    const index = await world.index(someDocuments(400));
    const plan = await planned(world, index, {}, { documentsPerSecond: perSecond });
    const started = performance.now();
    const { id } = await world.apply(plan);
    let now = await showRun(world.ctx, { id });
    for (; now.outcome.written <= batch; now = await showRun(world.ctx, { id })) await delay(20);
    expect(now.state).toBe("running");
    expect(now.outcome.written).toBeLessThanOrEqual(perSecond * (1 + (performance.now() - started) / 1000));
    const lifted = performance.now();
    await setPace(world.ctx, { id, perSecond: null });
    expect(outcomeOf(await world.end(id))).toMatchObject({ state: "succeeded", written: 360 });
    // Under the limit the rest would have taken half a minute.
    expect(performance.now() - lifted).toBeLessThan(15_000);
  });

  it("stops with the reason when writes are blocked in mid-run, and goes on once the block is gone", async () => {
    const world = open();
    const index = await world.index(someDocuments(300));
    const before = await world.stored(index);
    const plan = await planned(world, index);
    const blocked = world.between.at(bulk, 4, async () => {
      await world.must("PUT", `/${index}/_settings`, { "index.blocks.write": true });
    });
    const run = await world.end((await world.apply(plan)).id);
    await blocked;
    expect(run).toMatchObject({ state: "failed", error: { code: "write-blocked" } });
    await world.must("PUT", `/${index}/_settings`, { "index.blocks.write": null });
    await resumeRun(world.ctx, { id: run.id });
    expect(outcomeOf(await world.end(run.id))).toMatchObject({ state: "succeeded", total: 270, written: 270 });
    expectOnly(before, await world.stored(index), lacks);
  });

  it("stops when the index is deleted in mid-run, and reports no document as written or gone by that", async () => {
    const world = open();
    const index = await world.index(someDocuments(300));
    const plan = await planned(world, index);
    const deleted = world.between.at(bulk, 4, async () => {
      await world.must("DELETE", `/${index}`);
    });
    const run = await world.end((await world.apply(plan)).id);
    await deleted;
    expect(run.state).toBe("failed");
    expect(["index-missing", "index-replaced", "rejected-by-target"]).toContain(run.error?.code);
    expect(run.outcome).toMatchObject({ drifted: 0, failed: 0, skipped: 0 });
    await world.ask("DELETE", `/${index}`);
    await resumeRun(world.ctx, { id: run.id });
    expect(await world.end(run.id)).toMatchObject({ state: "failed", error: { code: "index-missing" } });
    // What is recreated under the name isn't what was reviewed.
    await world.must("PUT", `/${index}`, { mappings: { properties: levels } });
    await world.put(index, someDocuments(300));
    const before = await world.stored(index);
    await resumeRun(world.ctx, { id: run.id });
    expect(await world.end(run.id)).toMatchObject({ state: "failed", error: { code: "index-replaced" } });
    expect(await world.stored(index)).toEqual(before);
  });

  it("begins a pass again when its point in time is lost", async () => {
    const world = open();
    const index = await world.index(someDocuments(20));
    const plan = await planned(world, index);
    await world.put(index, someDocuments(50).slice(20), 20);
    const before = await world.stored(index);
    const lost = world.between.at(search, 1, async () => {
      await world.ask("DELETE", "/_pit", { id: world.between.points.at(-1) });
    });
    const run = await world.end((await world.apply(plan, world.ctx, { includeNew: true })).id);
    await lost;
    expect(outcomeOf(run)).toMatchObject({ state: "succeeded", total: 45, written: 45 });
    expectOnly(before, await world.stored(index), lacks);
  });

  it("refuses a second run over the same documents with the name of the first", async () => {
    const world = open();
    const index = await world.index(someDocuments(40));
    const run = await world.apply(await planned(world, index, {}, { documentsPerSecond: 1 }));
    // A plan that is made after another takes its place, so this one is made while that is applied.
    const other = await planned(world, index);
    await expect(world.apply(other)).rejects.toMatchObject({
      code: "documents-busy",
      what: expect.stringContaining(run.id),
    });
    await pauseRun(world.ctx, { id: run.id });
    await world.end(run.id);
  });
}
