import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ClearanceSettings } from "@/lib/shapes/clearance";
import type { Plan } from "@/lib/shapes/plan";
import type { Run } from "@/lib/shapes/run";
import type { Access } from "@/scripts/elasticsearch/obtained";
import { applyPlan, applyPlanInput } from "./apply-plan";
import { cancelRun } from "./cancel-run";
import { ClearanceWorld, levels, type Stored, someDocuments } from "./clearance-world.suite";
import { excludeChanges, excludeChangesInput } from "./exclude-changes";
import { pauseRun } from "./pause-run";
import { resumeRun } from "./resume-run";
import { retryFindings, retryFindingsInput } from "./retry-findings";
import { setPace } from "./set-pace";
import { showRun } from "./show-run";

const bulk = /\/_bulk/;
const search = /\/_search/;

/** Small batches, so that few documents take many requests. */
const batch = 20;

/** A plan whose run sends small batches, or works under other settings than usual. */
export async function planned(
  world: ClearanceWorld,
  index: string,
  input: object = {},
  settings: Partial<ClearanceSettings> = {},
): Promise<Plan> {
  const plan = await world.plan(index, input);
  await world.ctx.database.run(`UPDATE "Plan" SET "settings" = "settings"::jsonb || $2::jsonb WHERE "id" = $1`, [
    plan.id,
    JSON.stringify({ batchDocuments: batch, ...settings }),
  ]);
  return plan;
}

export const outcomeOf = ({ state, total, outcome }: Run) => ({ state, total, ...outcome });

/** What a plan's application leaves: everything as it was but for the documents named, which hold the value at the next version. */
function expectOnly(
  before: ReadonlyMap<string, Stored>,
  after: ReadonlyMap<string, Stored>,
  changed: (source: Record<string, unknown>, id: string) => boolean,
): void {
  expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
  for (const [id, { version, source }] of before) {
    const set = changed(source, id);
    const wanted = set ? { version: version + 1, source: { ...source, clearance_level: 1 } } : { version, source };
    expect(after.get(id), id).toEqual(wanted);
    // No key moved, either.
    if (!set) expect(JSON.stringify(after.get(id)?.source)).toBe(JSON.stringify(source));
  }
}

const lacks = (source: Record<string, unknown>) => !("clearance_level" in source);

