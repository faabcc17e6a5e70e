import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listCollections } from "../connections/list-collections";
import type { Context } from "../verbs/context";
import { addRoute, updateRoute } from "./add-route";
import { listRoutes } from "./list-routes";
import { previewRoute } from "./preview-route";
import { removeRoute } from "./remove-route";
import { copy, embed, openRouteWorld, type RouteWorld, route } from "./route-world.suite";
import { showRoute } from "./show-route";

let world: RouteWorld;
let ctx: Context;
beforeAll(async () => {
  world = await openRouteWorld();
  ({ ctx } = world);
});
afterAll(() => world.close());

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
    ["an unknown field", { colour: "red" }, "colour"],
    ["an unknown field of its vectors", { vectors: { from: "source", embedder: "gemini" } }, "embedder"],
    ["a rule that isn't there", { nested: "burn" }, "nested"],
    ["no source of vectors", { vectors: { from: "nowhere" } }, "vectors"],
  ])("is refused with %s, which is named", (_, more, named) => {
    expect(() => route("bad", "source:old", "target:new", more)).toThrow(
      expect.objectContaining({ code: "invalid-input", what: expect.stringContaining(named) }),
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
