import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { facetsOf } from "@/lib/plan/facets";
import { packFacets } from "@/lib/runs/review/facet-blocks";
import type { World } from "@/lib/runs/testing/testing";
import { type Change, changeKinds, changeSigns, differenceSchema } from "@/lib/shapes/plans/change";
import type { Context } from "../verbs/context";
import { parseInput } from "../verbs/parse-input";
import type { ChangeFilters } from "./change-input";
import { readChangePage } from "./change-view";
import { excludeChanges } from "./exclude-changes";
import { exportChanges } from "./export-changes";
import { listChangeFacets } from "./list-change-facets";
import { listChanges } from "./list-changes";
import { listPlans, listPlansInput } from "./list-plans";
import { allChanges, namespaces, openReviewed } from "./reviewed-plan.suite";
import { showChange } from "./show-change";
import { showPlanStanding } from "./show-plan-standing";

let world: World;
let ctx: Context;
let id: string;

beforeAll(async () => {
  ({ world, ctx, id } = await openReviewed());
});
afterAll(() => world.close());

const all = (filters: Omit<ChangeFilters, "id">, limit?: number) => allChanges(ctx, id, filters, limit);

function matches(change: Change, filters: Omit<ChangeFilters, "id">): boolean {
  const differing = (change.differences ?? []).filter(
    (one) =>
      (filters.key === undefined || one.key === filters.key) &&
      (filters.sign === undefined || one.sign === filters.sign),
  );
  const keyed = filters.key === undefined && filters.sign === undefined;
  return (
    (filters.kind === undefined || change.kind === filters.kind) &&
    (filters.namespace === undefined || change.namespace === filters.namespace) &&
    (keyed || (change.kind === "update" && differing.length > 0)) &&
    (filters.textChanged === undefined || change.textChanged === filters.textChanged) &&
    (filters.reason === undefined || change.reason === filters.reason) &&
    (filters.search === undefined || change.id.includes(filters.search)) &&
    (filters.excluded === undefined || (filters.excluded ? change.excluded : !change.excluded))
  );
}

const share = fc.double({ min: 0, max: 1.2, noNaN: true });

