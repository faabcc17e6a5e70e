import os from "node:os";
import type { Log } from "@/lib/actions/verbs/context";
import type { Config } from "@/lib/config";
import type { Database } from "@/lib/db/contract";
import { openDocuments } from "@/lib/documents/registry";
import { openEmbedder } from "@/lib/embedders/registry";
import { RouteBook } from "@/lib/routes/open-route";
import { startEngine } from "@/lib/runs/worker/engine";
import { openQueue } from "@/lib/runs/worker/queue";
import { openStores } from "@/lib/stores/registry";
import type { RunningEngine } from "./engine";

/** The run engine in this thread. */
export async function startEngineHere(parts: {
  config: Config;
  database: Database;
  log: Log;
  schedules: boolean;
}): Promise<RunningEngine> {
  const { config, database, log, schedules } = parts;
  const queue = await openQueue({ database, redisUrl: config.redisUrl, log });
  const stores = openStores(config);
  const embedder = openEmbedder(config);
  const documents = openDocuments(config);
  const routes = new RouteBook({ config, database, ...stores, embedder });
  const workerName = `${os.hostname()}:${process.pid}`;
  const engine = await startEngine({
    config,
    database,
    ...stores,
    embedder,
    routes,
    documents,
    queue,
    log,
    workerName,
    schedules,
  });
  return {
    failed: new Promise<Error>(() => {}),
    async stop() {
      await engine.stop();
      await queue.close();
      await Promise.all([routes.close(), stores.source.close(), stores.target.close(), documents?.close()]);
    },
  };
}
