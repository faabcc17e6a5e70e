import { mkdirSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RouteBook } from "@/lib/routes/open-route";
import { tickSchedules } from "@/lib/runs/schedules/schedules";
import { differenceSentence } from "@/lib/shapes/namespaces/difference";
import type { VectorTarget } from "@/lib/stores/contract";
import { listFleet, listFleetInput } from "../fleet/list-fleet";
import { browseNamespaces, browseNamespacesInput } from "../namespaces/browse-namespaces";
import { countNamespace, countNamespaceInput } from "../namespaces/count-namespace";
import { listNamespaces, listNamespacesInput } from "../namespaces/list-namespaces";
import { refreshNamespaces } from "../namespaces/refresh-namespaces";
import { showDifferences, showDifferencesInput } from "../namespaces/show-differences";
import { showRecord } from "../namespaces/show-record";
import { showOverview } from "../overview/show-overview";
import { listPlans, listPlansInput } from "../plans/list-plans";
import { backUp, backUpInput } from "../runs/back-up";
import { listRuns, listRunsInput } from "../runs/list-runs";
import { listSchedules } from "../schedules/list-schedules";
import { removeSchedule } from "../schedules/remove-schedule";
import { setSchedule, setScheduleInput } from "../schedules/set-schedule";
import type { Context } from "../verbs/context";
import { parseInput } from "../verbs/parse-input";
import { putRun, someSettings } from "../verbs/testing";
import { addRoute, updateRoute } from "./add-route";
import { removeRoute } from "./remove-route";
import { copy, openRouteWorld, type RouteWorld, route } from "./route-world.suite";

let world: RouteWorld;
let ctx: Context;
let dataDir = "";
let index: RouteWorld["index"];
let target: VectorTarget;
beforeAll(async () => {
  world = await openRouteWorld();
  ({ ctx, dataDir, index, target } = world);
});
afterAll(() => world.close());

