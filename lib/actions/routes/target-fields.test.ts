import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runSettingsSchema } from "@/lib/shapes/runs/run";
import { SandboxControl } from "@/sandbox/control";
import { planReembedding, planReembeddingInput } from "../plans/plan-reembedding";
import type { Context } from "../verbs/context";
import { parseInput } from "../verbs/parse-input";
import { addRoute, updateRoute } from "./add-route";
import { previewRoute } from "./preview-route";
import { embed, openRouteWorld, type RouteWorld, route } from "./route-world.suite";

let world: RouteWorld;
let ctx: Context;
let control: SandboxControl;
beforeAll(async () => {
  world = await openRouteWorld();
  ({ ctx } = world);
  control = new SandboxControl(world.environment.PINECONE_CONTROLLER_HOST ?? "");
});
afterAll(() => world.close());

const vectors = (dimension: number) => ({ type: "dense_vector", dimension, metric: "cosine" });
const searched = { type: "string", full_text_search: { language: "en", stemming: true } };
const make = (name: string, fields: Record<string, unknown>, dimension = 128) =>
  control.createIndex({ name, dimension, fields });
const named = (targetFields: object, more: object = {}) => ({ vectors: embed, targetFields, ...more });
const shown = (to: string, given: object) =>
  previewRoute(ctx, { definition: route("x", "source:old", to, given).definition });

describe("fields of a document index that a route names", () => {
  it("are those that a missing index is made with, and shown before the route is saved", async () => {
    const texts = [{ name: "text", language: "de" }, { name: "title" }];
    const preview = await shown("documents:later", named({ vector: "meaning", sparse: "terms", texts }));
    expect(preview.fields).toEqual([
      { name: "meaning", holds: "vectors of 128, cosine", required: false },
      { name: "terms", holds: "sparse values", required: false },
      { name: "text", holds: "metadata key text, full-text search (de)", required: false },
      { name: "title", holds: "metadata key title, full-text search (en)", required: false },
    ]);
    // The connection's own are used where the route names none.
    expect((await shown("documents:later", {})).fields?.map(({ name }) => name)).toEqual([
      "embedding",
      "text",
      "title",
    ]);
    expect((await shown("target:later", {})).fields).toBeUndefined();
  });

  it("are refused in words where a standing index lacks one, or where no index has such fields", async () => {
    await make("meant", { meaning: vectors(128), text: searched });
    const refused = async (to: string, fields: object) =>
      addRoute(ctx, route("refused", "source:old", to, named(fields))).catch((error: unknown) => error);
    expect(await refused("documents:meant", { vector: "embedding" })).toMatchObject({
      code: "fields-differ",
      what: "meant can't be written so: it has no vector field embedding: its vectors are in meaning.",
      next: expect.stringContaining("name those that it has"),
    });
    expect(await refused("documents:meant", { sparse: "terms" })).toMatchObject({
      what: expect.stringContaining("it has no sparse field terms"),
    });
    expect(await refused("documents:meant", { texts: [{ name: "text" }, { name: "title" }] })).toMatchObject({
      what: expect.stringContaining("it has no full-text search for title"),
    });
    expect(await refused("documents:twice", { vector: "text", texts: [{ name: "text" }] })).toMatchObject({
      code: "fields-differ",
      what: expect.stringContaining('Two fields would be called "text"'),
    });
    expect(await refused("target:new", { vector: "meaning" })).toMatchObject({ code: "no-named-fields" });
    await make("wide-docs", { meaning: vectors(8) }, 8);
    expect(await refused("documents:wide-docs", { vector: "meaning" })).toMatchObject({ code: "dimension-mismatch" });
    await make("far", { meaning: { ...vectors(3), metric: "euclidean" } }, 3);
    const copied = addRoute(ctx, route("far", "source:old", "documents:far", { vectors: { from: "source" } }));
    await expect(copied).rejects.toMatchObject({ code: "metric-mismatch" });
    expect(() => route("bad", "source:old", "documents:x", named({ vector: "_meaning" }))).toThrow(/begin with _/);
  });

  it("that it requires are named, and records that lack them are told before anything is saved", async () => {
    await make("strict", { meaning: vectors(128), title: { ...searched, required: true } });
    const lacking = await shown("documents:strict", { fields: [{ drop: "title" }] });
    expect(lacking.conflicts.map(({ words }) => words)).toContain(
      "It requires title of every document: records without are problems.",
    );
    expect(lacking.fields).toContainEqual({
      name: "title",
      holds: "metadata key title, full-text search (en with stemming)",
      required: true,
    });
    expect(lacking.records[0]?.problem).toContain('nothing for "title", which the index requires');
    const having = await shown("documents:strict", { fields: [{ set: "title", value: "Untitled" }] });
    expect(having.records[0]?.problem).toBeNull();
  });

  it("are a part of what a plan is made for, and of an index that was made again since without them nothing is planned", async () => {
    const texts = [{ name: "text", language: "en", stemming: true }];
    await addRoute(ctx, route("meant", "source:old", "documents:meant", named({ vector: "meaning", texts })));
    const ask = () => planReembedding(ctx, parseInput(planReembeddingInput, { namespaces: ["a"], route: "meant" }));
    const { run } = await ask();
    const row = await ctx.database.prisma.run.findUniqueOrThrow({ where: { id: run.id } });
    expect(runSettingsSchema.parse(row.settings).targetFields).toEqual({ vector: "meaning", texts });
    await ctx.database.prisma.run.update({ where: { id: run.id }, data: { state: "cancelled" } });
    await make("meant", { other: vectors(128), text: searched });
    await expect(ask()).rejects.toMatchObject({
      code: "fields-differ",
      notLost: "Nothing was started and nothing was spent.",
    });
    await updateRoute(ctx, route("meant", "source:old", "documents:meant", named({ vector: "other" })));
    expect((await ask()).run.state).toBeDefined();
  });
});
