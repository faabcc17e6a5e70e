import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { emptyTarget, indexes, namespace, type Services, startServices } from "@/bench/services";
import { routeSchema } from "@/lib/shapes/routes/route";
import { type Run, runSchema } from "@/lib/shapes/runs/run";
import { limits } from "@/scripts/test/limits.mjs";
import { type OverflowTable, openOverflowTable } from "./overflow-table";
import { Server } from "./server";

/** Of each run. */
const records = 1000;
const batch = 20;
/** Batches that one process has under way. */
const batchesAtOnce = 16;
const kills = 10;
/** Made by the run into PostgreSQL. */
const table = "killed_ten_times";

let services: Services;
let server: Server;
let dataDir: string;
let overflow: OverflowTable | null = null;

afterEach(async () => {
  await server?.kill();
  await services?.close();
  await overflow?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

test("a server killed ten times in the middle of its runs, one with its whole metadata in PostgreSQL and one into a table with pgvector, ends them right: nothing lost, nothing counted twice, nothing written to the source, both halves of each record there", async () => {
  services = await startServices({ records });
  const target = await emptyTarget(services);
  overflow = await openOverflowTable();
  dataDir = await mkdtemp(path.join(os.tmpdir(), "portage-kill-"));
  server = new Server({
    ...services.environment,
    PORTAGE_MODE: "live",
    PORTAGE_DATA_DIR: dataDir,
    PINECONE_OLD_INDEX: indexes.source,
    PINECONE_NEW_INDEX: target,
    EMBEDDING_BATCH_SIZE: String(batch),
    // Slow enough that ten kills fall into the run.
    GEMINI_REQUESTS_PER_MINUTE: "12000",
    GEMINI_TOKENS_PER_MINUTE: "1000000000",
  });
  await server.start();
  const begin = async (route?: string) => {
    const begun = { namespaces: [namespace], yes: true, ...(route ? { route } : {}) };
    const { run } = await server.ask(z.object({ run: runSchema }), "POST", "/reembed", begun);
    return run.id;
  };
  const halves = overflow === null ? null : await emptyTarget(services);
  if (overflow !== null && halves !== null) {
    await server.ask(z.unknown(), "POST", "/connections", overflow.connection);
    const definition = {
      source: { connection: "source", collection: indexes.source },
      target: { connection: "target", collection: halves },
      vectors: { from: "text", text: { keys: ["text"] } },
      overflow: overflow.rule,
    };
    await server.ask(z.unknown(), "POST", "/routes", { name: "halves", definition });
  }
  if (overflow?.holdsVectors) {
    const definition = {
      source: { connection: "source", collection: indexes.source },
      target: { connection: "meta", collection: table },
      vectors: { from: "text", text: { keys: ["text"] } },
    };
    await server.ask(z.unknown(), "POST", "/routes", { name: "to-table", definition });
  }
  const runs = [
    await begin(),
    ...(halves === null ? [] : [await begin("halves")]),
    ...(overflow?.holdsVectors ? [await begin("to-table")] : []),
  ];
  const now = () => Promise.all(runs.map((id) => server.ask(runSchema, "GET", `/runs/${id}`)));
  const written = (all: readonly Run[]) => all.reduce((sum, { outcome }) => sum + outcome.written, 0);

  let killed = 0;
  for (; killed < kills; killed++) {
    // A moment of its own each time: after this many more records than at the last kill, plus some milliseconds.
    const goal = Math.floor((records * runs.length * (killed + 0.5)) / (kills + 1));
    while (written(await now()) < goal) await delay(5);
    await delay(Math.random() * 100);
    await server.kill();
    await server.start();
  }
  let last = await now();
  while (!last.every(({ state }) => ["succeeded", "succeeded-with-findings", "failed"].includes(state))) {
    await delay(50);
    last = await now();
  }

  expect(killed).toBe(kills);
  for (const run of last) {
    expect(run).toMatchObject({ state: "succeeded", total: records, verified: { ok: 1, failed: 0 } });
    expect(run.outcome).toEqual({ written: records, unchanged: 0, skipped: 0, failed: 0, drifted: 0 });
  }
  const { embedded } = await services.gemini.counters();
  expect(embedded.distinct).toBe(records);
  expect(embedded.repeats).toBeLessThanOrEqual(records * (runs.length - 1) + kills * batch * batchesAtOnce);
  const { writes } = await services.source.counters();
  expect(writes[indexes.source] ?? 0).toBe(0);
  const source = await services.source.records(indexes.source, namespace);
  const whole = source.map(({ id, metadata }) => ({ id, metadata: { ...metadata, clearance_level: 1 } }));
  const vectors = await services.target.records(target, namespace, { values: true });
  expect(vectors.map(({ id, metadata }) => ({ id, metadata }))).toEqual(whole);
  for (const one of vectors) expect(one.values).toHaveLength(3072);
  if (overflow !== null && halves !== null) {
    const kept = await services.target.records(halves, namespace, { values: true });
    expect(kept.map(({ id, metadata }) => ({ id, metadata }))).toEqual(
      source.map(({ id, metadata: { title } }) => ({ id, metadata: { title } })),
    );
    for (const one of kept) expect(one.values).toHaveLength(3072);
    expect(await overflow.rows(halves, namespace)).toEqual(source.map(({ id, metadata }) => ({ id, metadata })));
    // Told by the process that ended the run, which lives on.
    const moved = { collection_name: indexes.source, pinecone_index: halves, status: "completed", error_message: null };
    await expect
      .poll(() => overflow?.status(), { timeout: limits.run })
      .toEqual([{ ...moved, total_documents: records, migrated_documents: records }]);
  }
  if (overflow?.holdsVectors)
    expect(await overflow.vectors(table)).toEqual(
      source.map(({ id, metadata }) => ({ id, metadata, dimension: 3072 })),
    );
  await server.stop();

  await backedUpAndRestored(target, vectors);
});

/** What one process of the two below has written when it is killed. */
const share = 1 / 3;

/** An index is backed up, and restored into an empty one, each by two processes of which the first is killed; all is as it was, bit for bit. */
async function backedUpAndRestored(index: string, vectors: readonly object[]): Promise<void> {
  const restored = await emptyTarget(services);
  server = new Server({
    ...services.environment,
    ...{ PORTAGE_MODE: "live", PORTAGE_DATA_DIR: dataDir, PORTAGE_FOLDERS: dataDir, QUERY_BATCH_SIZE: "50" },
    ...{ PINECONE_OLD_INDEX: indexes.source, PINECONE_NEW_INDEX: index, UPSERT_BATCH_SIZE: "50" },
    // Slow enough that a kill falls into each.
    ...{ PINECONE_FETCHES_PER_SECOND: "30", PINECONE_UPSERTS_PER_SECOND: "30" },
  });
  const ask = <T>(shape: z.ZodType<T>, path: string, body: object) => server.ask(shape, "POST", path, body);
  const withRun = z.object({ run: runSchema, route: z.string().optional() });
  const killedOnce = async ({ run: { id } }: z.infer<typeof withRun>) => {
    const now = () => server.ask(runSchema, "GET", `/runs/${id}`);
    let run = await now();
    while (run.outcome.written < records * share) run = await now();
    expect(run.state).toBe("running");
    expect(run.outcome.written).toBeLessThan(records);
    await server.kill();
    await server.start();
    await expect.poll(async () => (await now()).state, { timeout: limits.run }).toBe("succeeded");
    expect(await now()).toMatchObject({
      total: records,
      outcome: { written: records },
      verified: { ok: 1, failed: 0 },
    });
  };
  await server.start();
  const backup = await ask(withRun, "/backups", { side: "target", folder: "backup", namespaces: [namespace] });
  await killedOnce(backup);
  const { routes } = await server.ask(z.object({ routes: z.array(routeSchema) }), "GET", "/routes");
  const folder = routes.find(({ name }) => name === backup.route)?.definition.target.connection;
  const definition = {
    source: { connection: folder, collection: "" },
    target: { connection: "target", collection: restored },
    vectors: { from: "source" },
  };
  await ask(z.unknown(), "/routes", { name: "restore", definition });
  await killedOnce(await ask(withRun, "/reembed", { route: "restore", namespaces: [namespace], yes: true }));
  expect(await services.target.records(restored, namespace, { values: true })).toEqual(vectors);
  await server.stop();
}
