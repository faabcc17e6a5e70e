import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { emptyTarget, indexes, namespace, type Services, startServices } from "@/bench/services";
import { type Run, runSchema } from "@/lib/shapes/runs/run";
import { Server } from "./server";

const records = 3000;
const batch = 20;
/** Batches that one process has under way. */
const batchesAtOnce = 16;
const kills = 10;

let services: Services;
let server: Server;
let dataDir: string;

afterEach(async () => {
  await server?.kill();
  await services?.close();
  await rm(dataDir, { recursive: true, force: true });
});

test("a server killed ten times in the middle of a run ends it right: nothing lost, nothing counted twice, nothing written to the source", async () => {
  services = await startServices({ records });
  const target = await emptyTarget(services);
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
  const { run } = await server.ask(z.object({ run: runSchema }), "POST", "/reembed", { namespaces: [namespace] });
  const now = () => server.ask(runSchema, "GET", `/runs/${run.id}`);

  let killed = 0;
  for (; killed < kills; killed++) {
    // A moment of its own each time: after this many more records than at the last kill, plus some milliseconds.
    const goal = Math.floor((records * (killed + 0.5)) / (kills + 1));
    while ((await now()).outcome.written < goal) await delay(5);
    await delay(Math.random() * 100);
    await server.kill();
    await server.start();
  }
  let last: Run = await now();
  while (!["succeeded", "succeeded-with-findings", "failed"].includes(last.state)) {
    await delay(50);
    last = await now();
  }

  expect(killed).toBe(kills);
  expect(last).toMatchObject({ state: "succeeded", total: records, verified: { ok: 1, failed: 0 } });
  expect(last.outcome).toEqual({ written: records, unchanged: 0, skipped: 0, failed: 0, drifted: 0 });
  const { embedded } = await services.gemini.counters();
  expect(embedded.distinct).toBe(records);
  expect(embedded.repeats).toBeLessThanOrEqual(kills * batch * batchesAtOnce);
  const { writes } = await services.source.counters();
  expect(writes[indexes.source] ?? 0).toBe(0);
  const [source, written] = await Promise.all([
    services.source.records(indexes.source, namespace),
    services.target.records(target, namespace, { values: true }),
  ]);
  expect(written.map((one) => one.id)).toEqual(source.map((one) => one.id));
  for (const [at, one] of written.entries()) {
    expect(one.metadata).toEqual({ ...source[at]?.metadata, clearance_level: 1 });
    expect(one.values).toHaveLength(3072);
  }
  await server.stop();
});
