import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planSentences } from "@/components/words/plan";
import { planSentence } from "@/lib/cli/words/summary";
import { hashOf } from "@/lib/runs/review/plan-sums";
import type { World } from "@/lib/runs/testing/testing";
import { openPgvectorTarget } from "@/lib/stores/pgvector";
import { hasPgvector, type TestSchema } from "@/lib/stores/pgvector/testing";
import { addConnection, addConnectionInput } from "../connections/add-connection";
import { readPlanSettings } from "../documents/clearance-plan";
import { addRoute, addRouteInput } from "../routes/add-route";
import { showCoverage } from "../routes/show-coverage";
import { readRun } from "../runs/run-view";
import type { Context } from "../verbs/context";
import { parseInput } from "../verbs/parse-input";
import { applyPlan, applyPlanInput } from "./apply-plan";
import { openNotesTable } from "./pgvector-notes.suite";
import { planReembedding } from "./plan-reembedding";
import { readPlan } from "./plan-view";
import { describeWholeMetadata } from "./whole-metadata.suite";

const fillSettings = {
  ...{ writes: "update", textColumns: "title, body", index: "none" },
  ...{ namespaceColumn: "topic", modelColumn: "model", timeColumn: "embedded_at" },
};
const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;

describe.runIf(hasPgvector())("a plan towards a target that is prepared and finished", () => {
  let world: World;
  let schema: TestSchema;
  let ctx: Context;
  let close: () => Promise<void>;

  beforeAll(async () => {
    ({ world, schema, ctx, close } = await openNotesTable());
    const definition = {
      source: { connection: "pg", collection: "notes" },
      target: { connection: "pg", collection: "articles" },
      vectors: { from: "source" },
    };
    await addRoute(ctx, parseInput(addRouteInput, { name: "to-pg", definition }));
    await world.work();
  });
  afterAll(() => close());

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

  it("fills rows that have no vector or one of another model from their own texts, and writes nothing else of them", async () => {
    await schema.sql(`CREATE TABLE posts (uri text PRIMARY KEY, title text NOT NULL, body text, topic text, embedding vector(16), model text, embedded_at timestamptz);
      INSERT INTO posts VALUES ('bare', 'Bare', 'no vector yet', 'ai', NULL, NULL, NULL), ('empty', '', NULL, 'ai', NULL, NULL, NULL),
        ('old', 'Old', 'of another model', 'ai', array_fill(1, ARRAY[16])::vector, 'ada', '2020-01-01'),
        ('law', 'Law', 'elsewhere', 'law', NULL, NULL, NULL)`);
    const settings = { address: schema.url, schema: schema.name, ...fillSettings };
    await addConnection(ctx, parseInput(addConnectionInput, { name: "app", kind: "pgvector", settings }));
    const definition = {
      ...{ source: { connection: "app", collection: "posts" }, target: { connection: "app", collection: "posts" } },
      ...{ vectors: { from: "text", embedder: "gemini", text: { template: "{title}\n{body}" } } },
      ...{ namespaces: { keep: true }, nested: "problem", owned: [], clearanceLevel: null },
    };
    await ctx.database.prisma.route.create({ data: { name: "fill", createdBy: "test", definition } });
    const before = await schema.sql("SELECT uri, title, body, topic FROM posts ORDER BY uri");
    const app = openPgvectorTarget(schema.settings({ ...settings, address: schema.url }));
    const ofModel = app.forModel?.(world.embedder.space.model);
    expect(await ofModel?.count({ index: "posts", namespace: "ai" })).toEqual({
      ...{ value: 0, exact: true },
      note: "2 rows have no vector; 1 has one of another model",
    });
    await app.close();
    const { plan, run } = await planReembedding(ctx, { namespaces: ["ai"], route: "fill" });
    expect(await world.until(run.id, ended)).toMatchObject({ state: expect.stringMatching("succeeded") });
    const made = await readPlan(ctx.database, plan.id);
    expect(made.counts).toMatchObject({ create: 2, update: 0, problem: 1 });
    const applied = await applyPlan(ctx, parseInput(applyPlanInput, { id: plan.id, hash: made.hash }));
    const filled = await world.until(applied.run?.id ?? "", ended);
    expect(filled).toMatchObject({ written: 2, skipped: 1, failed: 0, texts: 2 });
    expect(filled.verdict).toMatchObject({ ok: true });
    const runId = applied.run?.id ?? "";
    expect(await readRun(ctx.database, runId)).toMatchObject({ fills: true });
    const items = await ctx.database.prisma.attention.findMany({ where: { runId }, select: { what: true } });
    expect(items).toEqual([{ what: "A filling didn't write 1 record." }]);
    expect(await schema.sql("SELECT uri, title, body, topic FROM posts ORDER BY uri")).toEqual(before);
    const model = world.embedder.space.model;
    expect(
      await schema.sql(
        "SELECT uri, model, embedding IS NULL AS bare, embedded_at > now() - interval '1 hour' AS now FROM posts ORDER BY uri",
      ),
    ).toEqual([
      { uri: "bare", model, bare: false, now: true },
      { uri: "empty", model: null, bare: true, now: null },
      { uri: "law", model: null, bare: true, now: null },
      { uri: "old", model, bare: false, now: true },
    ]);
    expect(world.embedder.texts.toSorted()).toEqual(["Bare\nno vector yet", "Old\nof another model"]);
  });

  it("fills the rows that a column chooses, and with force those again that have a vector, known by the plan's moment", async () => {
    // Whole seconds, as Laravel makes its columns of times.
    await schema.sql("ALTER TABLE posts ALTER embedded_at TYPE timestamptz(0)");
    await schema.sql("ALTER TABLE posts ADD COLUMN stars int; UPDATE posts SET stars = 3 WHERE uri IN ('bare', 'law')");
    const rows = { all: true, route: "fill" };
    const where = { column: "stars", value: "3" };
    const model = world.embedder.space.model;
    const covered = await showCoverage(ctx, { name: "fill" });
    expect(covered).toMatchObject({
      ...{ connection: "app", collection: "posts", rows: 4, withVector: 2, more: 0, note: null, onlyMissing: null },
      models: [{ model, withVector: 2 }],
      namespaces: [
        { name: "ai", rows: 3, withVector: 2 },
        { name: "law", rows: 1, withVector: 0 },
      ],
    });
    expect(await schema.sql(covered.sql[1] ?? "")).toMatchObject([
      { name: "ai", rows: "3", withVector: "2" },
      { name: "law" },
    ]);
    for (const [column, value, words] of [
      ["starz", "3", "has no column starz"],
      ["stars", "many", "the column is of the type integer"],
      ["model", "ada", "is written by the run itself"],
    ] as const)
      await expect(planReembedding(ctx, { ...rows, where: { column, value } })).rejects.toMatchObject({
        what: expect.stringContaining(words),
      });
    await expect(planReembedding(ctx, { all: true, route: "to-pg", force: true })).rejects.toMatchObject({
      code: "fills-nothing",
    });
    const planned = async (chosen: { where?: typeof where; force?: boolean }) => {
      const { plan, run } = await planReembedding(ctx, { ...rows, ...chosen });
      expect(await world.until(run.id, ended)).toMatchObject({ error: null });
      return readPlan(ctx.database, plan.id);
    };
    expect((await planned({ where })).counts).toMatchObject({ create: 1, unchanged: 1 });
    const plan = await planned({ where, force: true });
    expect(plan).toMatchObject({ fills: true, counts: { create: 2 } });
    expect([planSentence(plan), planSentences(plan).join(" ")]).toEqual([
      expect.stringContaining("Portage will fill 2 vectors in rows that are there"),
      expect.stringContaining("Portage will fill 2 vectors in rows that are there"),
    ]);
    expect(plan.target?.notes).not.toContainEqual(expect.stringContaining("trigger"));
    const stands = "SELECT uri, title, body, topic, stars FROM posts ORDER BY uri";
    const before = await schema.sql(stands);
    const { run } = await applyPlan(ctx, parseInput(applyPlanInput, { id: plan.id, hash: plan.hash }));
    expect(await world.until(run?.id ?? "", ended)).toMatchObject({ written: 2, verdict: { ok: true } });
    expect(await schema.sql(stands)).toEqual(before);
    const settings = await readPlanSettings(ctx, plan.id);
    const again = settings && "fill" in settings ? settings.fill?.again : undefined;
    expect(
      await schema.sql(
        "SELECT uri FROM posts WHERE embedded_at = ($1::timestamptz + interval '1 second')::timestamptz(0) ORDER BY uri",
        [again],
      ),
    ).toEqual([{ uri: "bare" }, { uri: "law" }]);
    // Those that bear the moment are done: a run that is taken up again finds nothing of them to do.
    const target = openPgvectorTarget(schema.settings({ ...fillSettings, address: schema.url }));
    const chosen = target.toFill?.({ where, again: again ?? "" }).forModel?.(model);
    expect((await chosen?.listIds({ index: "posts", namespace: "law" }))?.ids).toEqual(["law"]);
    expect((await chosen?.listIds({ index: "posts", namespace: "ai" }))?.ids).toEqual(["bare"]);
    await schema.sql(`CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.embedded_at = '2020-01-01'; RETURN NEW; END $$;
      CREATE TRIGGER stamped BEFORE UPDATE ON posts FOR EACH ROW EXECUTE FUNCTION stamp()`);
    const rewritten = chosen?.upsert({ index: "posts", namespace: "law" }, [
      { id: "law", values: Array(16).fill(0.5), metadata: {} },
    ]);
    await expect(rewritten).rejects.toMatchObject({
      ...{ code: "conflict", message: expect.stringContaining("a trigger or rule of the table sets it otherwise") },
    });
    expect((await chosen?.listIds({ index: "posts", namespace: "law" }))?.ids).toEqual(["law"]);
    // A plan sees it coming, or says that it can't tell.
    await schema.sql(`CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.stars = 4; RETURN NEW; END $$;
      CREATE TRIGGER touched BEFORE UPDATE ON posts FOR EACH ROW EXECUTE FUNCTION touch();
      CREATE TRIGGER idle BEFORE UPDATE ON posts FOR EACH ROW EXECUTE FUNCTION touch(); ALTER TABLE posts DISABLE TRIGGER idle`);
    const warned = (await planned({ force: true })).target?.notes ?? [];
    expect(warned.filter((note) => note.includes("trigger"))).toEqual([
      expect.stringMatching(/"stamped" changes rows before they are updated and speaks of the time column embedded_at/),
      expect.stringMatching(/"touched" changes rows before .* sets the time column embedded_at wasn't checked/),
    ]);
    expect((await planned({})).target?.notes).not.toContainEqual(expect.stringContaining("trigger"));
    await target.close();
  });

  it.each([
    ["copied", 8, { from: "source" }],
    ["made of the text", 16, { from: "text", embedder: "gemini", text: { keys: ["text"] } }],
  ])(
    "vectors %s into a column of 16-bit numbers are verified, and then there is nothing to do",
    async (_, size, vectors) => {
      const [route, table] = [`halves-${size}`, `halves_${size}`];
      await schema.sql(`CREATE TABLE ${table} (id text PRIMARY KEY, namespace text, metadata jsonb, embedding halfvec(${size}));
      COMMENT ON TABLE ${table} IS 'Vectors; metric: cosine'`);
      const settings = { address: schema.url, schema: schema.name, index: "none", namespaceColumn: "namespace" };
      await addConnection(ctx, parseInput(addConnectionInput, { name: route, kind: "pgvector", settings }));
      const ends = {
        source: { connection: "pg", collection: "notes" },
        target: { connection: route, collection: table },
      };
      await addRoute(ctx, parseInput(addRouteInput, { name: route, definition: { ...ends, vectors } }));
      const planned = async () => {
        const { plan, run } = await planReembedding(ctx, { namespaces: ["a"], route });
        expect(await world.until(run.id, ended)).toMatchObject({ state: "succeeded" });
        return readPlan(ctx.database, plan.id);
      };
      const { id, hash } = await planned();
      const applied = await applyPlan(ctx, parseInput(applyPlanInput, { id, hash }));
      const run = await world.until(applied.run?.id ?? "", ended);
      expect(run).toMatchObject({ state: "succeeded", written: 12, verdict: { ok: true } });
      expect(run.verdict?.words).toContain("as the target keeps it, in 16-bit numbers");
      expect((await planned()).counts).toMatchObject({ create: 0, update: 0 });
    },
  );

  describeWholeMetadata(() => ({ world, schema, ctx }));
});
