/**
 * Portage's engine in a process of its own, analysing `BENCH_NAMESPACES` namespaces of both sides (left out: one, `n`); sends what it took.
 * With `BENCH_FETCHES` it reads all records by ID.
 */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { parseConfig } from "@/lib/config";
import { openDatabase } from "@/lib/db/open";
import { openEmbedder } from "@/lib/embedders/registry";
import { createRun } from "@/lib/runs/lifecycle/create-run";
import { settingsFor } from "@/lib/runs/lifecycle/settings";
import { startEngine } from "@/lib/runs/worker/engine";
import { openQueue } from "@/lib/runs/worker/queue";
import { openStores } from "@/lib/stores/registry";

const url = process.env.BENCH_URL ?? "";
const dataDir = await mkdtemp(path.join(os.tmpdir(), "portage-bench-"));
const values = {
  PORTAGE_MODE: "live",
  PORTAGE_DATA_DIR: dataDir,
  PINECONE_API_KEY: "bench",
  PINECONE_CONTROLLER_HOST: url,
  PINECONE_OLD_INDEX: "source",
  PINECONE_NEW_INDEX: "target",
  PINECONE_FETCHES_PER_SECOND: "1000000",
  PINECONE_LISTS_PER_SECOND: "1000000",
};
const config = parseConfig([{ origin: "environment", values }], dataDir);
const log = { info() {}, warn: console.error, error: console.error };
const database = await openDatabase({ url: null, dataDir });
const queue = await openQueue({ database, redisUrl: null, log });
const opened = openStores(config);
const { sweepHeads: _, ...fetchingSource } = opened.source;
const { sweepHeads: __, ...fetchingTarget } = opened.target;
const stores = process.env.BENCH_FETCHES ? { source: fetchingSource, target: fetchingTarget } : opened;
const many = Number(process.env.BENCH_NAMESPACES ?? "1");
const parts = {
  config,
  database,
  ...stores,
  embedder: openEmbedder(config),
  documents: null,
  log,
  workerName: "bench:1",
};
const engine = await startEngine({ ...parts, queue });

const megabytes = () => process.memoryUsage.rss() / 1024 / 1024;
const idle = megabytes();
let peak = idle;
const sampling = setInterval(() => {
  peak = Math.max(peak, megabytes());
}, 25);

const planSchema = z.object({ state: z.string(), changes: z.number(), orphans: z.number(), unchanged: z.number() });
const started = performance.now();
const before = process.cpuUsage();
const { runId } = await createRun(database, {
  kind: "plan",
  planKind: "mirror",
  namespaces: many === 1 ? ["n"] : Array.from({ length: many }, (_, at) => `n-${at}`),
  expected: new Map(),
  settings: settingsFor({ config }),
  startedBy: "bench",
});
const ended = new Promise<z.infer<typeof planSchema>>((resolve) => {
  const look = async () => {
    const [plan] = await database.rows(
      planSchema,
      `SELECT p."state", p."creates" + p."updates" AS changes, p."orphans", p."unchanged" FROM "Plan" p JOIN "Run" r ON r."planId" = p."id" WHERE r."id" = $1`,
      [runId],
    );
    if (plan && plan.state !== "planning") resolve(plan);
    else setTimeout(() => void look(), 100);
  };
  void look();
});
const plan = await ended;
const seconds = (performance.now() - started) / 1000;
clearInterval(sampling);
const { user, system } = process.cpuUsage(before);
process.send?.({ seconds, cpu: (user + system) / 1e6, idle, peak, plan });
await engine.stop();
await database.close();
await rm(dataDir, { recursive: true, force: true });
process.disconnect?.();
