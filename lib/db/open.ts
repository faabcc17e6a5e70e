import path from "node:path";
import type { MessagePort } from "node:worker_threads";
import { isOperatorError } from "@/lib/operator-error";
import { bundledFile } from "@/lib/package-root";
import type { Secret } from "@/lib/secret";
import type { OpenedDatabase } from "./contract";
import type { Connector } from "./database";
import { askControl } from "./embedded/control";
import { type Running, startDatabaseThread } from "./embedded/start";
import { unreachable } from "./refusals";

export type DatabaseOptions = {
  /** A PostgreSQL server; `null` for the embedded database. */
  url: Secret | null;
  /** Absolute. Its lock must be held by this process when the database is embedded. */
  dataDir: string;
  /** From `OpenedDatabase.channel()` of the thread that opened the embedded database. */
  channel?: MessagePort;
  /** It is opened for a few statements only. */
  brief?: boolean;
  /** The bundled database thread, when it isn't where the build puts it. */
  threadFile?: string;
};

/** The drivers, read while the database's thread starts. */
const loadDrivers = () => import("./database");

/** Long enough for a server far away, short enough for somebody who waits at a terminal. */
const CONNECT_MS = 10_000;

/**
 * Opens Portage's database and brings its tables up to date.
 * @throws OperatorError `database-unreachable`, `database-too-old`, `database-newer`, `migration-failed-earlier`,
 * `migration-failed`, `data-directory-unusable`
 */
export async function openDatabase(options: DatabaseOptions): Promise<OpenedDatabase> {
  if (options.url) return openServer(options.url);
  if (options.channel) return joinEmbedded(options.channel);
  const file = options.threadFile ?? bundledFile("database-thread.mjs");
  const starting = startDatabaseThread(path.join(options.dataDir, "database"), file, options.brief);
  await Promise.allSettled([starting, loadDrivers()]);
  return openRunning(await starting);
}

/** Over an embedded database that was started before; closes it in the end. */
export async function openRunning(running: Running): Promise<OpenedDatabase> {
  const { createDatabase, embeddedConnector, migrateFirst } = await loadDrivers();
  const connector: Connector = { ...embeddedConnector(running.control), closed: () => running.close() };
  try {
    await migrateFirst(connector);
  } catch (error) {
    await running.close();
    throw error;
  }
  return { ...createDatabase(connector), channel: () => running.channel(), failed: running.failed };
}

async function joinEmbedded(control: MessagePort): Promise<OpenedDatabase> {
  const { createDatabase, embeddedConnector } = await loadDrivers();
  const connector: Connector = { ...embeddedConnector(control), closed: async () => control.close() };
  const failed = new Promise<Error>((resolve) =>
    control.once("close", () => resolve(new Error("The database's thread ended."))),
  );
  return { ...createDatabase(connector), channel: () => askControl(control), failed };
}

async function openServer(url: Secret): Promise<OpenedDatabase> {
  const { createDatabase, migrateFirst } = await loadDrivers();
  const connector: Connector = {
    kind: "server",
    most: 10,
    client: { connectionString: url.reveal(), keepAlive: true, connectionTimeoutMillis: CONNECT_MS },
  };
  try {
    await migrateFirst(connector);
  } catch (error) {
    throw isOperatorError(error) ? error : unreachable(url.reveal(), error);
  }
  return { ...createDatabase(connector), channel: () => null, failed: new Promise<Error>(() => {}) };
}
