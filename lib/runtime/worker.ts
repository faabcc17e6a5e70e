import { readConfig } from "@/lib/config";
import { OperatorError } from "@/lib/operator-error";
import { openRuntime } from "./open";
import { outliveReaders } from "./unread-output";
import { untilStopped } from "./until-stopped";

/**
 * Works on runs without serving pages, beside any number of others on this and other machines, until SIGINT or SIGTERM.
 * @returns the exit code.
 * @throws OperatorError `worker-needs-database` without DATABASE_URL
 */
export async function work(say: (line: string) => void = (line) => process.stderr.write(`${line}\n`)): Promise<number> {
  if (!readConfig().databaseUrl) {
    throw new OperatorError({
      kind: "usage",
      code: "worker-needs-database",
      what: "A worker of its own needs DATABASE_URL: the embedded database belongs to one process.",
      notLost: "Nothing was started.",
      next: "Set DATABASE_URL for the server and its workers, or start `portage serve`, which works on runs by itself.",
    });
  }
  outliveReaders();
  const runtime = await openRuntime({ engine: "inline", actor: "worker", show: "all" });
  say(`A worker is ready (process ${process.pid}). Ctrl-C stops it.`);
  try {
    return await untilStopped(runtime, say, () => runtime.close());
  } catch (error) {
    await runtime.close();
    throw error;
  }
}
