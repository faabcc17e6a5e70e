import { type Config, overrideConfig } from "@/lib/config";
import type { OpenedDatabase } from "@/lib/db/contract";
import { openDatabase } from "@/lib/db/open";
import { type DataLock, lockDataDirectory, readHolder } from "./data-lock";
import { startSandboxThread } from "./sandbox";

/** What every process of Portage waits for longest, on its way. */
export type Begun = {
  config: Config;
  /** `null`: this process needs none. */
  lock: DataLock | null;
  sandbox: Promise<OpenedSandbox>;
  database: Promise<OpenedDatabase>;
  /** Hands over what the sandbox says, what it has said already too. */
  hear(line: (said: string) => void): void;
  /** Closes what came to be open, whatever became of the rest. */
  close(): Promise<void>;
};

type OpenedSandbox = { environment: Record<string, string>; failed: Promise<Error>; close(): Promise<void> };

/**
 * Takes the data directory's lock, and starts the threads of the sandbox and of the database side by side: neither needs the other. It reads
 * little code, so that the rest of a process is read while they start.
 * @param brief for a command that only asks
 * @throws OperatorError `data-directory-locked`
 */
export function begin(overrides: Record<string, string>, { brief = false } = {}): Begun {
  const config = overrideConfig(overrides);
  const lock = takeLock(config);
  const said: string[] = [];
  let heard = (line: string): void => void said.push(line);
  const sandbox = openSandbox(config, lock, (line) => heard(line));
  const database = openDatabase({ url: config.databaseUrl, dataDir: config.dataDir, brief });
  return {
    config,
    lock,
    sandbox,
    database,
    hear(line) {
      heard = line;
      said.splice(0).forEach(line);
    },
    async close() {
      await Promise.allSettled([database.then((opened) => opened.close()), sandbox.then((opened) => opened.close())]);
      lock?.release();
    },
  };
}

/** The embedded database and the sandbox's data belong to one process; a server's database to any number. */
function takeLock(config: Config): DataLock | null {
  if (config.databaseUrl && (config.mode === "live" || readHolder(config.dataDir)?.sandbox)) return null;
  return lockDataDirectory(config.dataDir);
}

async function openSandbox(config: Config, lock: DataLock | null, log: (line: string) => void): Promise<OpenedSandbox> {
  const never = { failed: new Promise<Error>(() => {}), close: async () => {} };
  if (config.mode === "live") return { environment: {}, ...never };
  const running = lock ? null : readHolder(config.dataDir)?.sandbox;
  if (running) return { environment: running, ...never };
  const { ready, failed, stop } = await startSandboxThread({ dataDir: config.dataDir, log });
  // Named, because the stand-ins' keys alone would mean the live mode.
  const { PGVECTOR_URL: samples, ...standIns } = ready.environment;
  // A database that was set stays the one that is meant.
  const tables = samples !== undefined && config.pgvector.address === null ? { PGVECTOR_URL: samples } : null;
  const environment: Record<string, string> = { ...standIns, ...tables, PORTAGE_MODE: "sandbox" };
  lock?.announce({ sandbox: environment });
  return { environment, failed, close: stop };
}
