import { expect, it } from "vitest";
import { applyPlan, applyPlanInput } from "../plans/apply-plan";
import { excludeChanges, excludeChangesInput } from "../plans/exclude-changes";
import { listChanges, listChangesInput } from "../plans/list-changes";
import { listFindings, listFindingsInput } from "../runs/list-findings";
import { retryFindingsInput } from "../runs/retry-choice";
import { retryFindings } from "../runs/retry-findings";
import { expectOnly, findingsOf, lacks, outcomeOf, planned } from "./applied-clearance.suite";
import { type ClearanceWorld, levels, someDocuments } from "./clearance-world.suite";

const bulk = /\/_bulk/;
const _search = /\/_search/;

/** Which documents a run writes, and that it touches nothing else. */
export function testWriting(open: () => ClearanceWorld): void {
  it("sets the field in one namespace, then everywhere, touches nothing else, and nothing the second time", async () => {
    const world = open();
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
    const world = open();
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
    expect((await findingsOf(world, run)).map(({ id, kind, reason }) => [id, kind, reason])).toEqual([
      ["10", "drifted", "target-changed"],
      ["2", "drifted", "target-changed"],
      ["4", "skipped", "unreadable"],
      ["5", "drifted", "target-changed"],
    ]);
    const left = ["2", "3", "4", "10"];
    expectOnly(before, await world.stored(index), (_, id) => !left.includes(id));
  });

  it("leaves documents that came since the review as they are, and says how many", async () => {
    const world = open();
    const index = await world.index(someDocuments(60));
    const plan = await planned(world, index);
    await excludeChanges(world.ctx, excludeChangesInput.parse({ id: plan.id, records: ["1"], include: false }));
    await world.put(index, [{ namespace: "gamma" }, { clearance_level: 2 }, { namespace: "alpha" }], 60);
    const before = await world.stored(index);
    const run = await world.end((await world.apply(plan)).id);
    expect(outcomeOf(run)).toMatchObject({ state: "succeeded", written: plan.counts.create - 1 });
    expect(run.total).toBe(plan.counts.create - 1);
    expectOnly(before, await world.stored(index), (source, id) => lacks(source) && id !== "1" && Number(id) < 60);
    const [segment] = await world.ctx.database.prisma.segment.findMany({ where: { runId: run.id } });
    expect(segment?.verdict).toMatchObject({
      arrivedLater: 2,
      words: expect.stringContaining(
        "3 are without: 2 came since the plan (plan again), 1 taken out, or left alone with a finding",
      ),
    });
    const events = await world.ctx.database.prisma.event.findMany({ where: { runId: run.id, code: "came-since" } });
    expect(events.map(({ message }) => message)).toEqual([
      "2 documents without a value came since the plan: plan again.",
    ]);
  });

  it("names values that searches don't find, in the plan and after it was applied, and sets them where asked", async () => {
    const world = open();
    const properties = { namespace: { type: "keyword" }, clearance_level: { type: "integer", ignore_malformed: true } };
    const levels = [
      {},
      { clearance_level: "" },
      { clearance_level: "secret" },
      { clearance_level: 1 },
      { clearance_level: 99_999_999_999 },
    ];
    const index = await world.index(
      levels.map((level) => ({ namespace: "legal", ...level })),
      { properties },
    );
    for (const input of [{}, { documents: "every" }]) {
      const plan = await planned(world, index, input);
      expect(plan.counts).toMatchObject({ create: 1, update: 0, problem: 3 });
    }
    const run = await world.end((await world.apply(await planned(world, index))).id);
    expect(outcomeOf(run)).toMatchObject({ state: "succeeded-with-findings", written: 1, skipped: 3 });
    expect((await findingsOf(world, run)).map(({ id, reason }) => [id, reason])).toEqual([
      ["1", "not-indexed"],
      ["2", "not-indexed"],
      ["4", "not-indexed"],
    ]);
    const again = await planned(world, index, { unindexed: true });
    expect(again.counts).toMatchObject({ create: 0, update: 3, problem: 0 });
    expect(outcomeOf(await world.end((await world.apply(again)).id))).toMatchObject({ state: "succeeded", written: 3 });
    expect((await planned(world, index)).counts).toMatchObject({ total: 5, unchanged: 5 });
  });

  it("sets documents that came since the review where that was asked for, leaves what was taken out, and says what it saw", async () => {
    const world = open();
    const index = await world.index(someDocuments(60));
    const plan = await planned(world, index);
    await excludeChanges(world.ctx, excludeChangesInput.parse({ id: plan.id, records: ["1", "2"], include: false }));
    await world.put(index, [{ namespace: "gamma" }, { clearance_level: 2 }, { namespace: "alpha", x: null }], 60);
    const before = await world.stored(index);
    const run = await world.end((await world.apply(plan, world.ctx, { includeNew: true })).id);
    expect(outcomeOf(run)).toMatchObject({ state: "succeeded", total: 54, written: 54 });
    expectOnly(before, await world.stored(index), (source, id) => lacks(source) && id !== "1" && id !== "2");
    const [segment] = await world.ctx.database.prisma.segment.findMany({ where: { runId: run.id } });
    expect(segment?.verdict).toMatchObject({
      ok: true,
      arrivedLater: 2,
      sampled: 54,
      words: expect.stringContaining("2 are without: 2 taken out, or left alone with a finding"),
    });
  });

  it("reaches documents behind an alias, of the same ID in two indexes, with routing and without a namespace", async () => {
    const world = open();
    const indices = [await world.index(someDocuments(30)), await world.index(someDocuments(30))];
    const alias = world.name();
    await world.must("POST", "/_aliases", { actions: indices.map((index) => ({ add: { index, alias } })) });
    for (const [at, index] of indices.entries()) {
      await world.must("PUT", `/${index}/_doc/routed?routing=r${at}&refresh=true`, { namespace: "alpha" });
      await world.must("PUT", `/${index}/_doc/none?refresh=true`, { text: "of nobody" });
    }
    const plan = await planned(world, alias);
    const none = { id: plan.id, records: ["none"] };
    const both = excludeChanges(world.ctx, excludeChangesInput.parse(none));
    await expect(both).rejects.toMatchObject({ code: "ambiguous-record" });
    const { plan: excluded } = await excludeChanges(
      world.ctx,
      excludeChangesInput.parse({ ...none, index: indices[0] }),
    );
    expect(excluded.excluded.create).toBe(1);
    const { changes } = await listChanges(world.ctx, listChangesInput.parse({ id: plan.id, search: "none" }));
    expect(changes.map(({ index, excluded: out }) => [index, out]).sort()).toEqual(
      [
        [indices[0], true],
        [indices[1], false],
      ].sort(),
    );
    await excludeChanges(world.ctx, excludeChangesInput.parse({ ...none, index: indices[1] }));
    const moved = { namespace: "alpha", text: "moved" };
    await world.must("PUT", `/${indices[1]}/_doc/routed?routing=r1&refresh=true`, moved);
    for (const index of indices) await world.put(index, [{ namespace: "beta", clearance_level: 2 }], 9);
    const before = await Promise.all(indices.map((index) => world.stored(index)));
    const run = await world.end((await world.apply(plan)).id);
    expect(outcomeOf(run)).toMatchObject({ state: "succeeded-with-findings", total: 56, written: 54, drifted: 2 });
    const { findings } = await listFindings(world.ctx, listFindingsInput.parse({ id: run.id }));
    expect(findings.map(({ id, index }) => [id, index]).sort()).toEqual(indices.map((index) => ["9", index]).sort());
    for (const [at, index] of indices.entries())
      expectOnly(before[at] ?? new Map(), await world.stored(index), (source, id) => lacks(source) && id !== "none");
  });

  it("loses no edit of somebody who writes at the same time, whatever is edited", async () => {
    const world = open();
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

  it("leaves one bad document with its reason, and tries it again alone once it is mended", async () => {
    const world = open();
    const index = await world.index(
      someDocuments(100).map((document, at) => (at === 7 ? { ...document, page: "seven" } : document)),
      { dynamic: false, properties: levels },
    );
    await world.must("PUT", `/${index}/_mapping`, { properties: { page: { type: "integer" } } });
    const before = await world.stored(index);
    const run = await world.end((await world.apply(await planned(world, index))).id);
    expect(outcomeOf(run)).toMatchObject({ state: "succeeded-with-findings", total: 90, written: 89, failed: 1 });
    expect(await findingsOf(world, run)).toMatchObject([{ id: "7", kind: "failed", reason: "mapping-refused" }]);
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
}