describe("what is asked along a route", () => {
  const along = { route: "copying" };
  beforeAll(async () => {
    await addRoute(ctx, route("copying", "source:old", "target:copy", { vectors: copy }));
    await target.upsert({ index: "copy", namespace: "a" }, [
      { id: "1", values: [1, 0, 0], metadata: { title: "Uno" } },
    ]);
  });
  afterAll(() => removeRoute(ctx, { name: "copying" }));

  it("is answered by its own ends, and says so", async () => {
    const own = { id: "copying", name: "copying", revision: 1 };
    const overview = await showOverview(ctx, along);
    expect(overview).toMatchObject({
      route: own,
      source: { index: "old" },
      target: { index: "copy", vectors: 1, dimension: 3 },
      embedder: null,
      progress: { sourceVectors: 3, inTarget: 1 },
    });
    const page = await browseNamespaces(ctx, parseInput(browseNamespacesInput, along));
    expect([page.route, page.totals]).toMatchObject([own, { source: 3, target: 1 }]);
    const inCopy = await countNamespace(ctx, parseInput(countNamespaceInput, { ...along, name: "a", exact: true }));
    expect(inCopy).toMatchObject({ source: { value: 2 }, target: { value: 1 } });
    const { differences } = await showRecord(ctx, { ...along, name: "a", record: "1" });
    expect(differences).toContainEqual(expect.objectContaining({ key: "title", target: "Uno" }));
    const fleet = await listFleet(ctx, parseInput(listFleetInput, along));
    expect([fleet.route, fleet.rows.map(({ name }) => name)]).toEqual([own, ["a", "b"]]);
    expect(await showDifferences(ctx, parseInput(showDifferencesInput, along))).toEqual({ route: own, points: [] });
    await refreshNamespaces(ctx, along);
    // The other route's are its own.
    expect(await showOverview(ctx, {})).toMatchObject({
      route: { name: "default" },
      target: { index: "new", vectors: 0 },
    });
  });

  it("pairs the namespaces that it writes under other names, and shows them as the source calls them", async () => {
    const renamed = { route: "renaming" };
    const pairs = { a: "customer-a", b: "customer-b" };
    await index("renamed", 3);
    await addRoute(ctx, route("renaming", "source:old", "target:renamed", { vectors: copy, namespaces: { pairs } }));
    const put = (namespace: string, ids: string[]) =>
      target.upsert(
        { index: "renamed", namespace },
        ids.map((id) => ({ id, values: [1, 0, 0], metadata: { title: "Uno" } })),
      );
    await put("customer-a", ["1", "2", "9"]);
    // Nothing of the source is written to these two, whatever they are called.
    await put("a", ["7"]);
    await put("alien", ["8"]);
    await ctx.database.prisma.vectorSpace.create({
      data: {
        ...{ index: "renamed", account: "", namespace: "customer-a", vectors: 3, model: "m", dimension: 3, task: "" },
        ...{ firstRunId: "run", lastRunId: "run", firstAt: new Date(), lastAt: new Date() },
      },
    });
    const rows = [
      { name: "a", writtenAs: "customer-a", source: { value: 2 }, target: { value: 3 } },
      { name: "a", source: null, target: { value: 1 } },
      { name: "alien", source: null, target: { value: 1 } },
      { name: "b", writtenAs: "customer-b", source: { value: 1 }, target: null },
    ];
    const inOrder = <Row extends { name: string; writtenAs?: string | undefined }>(of: readonly Row[]) =>
      of.toSorted((one, other) =>
        `${one.name} ${one.writtenAs ?? "~"}` < `${other.name} ${other.writtenAs ?? "~"}` ? -1 : 1,
      );
    const listed = await listNamespaces(ctx, parseInput(listNamespacesInput, renamed));
    expect(inOrder(listed.namespaces)).toMatchObject(rows);
    expect(listed.totals).toEqual({ source: 3, target: 5, namespaces: 4 });
    expect(inOrder(listed.namespaces)[0]?.models?.known).toMatchObject([{ vectors: 3 }]);
    const named = await listNamespaces(ctx, parseInput(listNamespacesInput, { ...renamed, names: ["a"] }));
    expect(named.namespaces).toMatchObject([rows[0]]);
    const page = await browseNamespaces(ctx, parseInput(browseNamespacesInput, renamed));
    expect(inOrder(page.rows)).toMatchObject(rows);
    expect(page.totals).toMatchObject({ source: 3, target: 5, namespaces: 4 });
    expect(await showOverview(ctx, renamed)).toMatchObject({
      models: { known: [{ vectors: 3 }] },
      progress: { sourceVectors: 3, inTarget: 2, onlyInTarget: 3, namespacesTotal: 2 },
    });
    const fleet = await listFleet(ctx, parseInput(listFleetInput, renamed));
    expect(inOrder(fleet.rows)).toMatchObject(rows);
    const one = await listFleet(ctx, parseInput(listFleetInput, { ...renamed, name: "a" }));
    expect(one.rows).toMatchObject([rows[0]]);
    const counted = await countNamespace(ctx, parseInput(countNamespaceInput, { ...renamed, name: "a", exact: true }));
    expect(counted).toMatchObject({ ...rows[0], models: { known: [{ vectors: 3 }] } });
    expect(await showRecord(ctx, { ...renamed, name: "a", record: "1" })).toMatchObject({
      ...{ writtenAs: "customer-a", target: { title: "Uno" } },
      differences: expect.arrayContaining([expect.objectContaining({ key: "title", target: "Uno" })]),
    });
    await removeRoute(ctx, { name: "renaming" });
    // Where all is written into one namespace, that is counted once.
    await addRoute(
      ctx,
      route("gathering", "source:old", "target:renamed", { vectors: copy, namespaces: { into: "customer-a" } }),
    );
    const together = await browseNamespaces(ctx, parseInput(browseNamespacesInput, { route: "gathering" }));
    expect(together.totals).toMatchObject({ source: 3, target: 5 });
    // What both are written into has three records of whichever: neither is said to have them, nor to be without any.
    const shared = { writtenAs: "customer-a", target: { value: 3 }, gathers: 2 };
    const both = [
      { name: "a", source: { value: 2 }, ...shared },
      { name: "b", source: { value: 1 }, ...shared },
    ];
    const gathering = { route: "gathering" };
    const lists = [
      together.rows,
      (await listNamespaces(ctx, parseInput(listNamespacesInput, gathering))).namespaces,
      (await listFleet(ctx, parseInput(listFleetInput, gathering))).rows,
    ];
    for (const rows of lists) {
      expect(rows.filter(({ source }) => source !== null)).toMatchObject(both);
      expect(rows.find(({ name }) => name === "alien")).not.toHaveProperty("gathers");
    }
    expect(together.rows.flatMap((row) => (row.source ? [differenceSentence(row)] : []))[0]).toBe(
      "Not compared; the target's count is of 2 namespaces together",
    );
    expect((await showOverview(ctx, { route: "gathering" })).progress).toMatchObject({ inTarget: 3, onlyInTarget: 2 });
    await removeRoute(ctx, { name: "gathering" });
  });

  it("is asked along the one that PORTAGE_ROUTE names where none is named, and refused where that isn't there", async () => {
    const meaning = (name: string): Context => ({ ...ctx, config: { ...ctx.config, route: name } });
    expect((await showOverview(meaning("copying"), {})).route.name).toBe("copying");
    expect((await showOverview(meaning("copying"), { route: "default" })).route.name).toBe("default");
    await expect(showOverview(meaning("gone"), {})).rejects.toMatchObject({ code: "route-not-found" });
  });

  it("has runs, plans and schedules of its own; the same namespaces may be scheduled along each route", async () => {
    const settings = { ...someSettings, route: { name: "copying", revision: 1 } };
    await putRun(ctx, "run-copying", { settings }, []);
    await putRun(ctx, "run-default", {}, []);
    const runs = async (input: object) =>
      (await listRuns(ctx, parseInput(listRunsInput, input))).runs.map(({ id }) => id);
    expect(await runs(along)).toEqual(["run-copying"]);
    expect(await runs({ route: "default" })).toEqual(["run-default"]);
    expect((await runs({})).toSorted()).toEqual(["run-copying", "run-default"]);
    expect((await showOverview(ctx, along)).runs.map(({ id }) => id)).toEqual(["run-copying"]);
    expect((await listPlans(ctx, parseInput(listPlansInput, along))).matching).toBe(0);
    const set = (input: object) =>
      setSchedule(ctx, parseInput(setScheduleInput, { namespaces: ["a"], cron: "0 3 * * *", ...input }));
    const [one, other] = [await set(along), await set({})];
    expect([one.replaced, other.replaced, (await set(along)).replaced]).toEqual([false, false, true]);
    expect(one.schedule.route).toEqual({ id: "copying", name: "copying", revision: 1 });
    const listed = async (input: object) => (await listSchedules(ctx, input)).schedules.map(({ id }) => id);
    expect(await listed(along)).toEqual([one.schedule.id]);
    expect(await listed({})).toHaveLength(2);
    const { rows } = await listFleet(ctx, parseInput(listFleetInput, { ...along, name: "a" }));
    expect(rows[0]?.schedule?.id).toBe(one.schedule.id);
    for (const { schedule } of [one, other]) await removeSchedule(ctx, { id: schedule.id });
  });

  it("is what its schedules work along; where it leads elsewhere since, they wait and say so", async () => {
    const given = { ...along, namespaces: ["a"], cron: "0 3 * * *" };
    const { schedule } = await setSchedule(ctx, parseInput(setScheduleInput, given));
    const due = async () => {
      await ctx.database.run(`UPDATE "Schedule" SET "nextAt" = now(), "phase" = 'idle', "leaseUntil" = NULL`);
      await tickSchedules({ ...ctx, workerName: "test:1" }, new Date(Date.now() + 1000));
      return ctx.database.prisma.schedule.findUniqueOrThrow({ where: { id: schedule.id } });
    };
    const { phase, runId } = await due();
    expect(phase).toBe("planning");
    const run = await ctx.database.prisma.run.findUniqueOrThrow({ where: { id: runId ?? "" } });
    expect(run.settings).toMatchObject({ route: { name: "copying" }, target: { index: "copy" }, vectors: "source" });
    await ctx.database.run(`UPDATE "Run" SET "state" = 'cancelled' WHERE "id" = $1`, [runId]);
    await ctx.database.run(`UPDATE "Plan" SET "state" = 'failed'`);
    await index("elsewhere", 3);
    await updateRoute(ctx, route("copying", "source:old", "target:elsewhere", { vectors: copy }));
    expect(await due()).toMatchObject({
      outcome: "refused",
      words: expect.stringContaining("target index copy; now target index elsewhere"),
    });
    await removeSchedule(ctx, { id: schedule.id });
  });
});

