import { expect, it } from "vitest";
import { records, type World } from "@/lib/runs/testing/testing";
import { openPgvectorTarget } from "@/lib/stores/pgvector";
import type { TestSchema } from "@/lib/stores/pgvector/testing";
import { checkConnections } from "../connections/check-connections";
import { addRoute, addRouteInput } from "../routes/add-route";
import type { Context } from "../verbs/context";
import { parseInput } from "../verbs/parse-input";
import { applyPlan, applyPlanInput } from "./apply-plan";
import { planReembedding } from "./plan-reembedding";
import { readPlan } from "./plan-view";

const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;

/** What a table can't hold, and metadata in a table of its own; the connection `pg` and its table `notes` are there. */
export function describeWholeMetadata(opened: () => { world: World; schema: TestSchema; ctx: Context }): void {
  it("says before the start which records the table can't hold, and that whole metadata has a table of its own, which it makes, heals and compares", async () => {
    const { world, schema, ctx } = opened();
    const kept = openPgvectorTarget(schema.settings());
    const [first, second] = records(2, "o");
    if (!first || !second) throw new Error("no records");
    await kept.ensureIndex({ name: "odd", dimension: 8, metric: "cosine" });
    await kept.upsert({ index: "odd", namespace: "" }, [
      { ...first, id: "7", metadata: { deep: { list: [1, null] }, source_type: "website" } },
      { ...second, id: "seven" },
    ]);
    await kept.close();
    await schema.sql("CREATE TABLE numbered (id bigint PRIMARY KEY, embedding vector(8), metadata jsonb)");
    const named = { source: { connection: "pg", collection: "notes" }, vectors: { from: "source" as const } };
    const into = { ...named, target: { connection: "pg", collection: "numbered" } };
    await addRoute(ctx, parseInput(addRouteInput, { name: "to-nowhere", definition: into }));
    await expect(planReembedding(ctx, { all: true, route: "to-nowhere" })).rejects.toMatchObject({
      code: "namespace-refused",
      what: `Namespace "a" can't be written: the table numbered has no namespaces.`,
    });
    const { checks } = await checkConnections(ctx, { route: "to-nowhere" });
    expect(checks.find(({ name }) => name === "target namespaces")?.state).toBe("error");
    const odd = { source: { connection: "pg", collection: "odd" }, vectors: { from: "source" as const } };
    const add = (name: string, definition: object) =>
      addRoute(ctx, parseInput(addRouteInput, { name, definition: { ...odd, ...definition } }));
    await add("to-numbers", { target: { connection: "pg", collection: "numbered" } });
    const plan = async (route: string) => {
      const { plan, run } = await planReembedding(ctx, { all: true, route });
      expect(await world.until(run.id, ended)).toMatchObject({ state: expect.stringMatching("succeeded") });
      return readPlan(ctx.database, plan.id);
    };
    expect((await plan("to-numbers")).counts).toMatchObject({ create: 1, problem: 1 });
    const overflow = { connection: "pg", table: "whole", keep: ["source_type"] };
    await add("to-halves", { target: { connection: "pg", collection: "halves" }, overflow });
    const apply = async () => {
      const { id, hash, target } = await plan("to-halves");
      const { run } = await applyPlan(ctx, parseInput(applyPlanInput, { id, hash }));
      return {
        statements: target?.steps.map(({ statement }) => statement) ?? [],
        run: await world.until(run?.id ?? "", ended),
      };
    };
    const { statements, run } = await apply();
    expect(statements[0]).toContain(`CREATE TABLE IF NOT EXISTS "${schema.name}"."whole"`);
    expect(run).toMatchObject({ written: 2, failed: 0, verdict: { ok: true } });
    expect(await schema.sql("SELECT id, metadata FROM halves ORDER BY id")).toEqual([
      { id: "7", metadata: { source_type: "website" } },
      { id: "seven", metadata: {} },
    ]);
    expect(await schema.sql("SELECT metadata FROM whole WHERE vector_id = '7'")).toEqual([
      { metadata: { deep: { list: [1, null] } } },
    ]);
    expect((await plan("to-halves")).counts).toMatchObject({ create: 0, problem: 0 });
    await schema.sql("DELETE FROM whole WHERE vector_id = '7'");
    expect((await apply()).run).toMatchObject({ written: 1, verdict: { ok: true } });
    expect(await schema.sql("SELECT vector_id FROM whole ORDER BY 1")).toEqual([
      { vector_id: "7" },
      { vector_id: "seven" },
    ]);
  });
}
