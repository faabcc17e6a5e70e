import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { sweepAttention } from "@/lib/runs/attention/sweep";
import { noteAnalysed } from "@/lib/runs/plans/readings";
import { listFleet, listFleetInput } from "../fleet/list-fleet";
import { showOverview } from "../overview/show-overview";
import type { Context } from "../verbs/context";
import { openTestContext, putRun, someSettings, sourceIndex, targetIndex } from "../verbs/testing";
import { browseNamespaces, browseNamespacesInput } from "./browse-namespaces";
import { forgetRefreshes } from "./inventory";
import { showDifferences, showDifferencesInput } from "./show-differences";

let closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing) await close();
  closing = [];
});

/** Two projects, each with indexes of the same two names, over one database. */
async function twoProjects() {
  const one = await openTestContext({ source: { a: 5, shared: 9 }, target: { a: 5, shared: 2 }, account: "one" });
  const { database } = one.ctx;
  const other = await openTestContext({
    source: { b: 3, shared: 1 },
    target: { shared: 1 },
    account: "other",
    database,
  });
  closing = [one.close];
  return { one: one.ctx, other: other.ctx, opened: { one, other } };
}

const counts = async (ctx: Context) =>
  (await browseNamespaces(ctx, browseNamespacesInput.parse({}))).rows.map((row) => [
    row.name,
    row.source?.value ?? null,
    row.target?.value ?? null,
  ]);
const ofOne = [
  ["a", 5, 5],
  ["shared", 9, 2],
];
const ofOther = [
  ["b", 3, null],
  ["shared", 1, 1],
];

/** An analysis of the namespace that both have, as the engine notes it. */
async function analysed(ctx: Context, account: string, creates: number): Promise<void> {
  const [id, namespaces] = [`run-${account}`, ["shared"]];
  const settings = {
    ...someSettings,
    source: { index: sourceIndex, account },
    target: { index: targetIndex, account },
  };
  const plan = {
    id: `plan-${account}`,
    kind: "mirror",
    state: "planning",
    namespaces,
    settings,
    settingsHash: account,
  };
  await ctx.database.prisma.plan.create({ data: { ...plan, createdBy: "x" } });
  const chunk = { planId: plan.id, namespace: "shared", sequence: 0, firstId: "a", lastId: "z", unchanged: 0 };
  await ctx.database.prisma.chunk.create({ data: { ...chunk, creates: [], orphans: [], createCount: creates } });
  await putRun(ctx, id, { kind: "plan", state: "running", planId: plan.id, namespaces, settings }, [
    { namespace: "shared", state: "done" },
  ]);
  await noteAnalysed(ctx.database, id);
}

test("two projects with indexes of the same names share no counts, no readings and no items that wait", async () => {
  const { one, other } = await twoProjects();
  expect(await counts(one)).toEqual(ofOne);
  expect(await counts(other)).toEqual(ofOther);
  // The other's refresh took nothing away.
  forgetRefreshes(one);
  expect(await counts(one)).toEqual(ofOne);
  expect((await showOverview(one, {})).source.vectors).toBe(14);
  expect((await showOverview(other, {})).source.vectors).toBe(4);

  await analysed(one, "one", 7);
  await analysed(other, "other", 0);
  const outOfSync = async (ctx: Context) =>
    (await listFleet(ctx, listFleetInput.parse({ name: "shared" }))).rows.map(({ standing, trend }) => [
      standing?.outOfSync,
      trend.map((point) => point.outOfSync),
    ]);
  expect(await outOfSync(one)).toEqual([[7, [7]]]);
  expect(await outOfSync(other)).toEqual([[0, [0]]]);
  for (const [ctx, differences] of [
    [one, 7],
    [other, 0],
  ] as const) {
    for (const of of [{}, { name: "shared" }])
      expect(
        (await showDifferences(ctx, showDifferencesInput.parse(of))).points.map((point) => point.outOfSync),
      ).toEqual([differences]);
  }

  await one.database.run(`UPDATE "Plan" SET "state" = 'stale'`);
  await one.database.run(`UPDATE "Run" SET "state" = 'succeeded'`);
  for (const ctx of [one, other, one, other]) await sweepAttention(ctx, new Date());
  const row = z.object({ account: z.string(), places: z.array(z.string()), records: z.number(), solved: z.boolean() });
  const items = await one.database.rows(
    row,
    `SELECT "account", "places", "records", "solvedAt" IS NOT NULL AS solved FROM "Attention" WHERE "cause" = 'target-missing'`,
  );
  expect(items).toEqual([{ account: "one", places: ["shared"], records: 7, solved: false }]);
});

test("what was kept by an index's name alone belongs to the account that is met first", async () => {
  const { one, other, opened } = await twoProjects();
  await one.database.run(
    `INSERT INTO "Inventory" ("side", "index", "at", "metric") VALUES ('source', $1, now(), 'cosine'), ('target', $2, now(), 'cosine')`,
    [sourceIndex, targetIndex],
  );
  await one.database.run(
    `INSERT INTO "NamespaceCount" ("side", "index", "namespace", "value", "exact") VALUES ('source', $1, 'kept', 4, true)`,
    [sourceIndex],
  );
  await one.database.run(
    `INSERT INTO "Standing" ("source", "target", "namespace", "analysedAt", "creates", "updates", "unchanged", "orphans", "problems")
     VALUES ($1, $2, 'kept', now(), 2, 0, 0, 0, 0)`,
    [sourceIndex, targetIndex],
  );
  expect(await counts(one)).toEqual([["kept", 4, null]]);
  expect(opened.one.source.calls).toMatchObject({ namespaces: 0 });
  const kept = (await browseNamespaces(one, browseNamespacesInput.parse({}))).rows[0];
  expect(kept?.comparison).toMatchObject({ create: 2 });
  expect(await counts(other)).toEqual(ofOther);
});

test("an index that can't be asked for is the one that was met last, and one that isn't there has no counts", async () => {
  const { one, other } = await twoProjects();
  await counts(one);
  const deaf = {
    ...one,
    source: Object.create(one.source, { inspect: { value: async () => Promise.reject(new Error("away")) } }),
  };
  expect(await counts(deaf)).toEqual(ofOne);
  const missing = await openTestContext({ source: { b: 3 }, target: null, account: "third", database: one.database });
  expect(await counts(missing.ctx)).toEqual([["b", 3, null]]);
  expect(await counts(other)).toEqual(ofOther);
});
