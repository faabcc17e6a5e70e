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
import { indexes, type Services, unpaced } from "../services";

const stateSchema = z.object({ state: z.string(), written: z.number(), error: z.unknown() });

/** `seconds` until the last record was written; `checkedSeconds` until the read-back check was done, too. */
export type PortageRun = { seconds: number; checkedSeconds: number };

/** Portage as it runs: its engine in this process, its embedded database in a thread, its connectors over the real SDKs. */
export async function withPortage<T>(
  services: Services,
  target: string,
  environment: Record<string, string>,
  work: (run: (namespaces: readonly string[], records: number) => Promise<PortageRun>) => Promise<T>,
): Promise<T> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), "portage-bench-"));
  const values = {
    ...services.environment,
    PORTAGE_MODE: "live",
    PINECONE_OLD_INDEX: indexes.source,
    PINECONE_NEW_INDEX: target,
    ...unpaced,
    ...environment,
  };
  const config = parseConfig([{ origin: "environment", values }], dataDir);
  const log = { info() {}, warn: console.error, error: console.error };
  const database = await openDatabase({ url: null, dataDir });
  const queue = await openQueue({ database, redisUrl: null, log });
  const embedder = openEmbedder(config);
  const engine = await startEngine({
    config,
    database,
    ...openStores(config),
    embedder,
    documents: null,
    log,
    workerName: "bench",
    queue,
  });
  try {
    return await work(async (namespaces, records) => {
      const started = performance.now();
      const { runId } = await createRun(database, {
        kind: "reembed",
        namespaces,
        expected: new Map(),
        settings: settingsFor({ config }, { sample: 0 }),
        startedBy: "bench",
      });
      const statement = `SELECT r."state", sum(s."written")::int AS written, r."error" FROM "Run" r JOIN "Segment" s ON s."runId" = r."id" WHERE r."id" = $1 GROUP BY r."id"`;
      let finish: () => void = () => {};
      const stop = await database.listen("portage_run", () => finish());
      let seconds = 0;
      const elapsed = () => (performance.now() - started) / 1000;
      for (;;) {
        const told = new Promise<void>((resolve) => {
          finish = resolve;
          setTimeout(resolve, 100);
        });
        const [row] = await database.rows(stateSchema, statement, [runId]);
        if (row?.written === records && seconds === 0) seconds = elapsed();
        if (row?.state.startsWith("succeeded")) {
          await stop();
          return { seconds, checkedSeconds: elapsed() };
        }
        if (row?.state === "failed") throw new Error(JSON.stringify(row));
        await told;
      }
    });
  } finally {
    await engine.stop();
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}