test("lists by any filters, in pages of any size and from any place, are what a look at every change finds, each once", async () => {
  await excludeChanges(ctx, { id, records: ["doc0-0012", "doc1-0019"], include: false });
  const everything = await all({}, 500);
  const names = everything.map((one) => `${one.kind} ${one.namespace} ${one.id}`);
  expect(new Set(names).size).toBe(names.length);
  const filters = fc.record(
    {
      kind: fc.constantFrom(...changeKinds),
      namespace: fc.constantFrom(...namespaces, "nowhere"),
      key: fc.constantFrom("page", "added", "gone", "text", "never"),
      sign: fc.constantFrom(...changeSigns),
      textChanged: fc.boolean(),
      reason: fc.constantFrom("no-text" as const, "unreadable" as const),
      search: fc.constantFrom("doc", "c0-", "1-0019", "9", "zzz"),
      excluded: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(filters, fc.integer({ min: 1, max: 40 }), share, async (chosen, limit, place) => {
      const got = (await all(chosen, limit)).map((one) => `${one.kind} ${one.namespace} ${one.id}`);
      const expected = everything
        .filter((one) => matches(one, chosen))
        .map((one) => `${one.kind} ${one.namespace} ${one.id}`);
      expect([...got].sort()).toEqual(expected.sort());
      const offset = Math.floor(got.length * place);
      const page = await listChanges(ctx, { id, ...chosen, offset, limit });
      expect(page).toMatchObject({ offset, matching: got.length });
      const names = page.changes.map((one) => `${one.kind} ${one.namespace} ${one.id}`);
      expect(names).toEqual(got.slice(offset, offset + limit));
    }),
    { numRuns: 80 },
  );
  await excludeChanges(ctx, { id, all: true, include: true });
});

test("facets count in how many records each key differs", async () => {
  const updates = await all({ kind: "update" }, 500);
  const { keys, text } = await listChangeFacets(ctx, { id, limit: 200 });
  for (const { sign, key, count } of keys)
    expect(count).toBe(updates.filter((one) => one.differences?.some((d) => d.key === key && d.sign === sign)).length);
  expect(text.changed + text.kept).toBe(updates.length);
  expect(keys.map((facet) => `${facet.sign}${facet.key}`).sort()).toEqual(["+added", "-gone", "~page", "~text"]);
});

test("facets count among the records that match, but don't narrow their own choice", async () => {
  const filters = { namespace: "beta", search: "doc1", textChanged: false };
  const updates = await all({ ...filters, kind: "update" }, 500);
  const { keys, text } = await listChangeFacets(ctx, {
    id,
    ...filters,
    kind: "update",
    key: "page",
    sign: "~",
    limit: 200,
  });
  expect(keys.length).toBeGreaterThan(1);
  for (const { sign, key, count } of keys)
    expect(count).toBe(updates.filter((one) => one.differences?.some((d) => d.key === key && d.sign === sign)).length);
  const { matching: changed } = await listChanges(ctx, { id, ...filters, textChanged: true, limit: 1 });
  expect(text).toEqual({ changed, kept: updates.length });
  const problems = await all({ kind: "problem", search: "doc0" }, 500);
  const { reasons } = await listChangeFacets(ctx, { id, kind: "problem", search: "doc0", limit: 200 });
  expect(reasons).toEqual([{ reason: "no-text", count: problems.length }]);
});

test("a plan whose chunks' facets weren't put together yet answers alike, and they are put together once", async () => {
  const { database } = ctx;
  const filters: Omit<ChangeFilters, "id">[] = [
    {},
    { key: "page", textChanged: false },
    { sign: "-" },
    { reason: "no-text" },
  ];
  const answers = async () => {
    // What was worked out is kept for a database: one that looks like another has nothing kept.
    const cold = { ...ctx, database: { ...database } };
    return Promise.all(
      filters.flatMap((one) => [
        listChanges(cold, { id, ...one, limit: 500 }),
        listChangeFacets(cold, { id, ...one, limit: 200 }),
      ]),
    );
  };
  const before = await answers();
  const blocks = () =>
    database.prisma.facetBlock.findMany({ orderBy: [{ facet: "asc" }, { sign: "asc" }, { key: "asc" }] });
  const packed = await blocks();
  await unpack();
  expect(await answers()).toEqual(before);
  await Promise.all([packFacets(database, id), packFacets(database, id)]);
  expect(await blocks()).toEqual(packed);
  expect(await database.prisma.changeFacet.count()).toBe(0);
  expect(await answers()).toEqual(before);
});

/** Puts the plan back into the state in which its chunks were written. */
async function unpack() {
  const { database } = ctx;
  await database.run(`DELETE FROM "FacetBlock"`);
  for (const { namespace, sequence } of await database.prisma.chunk.findMany({ where: { planId: id } })) {
    const rows = await database.prisma.change.findMany({
      where: { planId: id, namespace, sequence },
      orderBy: { position: "asc" },
    });
    const updates = rows
      .filter((row) => row.kind === "update")
      .map((row) => ({ ...row, differences: differenceSchema.array().parse(JSON.parse(row.differences)) }));
    const reasons = rows.flatMap((row) => (row.kind === "problem" ? [row.reason ?? ""] : []));
    const facets = facetsOf(updates, reasons);
    await database.prisma.changeFacet.createMany({
      data: facets.map((facet) => ({ ...facet, planId: id, namespace, sequence })),
    });
  }
}

test("a quick answer says that it isn't whole, and asking again makes it so", async () => {
  const { database } = ctx;
  const cold = { ...database };
  const filters = { id, search: "doc1" };
  expect(await readChangePage(cold, filters, null, { limit: 5, until: 0 })).toEqual({
    ...{ changes: [], offset: 0, matching: 0, exact: false, next: null },
  });
  const whole = await readChangePage(database, filters, null, { limit: 5, until: null });
  expect(whole).toMatchObject({ exact: true, matching: (await all({ search: "doc1" })).length });
  // Small as it is, what was begun above ends in time.
  await expect
    .poll(() => listChanges({ ...ctx, database: cold }, { ...filters, quick: true, limit: 5 }))
    .toMatchObject({
      exact: true,
      matching: whole.matching,
    });
  expect(await listChangeFacets(ctx, { ...filters, quick: true, limit: 200 })).toMatchObject({ exact: true });
});

test("plans are found by kind, state and namespace, a page at a time", async () => {
  const found = async (input: object) =>
    (await listPlans(ctx, parseInput(listPlansInput, input))).plans.map((one) => one.id);
  expect(await found({ kind: "mirror", state: ["ready", "approved"], namespace: "gamma" })).toEqual([id]);
  expect(await found({ namespace: "__default__" })).toEqual([id]);
  for (const search of [id.slice(5, 12), "AMM"]) expect(await found({ search })).toEqual([id]);
  for (const none of [{ kind: "clearance" }, { state: ["stale"] }, { namespace: "nowhere" }, { search: "amm_" }])
    expect(await found(none)).toEqual([]);
  const [plan] = (await listPlans(ctx, { limit: 1 })).plans;
  expect(plan).toMatchObject({ namespaces: [...namespaces], namespaceCount: 3 });
  expect(await listPlans(ctx, { limit: 1, names: 1 })).toEqual({
    plans: [{ ...plan, namespaces: namespaces.slice(0, 1) }],
    matching: 1,
    next: null,
  });
});

test("a plan says what stands against it before anybody tries to apply it, and which runs belong to it", async () => {
  const standing = await showPlanStanding(ctx, { id });
  expect(standing).toMatchObject({ stale: [], runs: [{ kind: "plan", state: "succeeded-with-findings" }] });
  const hours = (Date.parse(standing.validUntil ?? "") - Date.now()) / 3_600_000;
  expect(Math.abs(hours - 24)).toBeLessThan(0.1);
  const { policy } = ctx.config;
  const moved = { ...ctx, config: { ...ctx.config, policy: { ...policy, update: "always" as const } } };
  expect((await showPlanStanding(moved, { id })).stale).toEqual([
    "The update policy was when-text-changed and is always.",
  ]);
  const { database } = ctx;
  await database.run(`UPDATE "Plan" SET "readyAt" = "readyAt" - interval '25 hours' WHERE "id" = $1`, [id]);
  expect((await showPlanStanding(ctx, { id })).stale).toHaveLength(1);
  expect((await listPlans(ctx, { state: ["stale"], limit: 5 })).plans).toMatchObject([{ id, state: "stale" }]);
  await database.run(`UPDATE "Plan" SET "readyAt" = "readyAt" + interval '25 hours' WHERE "id" = $1`, [id]);
});

test("a list shortens long values, one change and the export have them whole", async () => {
  const [listed] = (await listChanges(ctx, { id, key: "added", limit: 1 })).changes;
  const added = (change: Change | undefined) => change?.differences?.find((one) => one.key === "added");
  expect(added(listed)).toMatchObject({ shortened: true, source: "x".repeat(300) });
  const shown = await showChange(ctx, { id, namespace: listed?.namespace ?? "", record: listed?.id ?? "" });
  expect(added(shown.change)).toEqual({ sign: "+", key: "added", source: "x".repeat(1000) });
  expect(shown).toMatchObject({ drift: null, target: { text: "same" }, written: { clearance_level: 1 } });
  const lines: string[] = [];
  for await (const chunk of await exportChanges(ctx, { id, format: "jsonl" }))
    lines.push(...chunk.split("\n").filter(Boolean));
  expect(lines.map((line) => JSON.parse(line))).toEqual(expect.arrayContaining([shown.change]));
  expect(lines).toHaveLength((await all({}, 500)).length);
  let csv = "";
  for await (const chunk of await exportChanges(ctx, { id, format: "csv", kind: "update" })) csv += chunk;
  expect(csv).toContain(`,only in source,added,${"x".repeat(1000)},`);
});

test("unknown plans, changes and cursors are told apart", async () => {
  await expect(listChanges(ctx, { id: "plan-none", limit: 5 })).rejects.toMatchObject({ code: "plan-not-found" });
  await expect(showChange(ctx, { id, namespace: "beta", record: "doc" })).rejects.toMatchObject({
    code: "change-not-found",
  });
  await expect(listChanges(ctx, { id, limit: 5, cursor: "x" })).rejects.toMatchObject({ code: "invalid-cursor" });
  await expect(excludeChanges(ctx, { id, include: false })).rejects.toMatchObject({ code: "nothing-chosen" });
});
