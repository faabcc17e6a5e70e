import { parentPort, workerData } from "node:worker_threads";
import { overrideConfig } from "@/lib/config";
import { openDatabase } from "@/lib/db/open";
import { isOperatorError } from "@/lib/operator-error";
import { cannotStart } from "@/lib/worker-thread";
import { engineStop, engineThreadData } from "./engine";
import { startEngineHere } from "./engine-here";
import { openLog, secretsOf } from "./log";

/** Entry of the engine thread. */
const parent = parentPort;
if (!parent) throw new Error("This file is the entry of a worker thread.");

try {
  const { overrides, channel, show, schedules } = engineThreadData.parse(workerData);
  const config = overrideConfig(overrides);
  const log = openLog({ dataDir: config.dataDir, limits: config.log, secrets: secretsOf(config), show });
  const database = await openDatabase({
    url: config.databaseUrl,
    dataDir: config.dataDir,
    ...(channel ? { channel } : {}),
  });
  const engine = await startEngineHere({ config, database, log, schedules });
  parent.on("message", async (message: unknown) => {
    if (!engineStop.safeParse(message).success) return;
    await engine.stop();
    await database.close();
    parent.close();
  });
  parent.postMessage({ kind: "ready" });
} catch (error) {
  const { kind, code, what, notLost, next } = isOperatorError(error) ? error : cannotStart("engine", error);
  parent.postMessage({ kind, code, what, notLost, next });
  parent.close();
}