/** How plans over documents are carried out, by whatever server is there. */
export function describeApplying(
  name: string,
  open: () => Promise<{ access: Access; close: () => Promise<void> }>,
): void {
  // A real server shares its machine with the other suites.
  describe(name, { timeout: 60_000 }, () => {
    let world: ClearanceWorld;
    let closeServer = async () => {};
    beforeAll(async () => {
      const { access, close } = await open();
      closeServer = close;
      world = await ClearanceWorld.open(access);
    });
    afterAll(async () => {
      await world?.close();
      await closeServer();
    });

    const findings = (run: Run) =>
      world.ctx.database.prisma.finding
        .findMany({ where: { runId: run.id }, orderBy: { recordId: "asc" } })
        .then((rows) => rows.map(({ recordId, kind, reason, detail }) => ({ id: recordId, kind, reason, detail })));

    it("sets the field in one namespace, then everywhere, touches nothing else, and nothing the second time", async () => {
      const index = await world.index(someDocuments(300));
      const before = await world.stored(index);
      const plan = await planned(world, index, { all: undefined, namespaces: ["alpha"] });
      const run = await world.end((await world.apply(plan)).id);
      expect(outcomeOf(run)).toMatchObject({ state: "succeeded", total: 120, written: 120, unchanged: 0 });
      expect(run.verified).toMatchObject({ ok: 1, failed: 0 });
      const afterOne = await world.stored(index);
      expectOnly(before, afterOne, (source) => source.namespace === "alpha" && lacks(source));

      const all = await planned(world, index);
      const whole = await world.end((await world.apply(all)).id);
      expect(outcomeOf(whole)).toMatchObject({ state: "succeeded", total: 150, written: 150 });
      const after = await world.stored(index);
      expectOnly(before, after, lacks);
      expect([...after.values()].filter(({ source }) => source.clearance_level === 3)).toHaveLength(30);

      expect(await applyPlan(world.ctx, applyPlanInput.parse({ id: all.id }))).toMatchObject({ already: true });
      const again = await planned(world, index);
      expect(again.counts).toMatchObject({ create: 0, update: 0 });
      expect(await applyPlan(world.ctx, applyPlanInput.parse({ id: again.id }))).toMatchObject({ run: null });
      expect(await world.stored(index)).toEqual(after);
    });

    it("overwrites only what was reviewed, and leaves alone what moved since", async () => {
      const index = await world.index(someDocuments(100));
      const plan = await planned(world, index, { documents: "every", overwrite: true });
      expect(plan.counts).toMatchObject({ create: 90, update: 10 });
      const reviewed = await world.stored(index);
      const now = (id: number, change: object) =>
        world.put(index, [{ ...reviewed.get(String(id))?.source, ...change }], id);
      await now(1, { title: "Edited" });
      await now(2, { clearance_level: 2 });
      await now(3, { clearance_level: 1 });
      await now(10, { clearance_level: 2 });
      await now(20, { title: "Edited" });
      await now(4, { clearance_level: [4, 5] });
      await world.must("DELETE", `/${index}/_doc/5?refresh=true`);
      const before = await world.stored(index);
      const run = await world.end((await world.apply(plan)).id);
      expect(outcomeOf(run)).toEqual({
        state: "succeeded-with-findings",
        total: 100,
        written: 95,
        unchanged: 1,
        skipped: 1,
        failed: 0,
        drifted: 3,
      });
      expect((await findings(run)).map(({ id, kind, reason }) => [id, kind, reason])).toEqual([
        ["10", "drifted", "target-changed"],
        ["2", "drifted", "target-changed"],
        ["4", "skipped", "unreadable"],
        ["5", "drifted", "target-changed"],
      ]);
      const left = ["2", "3", "4", "10"];
      expectOnly(before, await world.stored(index), (_, id) => !left.includes(id));
    });

    it("sets documents that came since the review, leaves what was taken out, and says what it saw", async () => {
      const index = await world.index(someDocuments(60));
      const plan = await planned(world, index);
      await excludeChanges(world.ctx, excludeChangesInput.parse({ id: plan.id, records: ["1", "2"], include: false }));
      await world.put(index, [{ namespace: "gamma" }, { clearance_level: 2 }, { namespace: "alpha", x: null }], 60);
      const before = await world.stored(index);
      const run = await world.end((await world.apply(plan)).id);
      expect(outcomeOf(run)).toMatchObject({ state: "succeeded", total: 54, written: 54 });
      expectOnly(before, await world.stored(index), (source, id) => lacks(source) && id !== "1" && id !== "2");
      const [segment] = await world.ctx.database.prisma.segment.findMany({ where: { runId: run.id } });
      expect(segment?.verdict).toMatchObject({
        ok: true,
        arrivedLater: 2,
        sampled: 54,
        words: expect.stringContaining("2 are without, left so on purpose"),
      });
    });

    it("reaches documents behind an alias, of the same ID in two indexes, with routing and without a namespace", async () => {
      const indices = [await world.index(someDocuments(30)), await world.index(someDocuments(30))];
      const alias = world.name();
      await world.must("POST", "/_aliases", { actions: indices.map((index) => ({ add: { index, alias } })) });
      for (const [at, index] of indices.entries()) {
        await world.must("PUT", `/${index}/_doc/routed?routing=r${at}&refresh=true`, { namespace: "alpha" });
        await world.must("PUT", `/${index}/_doc/none?refresh=true`, { text: "of nobody" });
      }
      const plan = await planned(world, alias);
      await excludeChanges(world.ctx, excludeChangesInput.parse({ id: plan.id, records: ["none"], include: false }));
      const moved = { namespace: "alpha", text: "moved" };
      await world.must("PUT", `/${indices[1]}/_doc/routed?routing=r1&refresh=true`, moved);
      const before = await Promise.all(indices.map((index) => world.stored(index)));
      const run = await world.end((await world.apply(plan)).id);
      expect(outcomeOf(run)).toMatchObject({ state: "succeeded", total: 56, written: 56, unchanged: 0 });
      for (const [at, index] of indices.entries())
        expectOnly(before[at] ?? new Map(), await world.stored(index), (source, id) => lacks(source) && id !== "none");
    });

    it("loses no edit of somebody who writes at the same time, whatever is edited", async () => {
      const index = await world.index(someDocuments(300));
      const before = await world.stored(index);
      const plan = await planned(world, index);
      const edits = new Map<string, Record<string, unknown>>();
      // Documents of the very request that is on its way, so that each edit is one that the request doesn't know of.
      const editing = [2, 4, 6, 8].map((nth) =>
        world.between.at(bulk, nth, async ({ body }) => {
          const ids = [...body.matchAll(/"_id":"(\d+)"/g)].flatMap(([, id]) => (id === undefined ? [] : [id]));
          const some = ids.filter((id) => !edits.has(id)).slice(0, 4);
          for (const [at, id] of some.entries()) {
            const source = before.get(id)?.source ?? {};
            const edited = at === 0 ? { ...source, clearance_level: 2 } : { ...source, title: `Edited ${id}` };
            edits.set(id, edited);
            await world.put(index, [edited], Number(id));
          }
        }),
      );
      const run = await world.end((await world.apply(plan)).id);
      await Promise.all(editing);
      expect(edits.size).toBe(16);
      expect(outcomeOf(run)).toMatchObject({ state: "succeeded-with-findings", total: 270, written: 266, drifted: 4 });
      const after = await world.stored(index);
      for (const [id, { version, source }] of before) {
        const edited = edits.get(id);
        const now = edited ?? source;
        const set = lacks(now);
        expect(after.get(id), id).toEqual({
          version: version + (edited ? 1 : 0) + (set ? 1 : 0),
          source: set ? { ...now, clearance_level: 1 } : now,
        });
      }
    });

    it("writes nothing twice that was written before the worker died, and counts it", async () => {
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
      const index = await world.index(someDocuments(400));
      const run = await world.apply(await planned(world, index, {}, { documentsPerSecond: 40 }));
      await delay(3000);
      const { state, outcome } = await showRun(world.ctx, { id: run.id });
      expect(state).toBe("running");
      expect(outcome.written).toBeGreaterThan(20);
      expect(outcome.written).toBeLessThanOrEqual(40 * 4);
      const lifted = performance.now();
      await setPace(world.ctx, { id: run.id, perSecond: null });
      expect(outcomeOf(await world.end(run.id))).toMatchObject({ state: "succeeded", written: 360 });
      expect(performance.now() - lifted).toBeLessThan(4000);
    });

    it("stops with the reason when writes are blocked in mid-run, and goes on once the block is gone", async () => {
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
      // What is made anew under the name isn't what was reviewed.
      await world.must("PUT", `/${index}`, { mappings: { properties: levels } });
      await world.put(index, someDocuments(300));
      const before = await world.stored(index);
      await resumeRun(world.ctx, { id: run.id });
      expect(await world.end(run.id)).toMatchObject({ state: "failed", error: { code: "index-replaced" } });
      expect(await world.stored(index)).toEqual(before);
    });

    it("begins a pass anew when its point in time is lost", async () => {
      const index = await world.index(someDocuments(20));
      const plan = await planned(world, index);
      await world.put(index, someDocuments(50).slice(20), 20);
      const before = await world.stored(index);
      const lost = world.between.at(search, 1, async () => {
        await world.ask("DELETE", "/_pit", { id: world.between.points.at(-1) });
      });
      const run = await world.end((await world.apply(plan)).id);
      await lost;
      expect(outcomeOf(run)).toMatchObject({ state: "succeeded", total: 45, written: 45 });
      expectOnly(before, await world.stored(index), lacks);
    });

    it("leaves one bad document with its reason, and tries it again alone once it is mended", async () => {
      const index = await world.index(
        someDocuments(100).map((document, at) => (at === 7 ? { ...document, page: "seven" } : document)),
        { dynamic: false, properties: levels },
      );
      await world.must("PUT", `/${index}/_mapping`, { properties: { page: { type: "integer" } } });
      const before = await world.stored(index);
      const run = await world.end((await world.apply(await planned(world, index))).id);
      expect(outcomeOf(run)).toMatchObject({ state: "succeeded-with-findings", total: 90, written: 89, failed: 1 });
      expect(await findings(run)).toMatchObject([{ id: "7", kind: "failed", reason: "mapping-refused" }]);
      expectOnly(before, await world.stored(index), (source, id) => lacks(source) && id !== "7");
      const mended = { ...before.get("7")?.source, page: 7 };
      await world.put(index, [mended], 7);
      const { run: retry } = await retryFindings(world.ctx, retryFindingsInput.parse({ id: run.id }));
      expect(outcomeOf(await world.end(retry.id))).toMatchObject({
        state: "succeeded",
        total: 1,
        written: 1,
        unchanged: 0,
      });
      expect((await world.stored(index)).get("7")?.source).toEqual({ ...mended, clearance_level: 1 });
    });

    it("refuses a second run over the same documents with the name of the first", async () => {
      const index = await world.index(someDocuments(40));
      const one = await planned(world, index, {}, { documentsPerSecond: 4 });
      const other = await planned(world, index);
      const run = await world.apply(one);
      await expect(world.apply(other)).rejects.toMatchObject({
        code: "documents-busy",
        what: expect.stringContaining(run.id),
      });
      await pauseRun(world.ctx, { id: run.id });
      await world.end(run.id);
    });
  });
}
