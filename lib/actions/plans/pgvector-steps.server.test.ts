import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RouteBook } from "@/lib/routes/open-route";
import { hashOf } from "@/lib/runs/review/plan-sums";
import { openWorld, records, type World } from "@/lib/runs/testing/testing";
import { openPgvectorTarget } from "@/lib/stores/pgvector";
import { hasPgvector, openTestSchema, type TestSchema } from "@/lib/stores/pgvector/testing";
import { addConnection, addConnectionInput } from "../connections/add-connection";
import { readPlanSettings } from "../documents/clearance-plan";
import { addRoute, addRouteInput } from "../routes/add-route";
import { readRun } from "../runs/run-view";
import type { Context } from "../verbs/context";
import { parseInput } from "../verbs/parse-input";
import { applyPlan, applyPlanInput } from "./apply-plan";
import { planReembedding } from "./plan-reembedding";
import { readPlan } from "./plan-view";

const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;

describe.runIf(hasPgvector())("a plan towards a target that is prepared and finished", () => {
  let world: World;
  let schema: TestSchema;
  let ctx: Context;
  let book: RouteBook;

  beforeAll(async () => {
    schema = await openTestSchema();
    world = await openWorld({ environment: { PINECONE_API_KEY: "pc-key" } });
    book = new RouteBook(world.parts);
    world.parts.routes = book;
    ctx = { ...world.parts, wake: async () => {}, actor: "cli:test" };
    const kept = openPgvectorTarget(schema.settings());
    await kept.ensureIndex({ name: "notes", dimension: 8, metric: "cosine" });
    for (const namespace of ["a", "b", "c"]) await kept.upsert({ index: "notes", namespace }, records(12, namespace));
    await kept.close();
    const settings = { address: schema.url, schema: schema.name };
    await addConnection(ctx, parseInput(addConnectionInput, { name: "pg", kind: "pgvector", settings }));
    const definition = {
      source: { connection: "pg", collection: "notes" },
      target: { connection: "pg", collection: "articles" },
      vectors: { from: "source" },
    };
    await addRoute(ctx, parseInput(addRouteInput, { name: "to-pg", definition }));
    await world.work();
  });
  afterAll(async () => {
    await world.close();
    await book.close();
    await schema.drop();
  });

  const estimate = async () => {
    const { plan, run } = await planReembedding(ctx, { all: true, route: "to-pg" });
    expect(await world.until(run.id, ended)).toMatchObject({ state: "succeeded" });
    return readPlan(ctx.database, plan.id);
  };
  const tables = () => schema.sql("SELECT tablename FROM pg_tables WHERE schemaname = $1", [schema.name]);

  it("shows the SQL, has it in its hash, runs just that, and builds the index once for all namespaces", async () => {
    const plan = await estimate();
    expect(plan.target?.steps.map(({ statement }) => statement.split(" ").slice(0, 2).join(" "))).toEqual([
      "CREATE TABLE",
      "COMMENT ON",
      "CREATE INDEX",
      `ANALYZE "${schema.name}"."articles"`,
    ]);
    expect(await tables()).toEqual([{ tablename: "notes" }]);
    const { hash } = plan;
    const settings = await readPlanSettings(ctx, plan.id);
    if (settings === null) throw new Error("a plan without settings");
    const other = plan.target && { ...plan.target, steps: plan.target.steps.slice(1) };
    await ctx.database.prisma.plan.update({ where: { id: plan.id }, data: { steps: other ?? {} } });
    expect(await hashOf(ctx.database, plan.id, settings)).not.toBe(hash);
    await ctx.database.prisma.plan.update({ where: { id: plan.id }, data: { steps: plan.target ?? {} } });
    expect(await hashOf(ctx.database, plan.id, settings)).toBe(hash);
    await expect(applyPlan(ctx, parseInput(applyPlanInput, { id: plan.id, hash: "0" }))).rejects.toMatchObject({
      code: "plan-moved",
    });
    expect(await tables()).toEqual([{ tablename: "notes" }]);
    const applied = await applyPlan(ctx, parseInput(applyPlanInput, { id: plan.id, hash }));
    expect(await world.until(applied.run?.id ?? "", ended)).toMatchObject({ state: "succeeded", written: 36 });
    const run = await readRun(ctx.database, applied.run?.id ?? "");
    expect(run.finished).toEqual({
      words: [
        expect.stringMatching(/^The index articles_embedding_hnsw was built, in /),
        expect.stringContaining("(EXPLAIN)"),
      ],
      query: plan.target?.query,
    });
    const events = await ctx.database.prisma.event.findMany({ where: { runId: run.id, code: "target-finished" } });
    expect(events).toHaveLength(1);
  });
});