describe("backing up", () => {
  const within = (folders: string[]): Context => {
    const of = { ...ctx, config: { ...ctx.config, folders } };
    return { ...of, routes: new RouteBook(of) };
  };
  const backup = (of: Context, input: object) => backUp(of, parseInput(backUpInput, { all: true, ...input }));

  it("copies one end into a folder below PORTAGE_FOLDERS; the same folder again goes on with it", async () => {
    const root = path.join(dataDir, "backups");
    mkdirSync(root);
    const begun = await backup(within([root]), { folder: "nightly" });
    expect(begun).toMatchObject({
      folder: path.join(root, "nightly"),
      resumed: false,
      run: { route: { name: begun.route } },
    });
    const { settings } = await ctx.database.prisma.run.findUniqueOrThrow({ where: { id: begun.run.id } });
    expect(settings).toMatchObject({ vectors: "source", source: { index: "old" }, target: { kind: "export-folder" } });
    const again = await backup(within([root]), { folder: "nightly" });
    expect(again).toMatchObject({ resumed: true, run: { id: begun.run.id } });
    const other = await backup(within([root]), { side: "target", route: "default", folder: "before" }).catch(
      (error) => error,
    );
    expect(other).toMatchObject({ code: "source-empty" });
  });

  it.each([
    ["folders-not-set", [], {}],
    ["path-not-allowed", [os.tmpdir()], { folder: "../outside" }],
  ])("is refused as %s", async (code, folders, input) => {
    await expect(backup(within(folders), input)).rejects.toMatchObject({ code });
  });
});
