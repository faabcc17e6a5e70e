import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConfig } from "@/lib/config";
import { openTestDatabase } from "@/lib/db/testing";
import { openConnectedEmbedder, openStoreTarget } from "@/lib/routes/open-connection";
import { RouteBook } from "@/lib/routes/open-route";
import { settingsFor } from "@/lib/runs/lifecycle/settings";
import { tickSchedules } from "@/lib/runs/schedules/schedules";
import { severalRoutesInput } from "@/lib/shapes/several-routes";
import type { Metric, VectorTarget } from "@/lib/stores/contract";
import { openExportTarget } from "@/lib/stores/export-folder/target";
import { startSandbox } from "@/sandbox/start";
import { addConnection, addConnectionInput } from "../connections/add-connection";
import { inspect } from "../connections/inspect";
import { listCollections } from "../connections/list-collections";
import { listConnections } from "../connections/list-connections";
import { removeConnection } from "../connections/remove-connection";
import { testConnection } from "../connections/test-connection";
import { updateConnection, updateConnectionInput } from "../connections/update-connection";
import { listFleet, listFleetInput } from "../fleet/list-fleet";
import { browseNamespaces, browseNamespacesInput } from "../namespaces/browse-namespaces";
import { countNamespace, countNamespaceInput } from "../namespaces/count-namespace";
import { refreshNamespaces } from "../namespaces/refresh-namespaces";
import { showDistance, showDistanceInput } from "../namespaces/show-distance";
import { showRecord } from "../namespaces/show-record";
import { showOverview } from "../overview/show-overview";
import { approvePlan } from "../plans/approve-plan";
import { listPlans, listPlansInput } from "../plans/list-plans";
import { showPlanStanding } from "../plans/show-plan-standing";
import { backUp, backUpInput } from "../runs/back-up";
import { listRuns, listRunsInput } from "../runs/list-runs";
import { listSchedules } from "../schedules/list-schedules";
import { removeSchedule } from "../schedules/remove-schedule";
import { setSchedule, setScheduleInput } from "../schedules/set-schedule";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { parseInput } from "../verbs/parse-input";
import { putRun, someSettings } from "../verbs/testing";
import { addRoute, addRouteInput, updateRoute } from "./add-route";
import { listRoutes } from "./list-routes";
import { previewRoute } from "./preview-route";
import { removeRoute } from "./remove-route";
import { severalRoutes } from "./several-routes";
import { showRoute } from "./show-route";

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let database: Awaited<ReturnType<typeof openTestDatabase>>;
let dataDir = "";
let ctx: Context;
let target: VectorTarget;

const index = async (name: string, dimension: number, metric: Metric = "cosine") => {
  await target.ensureIndex({ name, dimension, metric });
  return name;
};

