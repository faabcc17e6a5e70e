import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RouteBook } from "@/lib/routes/open-route";
import { openWorld, records, type World } from "@/lib/runs/testing/testing";
import { openPgvectorTarget } from "@/lib/stores/pgvector";
import { hasPgvector, openTestSchema, type TestSchema } from "@/lib/stores/pgvector/testing";
import { addConnection, addConnectionInput } from "../connections/add-connection";
import { addRoute, addRouteInput } from "../routes/add-route";
import { resumeRun, resumeRunInput } from "../runs/resume-run";
import { readRun } from "../runs/run-view";
import type { Context } from "../verbs/context";
import { parseInput } from "../verbs/parse-input";
import { applyPlan, applyPlanInput } from "./apply-plan";
import { planMirror, planMirrorInput } from "./plan-mirror";
import { planReembedding } from "./plan-reembedding";
import { readPlan } from "./plan-view";

const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
const each = 30;
const namespaces = ["a", "b", "c"];

describe.runIf(hasPgvector())("bad days of a database in the middle of a run", () => {
  let world: World;
  let schema: TestSchema;
  let ctx: Context;
  let book: RouteBook;

  beforeAll(async () => {
    schema = await openTestSchema();
    world = await openWorld({ environment: { PINECONE_API_KEY: "pc-key", UPSERT_BATCH_SIZE: "5" } });
    book = new RouteBook(world.parts);
    world.parts.routes = book;
    ctx = { ...world.parts, wake: async () => {}, actor: "cli:test" };
    const kept = openPgvectorTarget(schema.settings());
    await kept.ensureIndex({ name: "notes", dimension: 8, metric: "cosine" });
    for (const namespace of namespaces) await kept.upsert({ index: "notes", namespace }, records(each, namespace));
    await kept.close();
    const settings = { address: schema.url, schema: schema.name, index: "none" };
    await addConnection(ctx, parseInput(addConnectionInput, { name: "pg", kind: "pgvector", settings }));
    await world.work();
  });
  afterAll(async () => {
    await world.close();
    await book.close();
    await schema.drop();
  });

  /** A target of its own, over which `bad` stands in the way of rows: as a trigger, which sees each of them. */
  const routeTo = async (table: string, bad: string) => {
    const store = openPgvectorTarget(schema.settings());
    await store.ensureIndex({ name: table, dimension: 8, metric: "cosine" });
    await store.close();
    await schema.sql(`CREATE SEQUENCE ${table}_seen;
      CREATE FUNCTION ${table}_bad() RETURNS trigger LANGUAGE plpgsql SET search_path = ${schema.name} AS $$
        DECLARE seen bigint := nextval('${table}_seen'); BEGIN ${bad} RETURN NEW; END $$;
      CREATE TRIGGER bad BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION ${table}_bad()`);
    const definition = {
      ...{ source: { connection: "pg", collection: "notes" }, target: { connection: "pg", collection: table } },
      vectors: { from: "source" },
    };
    const name = table.replaceAll("_", "-");
    await addRoute(ctx, parseInput(addRouteInput, { name, definition }));
    return name;
  };
  const begin = async (route: string) => {
    const { plan, run } = await planReembedding(ctx, { all: true, route });
    expect(await world.until(run.id, ended)).toMatchObject({ state: "succeeded" });
    const { hash } = await readPlan(ctx.database, plan.id);
    const applied = await applyPlan(ctx, parseInput(applyPlanInput, { id: plan.id, hash }));
    return applied.run?.id ?? "";
  };
  const copied = (table: string) =>
    schema.sql(
      `SELECT count(*)::int AS rows FROM ${table} JOIN notes USING (namespace, id, embedding, metadata) GROUP BY ()`,
    );
  const all = namespaces.length * each;

  it.each([
    ["a deadlock", "deadlocked", "40P01"],
    ["a server that is shut down and comes back", "restarted", "57P01"],
    ["a statement that took too long", "slowed", "57014"],
    ["no connection left", "crowded", "53300"],
  ])("goes on after %s, with each row written once", async (_name, table, state) => {
    const bad = `IF seen % 17 = 3 AND seen < 60 THEN RAISE EXCEPTION 'a bad day' USING ERRCODE = '${state}'; END IF;`;
    const run = await begin(await routeTo(table, bad));
    expect(await world.until(run, ended)).toMatchObject({ state: "succeeded", written: all, failed: 0 });
    expect(await copied(table)).toEqual([{ rows: all }]);
  });

  it("stops at a full disk, says so, and ends right when it is resumed", async () => {
    const bad = `IF seen > 40 THEN RAISE EXCEPTION 'a bad day' USING ERRCODE = '53100'; END IF;`;
    const run = await begin(await routeTo("filled_up", bad));
    expect(await world.until(run, ended)).toMatchObject({ state: "failed" });
    const { error } = await readRun(ctx.database, run);
    expect(error?.what).toContain("The server's disk is full");
    expect(error?.next).toContain("nothing of the batch that failed was kept. Then resume the run.");
    await schema.sql("DROP TRIGGER bad ON filled_up");
    await resumeRun(ctx, parseInput(resumeRunInput, { id: run }));
    expect(await world.until(run, ended)).toMatchObject({ state: "succeeded", written: all });
    expect(await copied("filled_up")).toEqual([{ rows: all }]);
  });

  it("goes on when the server ends all of its sessions again and again", async () => {
    // Each row takes its time, so that there is a middle.
    const run = await begin(await routeTo("severed", "PERFORM pg_sleep(0.005);"));
    for (let times = 0; times < 4; times++) {
      await expect
        .poll(
          () =>
            schema.sql(
              "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'portage' AND query LIKE '%severed%' AND state = 'active'",
            ),
          { interval: 5, timeout: 10_000 },
        )
        .not.toEqual([]);
    }
    expect(await world.until(run, ended)).toMatchObject({ state: "succeeded", written: all, failed: 0 });
    expect(await copied("severed")).toEqual([{ rows: all }]);
  });

  it("doesn't call rows verified that a trigger changed, and counts those that it left out as failed", async () => {
    const bad = `IF NEW.namespace = 'b' THEN NEW.metadata := '{"changed": true}'; END IF; IF seen = 20 THEN RETURN NULL; END IF;`;
    const run = await begin(await routeTo("changed", bad));
    expect(await world.until(run, ended)).toMatchObject({
      ...{ state: "succeeded-with-findings", written: all - 1, failed: 1 },
    });
    const { verified } = await readRun(ctx.database, run);
    expect(verified.failed).toBeGreaterThan(0);
  });

  it("leaves alone what the application edited between review and write", async () => {
    await schema.sql(
      "CREATE TABLE edited (LIKE notes INCLUDING ALL); COMMENT ON TABLE edited IS 'Vectors kept by Portage; metric: cosine'",
    );
    await schema.sql(
      "INSERT INTO edited SELECT * FROM notes; UPDATE notes SET metadata = metadata || '{\"edited\": 1}' WHERE namespace = 'a'",
    );
    const definition = {
      ...{ source: { connection: "pg", collection: "notes" }, target: { connection: "pg", collection: "edited" } },
      vectors: { from: "source" },
    };
    await addRoute(ctx, parseInput(addRouteInput, { name: "edited", definition }));
    const { plan, run } = await planMirror(ctx, parseInput(planMirrorInput, { all: true, route: "edited" }));
    expect(await world.until(run.id, ended)).toMatchObject({ state: "succeeded" });
    const made = await readPlan(ctx.database, plan.id);
    expect(made.counts).toMatchObject({ update: each, create: 0 });
    const [first] = await schema.sql<{ id: string }>("SELECT id FROM notes WHERE namespace = 'a' ORDER BY id LIMIT 1");
    const id = first?.id ?? "";
    await schema.sql("UPDATE notes SET metadata = metadata || '{\"edited\": 2}' WHERE id = $1", [id]);
    const applied = await applyPlan(ctx, parseInput(applyPlanInput, { id: plan.id, hash: made.hash }));
    expect(await world.until(applied.run?.id ?? "", ended)).toMatchObject({ written: each - 1, drifted: 1 });
    expect(await schema.sql("SELECT metadata -> 'edited' AS edited FROM edited WHERE id = $1", [id])).toEqual([
      { edited: null },
    ]);
  });
});
