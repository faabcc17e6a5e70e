import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "@/lib/package-root";
import { RouteBook } from "@/lib/routes/open-route";
import { noteRun } from "@/lib/runs/attention/note-run";
import { sweepAttention } from "@/lib/runs/attention/sweep";
import { settingsFor } from "@/lib/runs/lifecycle/settings";
import { severalRoutesInput } from "@/lib/shapes/routes/several-routes";
import { listAttention, listAttentionInput } from "../attention/list-attention";
import { addConnection, addConnectionInput } from "../connections/add-connection";
import { checkConnections } from "../connections/check-connections";
import { browseNamespaces, browseNamespacesInput } from "../namespaces/browse-namespaces";
import { approvePlan } from "../plans/approve-plan";
import { showPlanStanding } from "../plans/show-plan-standing";
import { startVerification } from "../runs/start-verification";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { parseInput } from "../verbs/parse-input";
import { putRun } from "../verbs/testing";
import { addRoute, updateRoute } from "./add-route";
import { listRoutes } from "./list-routes";
import { removeRoute } from "./remove-route";
import { copy, embed, openRouteWorld, type RouteWorld, route } from "./route-world.suite";
import { severalRoutes } from "./several-routes";

let world: RouteWorld;
let ctx: Context;
beforeAll(async () => {
  world = await openRouteWorld();
  ({ ctx } = world);
});
afterAll(() => world.close());

describe("routes of several collections", () => {
  const several = (given: object, by = ctx) =>
    severalRoutes(
      by,
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
    const verified = startVerification({ ...ctx, routes: new RouteBook(ctx) }, { all: true, route: "all-old" });
    await expect(verified).rejects.toMatchObject({
      code: "nothing-migrated-yet",
      next: expect.stringContaining("Migrate first, which makes it: `portage migrate --all --route all-old --dry-run`"),
    });
    // That it isn't there yet is nothing wrong, and no command of its own makes it.
    const { checks } = await checkConnections({ ...ctx, routes: new RouteBook(ctx) }, { route: "all-old" });
    expect(checks.find(({ name }) => name === "target index")).toMatchObject({
      state: "warn",
      next: expect.stringContaining("Migrate first, which makes it: `portage migrate --all --route all-old --dry-run`"),
    });
    for (const name of ["all-old", "all-dot"]) await removeRoute(ctx, { name });
  });

  it("leave out what is empty and would be made as nobody knows what, unless it is asked for by name", async () => {
    const folder = path.join(packageRoot, "lib/formats/fixtures/chroma-1.5/db");
    const allowed = { ...ctx, config: { ...ctx.config, folders: [folder] } };
    const given = { name: "folder", kind: "chroma-folder", settings: { path: folder } };
    await addConnection(allowed, parseInput(addConnectionInput, given));
    const dry = await several({ source: "folder", dryRun: true }, allowed);
    expect(dry.problems).toEqual([]);
    expect(dry.leftOut).toEqual([{ from: "empty", words: expect.stringContaining("It holds no vectors") }]);
    expect(dry.routes.map(({ from }) => from)).not.toContain("empty");
    const named = await several({ source: "folder", table: { empty: "made" }, dryRun: true }, allowed);
    expect(named.problems).toEqual([expect.stringContaining("its dimension isn't known")]);
    expect(named.leftOut).toEqual([]);
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

describe("what needs attention", () => {
  const items = async (asked: object = {}) =>
    (await listAttention(ctx, parseInput(listAttentionInput, asked))).items.map(({ cause, route: of, href }) => [
      cause,
      of,
      href,
    ]);

  it("is found along every route, once, and leads along its own, whichever page shows it", async () => {
    const copied = ["a", "b"].map((name) => ({ id: name, values: [1, 0, 0], metadata: {} }));
    for (const namespace of ["a", "b"]) await world.target.upsert({ index: "copy", namespace }, copied.slice(0, 1));
    await addRoute(ctx, route("side", "other:old", "target:copy", { vectors: copy }));
    await addRoute(ctx, route("twin", "other:old", "target:copy", { vectors: copy, owned: ["mine"] }));
    await browseNamespaces(ctx, parseInput(browseNamespacesInput, { route: "side" }));
    await sweepAttention(ctx, new Date());
    const missing = ["target-missing", "side", "/namespaces/a?route=side"];
    expect(await items()).toEqual([missing]);
    const { settings } = await ctx.database.prisma.plan.findFirstOrThrow({ where: { id: "plan-e" } });
    const made = {
      state: "failed",
      namespaces: ["b"],
      settings: { ...Object(settings), route: { name: "side", revision: 1 } },
    };
    await putRun(ctx, "run-side", made, [{ namespace: "b", state: "failed" }]);
    await noteRun(ctx.database, "run-side");
    const failed = ["run-failed", "side", "/runs/run-side?route=side"];
    expect(await items({ route: "side" })).toEqual([failed, missing]);
    expect(await items({ route: "default" })).toEqual([]);
    await updateRoute(ctx, route("side", "other:old", `target:${await world.index("aside", 3)}`, { vectors: copy }));
    await sweepAttention(ctx, new Date());
    expect(await items()).toEqual([failed, ["target-missing", "twin", "/namespaces/a?route=twin"]]);
    await removeRoute(ctx, { name: "twin" });
    await sweepAttention(ctx, new Date());
    expect(await items()).toEqual([failed]);
  });
});