beforeAll(async () => {
  dataDir = mkdtempSync(path.join(os.tmpdir(), "portage-routes-"));
  sandbox = await startSandbox({ dataDir: null, seed: false, consistencyMs: 0, readyAfterMs: 0 });
  database = await openTestDatabase();
  const values = {
    ...sandbox.environment,
    PORTAGE_MODE: "sandbox",
    PORTAGE_DATA_DIR: dataDir,
    GEMINI_OUTPUT_DIMENSIONS: "128",
    PINECONE_OLD_INDEX: "old",
    PINECONE_NEW_INDEX: "new",
    CLEARANCE_LEVEL: "3",
  };
  const config = parseConfig([{ origin: "sandbox", values }], "/");
  target = await openStoreTarget({ config, database }, "target");
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const embedder = await openConnectedEmbedder({ config, database }, "gemini");
  ctx = {
    config,
    database,
    source: target,
    target,
    embedder,
    documents: null,
    wake: async () => {},
    log,
    actor: "cli:test",
  };
  ctx.routes = new RouteBook(ctx);
  for (const [name, dimension] of [
    ["old", 3],
    ["new", 128],
    ["copy", 3],
    ["wide", 8],
  ] as const)
    await index(name, dimension);
  await index("dot", 3, "dotproduct");
  await target.upsert({ index: "old", namespace: "a" }, [
    { id: "1", values: [1, 0, 0], metadata: { title: "One", text: "first", pages: 2 } },
    { id: "2", values: [0, 1, 0], metadata: { title: "Two" } },
  ]);
  await target.upsert({ index: "old", namespace: "b" }, [{ id: "3", values: [0, 0, 1], metadata: { text: "third" } }]);
  await addConnection(
    ctx,
    parseInput(addConnectionInput, { name: "other", kind: "pinecone", settings: { apiKey: "env:PINECONE_API_KEY" } }),
  );
});
afterAll(async () => {
  await ctx.routes?.close();
  await target.close();
  await database.close();
  await sandbox.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const embed = { from: "text", embedder: "gemini", text: { keys: ["text"] } };
const copy = { from: "source" };
const definition = (from: string, to: string, more: object = {}) => {
  const end = (text: string) => ({ connection: text.split(":")[0], collection: text.split(":")[1] });
  return { source: end(from), target: end(to), vectors: embed, ...more };
};
const route = (name: string, ...given: Parameters<typeof definition>) =>
  parseInput(addRouteInput, { name, definition: definition(...given) });

describe("a connection", () => {
  it("is inspected by its first records, and nothing beyond the allowed folders is", async () => {
    const { stores } = await inspect(ctx, { connection: "other", collection: "old", limit: 2 });
    expect(stores).toMatchObject([{ kind: "pinecone", path: "other", bytes: null }]);
    expect(stores[0]?.collections[0]).toMatchObject({
      name: "old",
      metric: "cosine",
      records: 2,
      firstOf: 3,
      withVector: 2,
      withText: 1,
      dimensions: [{ dimension: 3, records: 2 }],
      embedding: { texts: 1 },
      writing: { units: 2 },
    });
    const all = await inspect(ctx, { connection: "other" });
    expect(all.stores[0]?.collections.find(({ name }) => name === "old")).toMatchObject({ records: 3, firstOf: null });
    await expect(inspect(ctx, { path: "/etc" })).rejects.toMatchObject({ code: "path-not-allowed" });
    await expect(inspect(ctx, { connection: "nobody" })).rejects.toMatchObject({ code: "connection-not-found" });
  });

  it("tells by a test how fast it is, what its key may do and what is there", async () => {
    const test = await testConnection(ctx, { name: "other" });
    expect(test).toMatchObject({ ok: true, code: null, more: false, words: "Pinecone answers: 5 indexes." });
    expect(test.may.map(({ what, state }) => [what, state])).toEqual([
      ["list", "yes"],
      ["read", "yes"],
      ["write", "not-tried"],
    ]);
    expect(test.collections).toContainEqual({ name: "wide", dimension: 8, metric: "cosine" });
    expect((await testConnection(ctx, { name: "gemini" })).words).toContain("dimension 128");
    // An export is one collection, which has no name.
    const here = { ...ctx, config: { ...ctx.config, folders: [dataDir] } };
    const written = openExportTarget(path.join(dataDir, "export"));
    await written.ensureIndex({ name: "", dimension: 1, metric: "cosine" });
    await written.upsert({ index: "", namespace: "a" }, [{ id: "1", values: [1], metadata: {} }]);
    await written.complete?.({ index: "", namespace: "a" });
    await written.close();
    const given = { name: "kept", kind: "export-folder", settings: { path: path.join(dataDir, "export") } };
    await addConnection(here, parseInput(addConnectionInput, given));
    expect((await testConnection(here, { name: "kept" })).may[1]?.words).toBe("It read the export, 1 vectors.");
    await removeConnection(here, { name: "kept" });
    expect((await listCollections(ctx, { name: "source" })).collections.map(({ name }) => name)).toContain("old");
  });

  it("is refused with a wrong key, is kept untested when asked for, and works once it is given the right one", async () => {
    const wrong = { name: "wrong", kind: "pinecone", settings: { apiKey: "pcsk_not_the_key" } };
    await expect(addConnection(ctx, parseInput(addConnectionInput, wrong))).rejects.toMatchObject({
      code: "wrong-key",
      next: expect.stringMatching(/the API key of the connection wrong.*save it untested/),
    });
    const tried = await addConnection(ctx, parseInput(addConnectionInput, { ...wrong, testOnly: true }));
    expect(tried).toMatchObject({ connection: null, test: { ok: false, code: "wrong-key" } });
    expect((await listConnections(ctx, {})).connections.map(({ name }) => name)).not.toContain("wrong");
    await addConnection(ctx, parseInput(addConnectionInput, { ...wrong, untested: true }));
    expect(await testConnection(ctx, { name: "wrong" })).toMatchObject({
      ok: false,
      code: "wrong-key",
      collections: [],
    });
    const right = { name: "wrong", settings: { apiKey: sandbox.environment.PINECONE_API_KEY } };
    const { connection, test } = await updateConnection(ctx, parseInput(updateConnectionInput, right));
    expect([connection?.revision, test?.ok]).toEqual([2, true]);
    await removeConnection(ctx, { name: "wrong" });
  });

  it("can't be removed while a route needs it, and says which", async () => {
    await addRoute(ctx, route("needs-other", "other:old", "target:new"));
    await expect(removeConnection(ctx, { name: "other" })).rejects.toMatchObject({
      code: "connection-in-use",
      kind: "refused",
      what: expect.stringContaining("route needs-other"),
    });
    await removeRoute(ctx, { name: "needs-other" });
    expect((await listConnections(ctx, {})).connections.at(-1)?.usedBy).toEqual([]);
  });
});

describe("routes of several collections", () => {
  const several = (given: object) =>
    severalRoutes(
      ctx,
      parseInput(severalRoutesInput, {
        name: "all",
        source: "other",
        target: { connection: "target" },
        rules: { vectors: copy },
        ...given,
      }),
    );
  const table = { old: "old-two", dot: "dot-two" };

  it("are saved together, each to what is made with its dimension and metric, and found again", async () => {
    const dry = await several({ table, others: false, dryRun: true });
    expect(dry).toMatchObject({ saved: false, problems: [] });
    expect((await listRoutes(ctx, {})).routes.map(({ name }) => name)).not.toContain("all-old");
    const { routes, saved } = await several({ table, others: false });
    expect(saved).toBe(true);
    expect(routes.map(({ name, from, to, creates }) => [name, from, to, creates])).toEqual([
      ["all-dot", "dot", "dot-two", { dimension: 3, metric: "dotproduct" }],
      ["all-old", "old", "old-two", { dimension: 3, metric: "cosine" }],
    ]);
    expect((await several({ table, others: false })).saved).toBe(true);
    await expect(several({ table: { old: "elsewhere" }, others: false })).rejects.toMatchObject({
      what: expect.stringContaining("a route all-old that leads another way"),
    });
    for (const name of ["all-old", "all-dot"]) await removeRoute(ctx, { name });
  });

  it("go to namespaces of one collection, and are refused together, with nothing saved", async () => {
    const into = { target: { connection: "target", collection: "copy" } };
    const named = await several({ ...into, table: { old: "first" }, others: false, dryRun: true });
    expect(named.routes).toMatchObject([{ from: "old", to: "copy", namespace: "first", creates: null }]);
    const all = await several({ ...into, table: { copy: "", old: "a", new: "a" }, dryRun: true });
    expect(all.problems).toEqual([
      expect.stringContaining("both go to a"),
      expect.stringContaining("dot: The source compares by dotproduct"),
      expect.stringContaining("new: The source has vectors of dimension 128"),
      expect.stringContaining("wide: The source has vectors of dimension 8"),
    ]);
    await expect(several({ table: { old: "same", dot: "same" }, others: false })).rejects.toMatchObject({
      code: "several-refused",
      notLost: "Nothing was saved and nothing was made.",
    });
    expect((await listRoutes(ctx, {})).routes.filter(({ name }) => name.startsWith("all-"))).toEqual([]);
  });
});

describe("what plans and schedules were made under", () => {
  it("can't be removed before they are, and they are named", async () => {
    await addRoute(ctx, route("planned", "other:old", "target:new"));
    const { prisma } = ctx.database;
    const settings = {
      ...someSettings,
      source: { index: "old", connection: "other", kind: "pinecone" },
      route: { name: "planned", revision: 1 },
    };
    const rest = { namespaces: ["a"], createdBy: "cli:test" };
    await prisma.plan.create({
      data: { id: "plan-1", kind: "mirror", state: "ready", settings, settingsHash: "h", ...rest },
    });
    await prisma.schedule.create({
      data: { id: "schedule-1", cron: "0 3 * * *", timezone: "UTC", nextAt: new Date(), world: settings, ...rest },
    });
    const inUse = { code: "route-in-use", what: expect.stringMatching(/plan plan-1, schedule schedule-1/) };
    await expect(removeRoute(ctx, { name: "planned" })).rejects.toMatchObject(inUse);
    expect((await listConnections(ctx, {})).connections.at(-1)?.usedBy).toEqual([
      "route planned",
      "plan plan-1",
      "schedule schedule-1",
    ]);
    await prisma.schedule.deleteMany({});
    await prisma.plan.updateMany({ data: { state: "applied" } });
    await removeRoute(ctx, { name: "planned" });
  });
});

describe("a plan of a route that was edited since", () => {
  it("is refused with both values, may be approved once that is set back, and leads where it was reviewed", async () => {
    const kept = (to: string, more: object = {}) => route("edited", "other:old", to, more);
    await addRoute(ctx, kept("target:new"));
    const routed = { ...ctx, routes: new RouteBook(ctx) };
    const ends = { source: { index: "old", account: "a", dimension: 3 }, target: { index: "new", account: "a" } };
    const settings = settingsFor(await onRoute(routed, "edited"), {}, ends);
    const made = { kind: "mirror", state: "ready", hash: "1".repeat(32), creates: 1, readyAt: new Date() };
    const rest = { namespaces: ["a"], createdBy: "cli:test", settingsHash: "h", settings };
    await ctx.database.prisma.plan.create({ data: { id: "plan-e", ...made, ...rest } });
    for (const [edit, words] of [
      [kept("target:elsewhere"), "it wrote to target:new and target:elsewhere now"],
      [
        kept("target:new", { vectors: { ...embed, text: { keys: ["title"] } } }),
        'the text key was "text" and is "title"',
      ],
      [kept("target:new", { namespaces: { into: "all" } }), 'the names of namespaces was "kept" and is {"into":"all"}'],
    ] as const) {
      await updateRoute(ctx, edit);
      const refusal = { code: "plan-stale", kind: "refused", what: expect.stringContaining(words) };
      await expect(approvePlan(routed, { id: "plan-e" })).rejects.toMatchObject(refusal);
      expect((await showPlanStanding(routed, { id: "plan-e" })).stale.join(" ")).toContain(words.slice(3));
    }
    await updateRoute(ctx, kept("target:new"));
    expect((await showPlanStanding(routed, { id: "plan-e" })).stale).toEqual([]);
    expect((await approvePlan(routed, { id: "plan-e" })).state).toBe("approved");
    await ctx.database.prisma.plan.updateMany({ data: { state: "applied" } });
    await removeRoute(ctx, { name: "edited" });
  });
});

describe("a route", () => {
  it("of the environment is there without being kept, and can't be changed", async () => {
    const { routes } = await listRoutes(ctx, {});
    expect(routes).toMatchObject([
      {
        name: "default",
        fixed: true,
        words: "Re-embed with gemini-embedding-001",
        definition: { source: { connection: "source", collection: "old" }, clearanceLevel: 3 },
      },
    ]);
    for (const change of [addRoute, updateRoute])
      await expect(change(ctx, route("default", "other:old", "target:new"))).rejects.toMatchObject({
        code: "route-fixed",
      });
    await expect(removeRoute(ctx, { name: "default" })).rejects.toMatchObject({ code: "route-fixed" });
  });

  it("is kept, changed as its next revision, and gone once removed", async () => {
    const kept = await addRoute(ctx, route("copied", "source:old", "target:copy", { vectors: copy }));
    expect(kept.route).toMatchObject({ name: "copied", revision: 1, fixed: false, words: "Copy vectors" });
    await expect(addRoute(ctx, route("copied", "source:old", "target:copy", { vectors: copy }))).rejects.toMatchObject({
      code: "route-exists",
    });
    const changed = await updateRoute(ctx, route("copied", "source:old", "target:not-there-yet", { vectors: copy }));
    expect(changed.route.revision).toBe(2);
    await removeRoute(ctx, { name: "copied" });
    await expect(showRoute(ctx, { name: "copied" })).rejects.toMatchObject({
      code: "route-not-found",
      kind: "not-found",
    });
    await expect(updateRoute(ctx, route("copied", "source:old", "target:new"))).rejects.toMatchObject({
      code: "route-not-found",
    });
  });

  it.each([
    ["read-only", "source:old", "source:old", {}],
    // By account and collection, whatever the connections are called.
    ["source-is-target", "source:old", "other:old", {}],
    ["source-is-target", "other:old", "target:old", {}],
    ["read-only", "other:old", "source:new", {}],
    ["connection-not-found", "nowhere:old", "target:new", {}],
    ["connection-not-found", "source:old", "nowhere:new", {}],
    ["connection-not-found", "source:old", "target:new", { vectors: { ...embed, embedder: "nowhere" } }],
    ["wrong-role", "source:old", "target:new", { vectors: { ...embed, embedder: "other" } }],
    ["wrong-role", "gemini:old", "target:new", {}],
    ["wrong-role", "source:old", "gemini:new", {}],
    ["unknown-collection", "source:nothing", "target:new", {}],
    ["dimension-mismatch", "source:old", "target:wide", {}],
    ["dimension-mismatch", "source:old", "target:new", { vectors: copy }],
    ["metric-mismatch", "source:old", "target:dot", { vectors: copy }],
  ])("is refused as %s from %s to %s", async (code, from, to, more) => {
    await expect(addRoute(ctx, route("bad", from, to, more))).rejects.toMatchObject({ code });
    expect((await listRoutes(ctx, {})).routes.map(({ name }) => name)).toEqual(["default"]);
  });

  it.each([
    ["an unknown field", { colour: "red" }],
    ["a rule that isn't there", { nested: "burn" }],
    ["no source of vectors", { vectors: { from: "nowhere" } }],
  ])("is refused with %s", (_, more) => {
    expect(() => route("bad", "source:old", "target:new", more)).toThrow(
      expect.objectContaining({ code: "invalid-input" }),
    );
  });

  it("shows both ends, what it settles, and its first records as they would be written, and writes nothing", async () => {
    const more = {
      clearanceLevel: 2,
      namespaces: { pairs: { a: "a-new" } },
      vectors: { ...embed, text: { template: "{title}: {text}" } },
    };
    const preview = await previewRoute(ctx, route("seen", "source:old", "other:soon", more));
    expect(preview).toMatchObject({
      words: "Re-embed with gemini-embedding-001",
      source: { service: "Pinecone", state: "ready", dimension: 3, metric: "cosine", namespaces: 2 },
      target: { state: "missing", dimension: null },
      embedder: { model: "gemini-embedding-001", dimension: 128 },
      conflicts: [
        { line: "target", level: "settled", code: "created", words: expect.stringContaining("dimension 128, cosine") },
      ],
      noRecords: null,
    });
    expect(preview.records).toMatchObject([
      {
        id: "1",
        to: { namespace: "a-new" },
        text: "One: first",
        metadata: { pages: 2, clearance_level: 2 },
        values: null,
        problem: null,
      },
      { id: "2", to: { namespace: "a-new" }, text: "Two:" },
      { id: "3", to: { namespace: "b" }, text: ": third" },
    ]);
    const copied = await previewRoute(ctx, route("seen", "source:old", "target:copy", { vectors: copy }));
    expect(copied.records[0]).toMatchObject({ id: "1", values: [1, 0, 0], text: null });
    expect((await listCollections(ctx, { name: "target" })).collections.map(({ name }) => name)).not.toContain("soon");
  });

  it("says what it couldn't look at, and shows the rest", async () => {
    const preview = await previewRoute(ctx, route("half", "source:old", "nowhere:new"));
    expect(preview.target.state).toBe("unknown");
    expect(preview.conflicts).toMatchObject([{ line: "target", level: "stop", code: "connection-not-found" }]);
    expect(preview.records).toHaveLength(3);
    const missing = await previewRoute(ctx, route("half", "source:old", "target:copy"));
    expect(missing.records.map(({ problem }) => problem === null)).toEqual([true, false, true]);
  });
});

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
    expect(await showDistance(ctx, parseInput(showDistanceInput, along))).toEqual({ route: own, points: [] });
    await refreshNamespaces(ctx, along);
    // The other route's are its own.
    expect(await showOverview(ctx, {})).toMatchObject({
      route: { name: "default" },
      target: { index: "new", vectors: 0 },
    });
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
