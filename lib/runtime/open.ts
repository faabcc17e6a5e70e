import { type Context, type Log, offerContext } from "@/lib/actions/verbs/context";
import { type Config, overrideConfig } from "@/lib/config";
import type { OpenedDatabase } from "@/lib/db/contract";
import { openDatabase } from "@/lib/db/open";
import { controlChannel } from "@/lib/runs/lifecycle/parts";
import { type DataLock, lockDataDirectory, readHolder } from "./data-lock";
import type { RunningEngine } from "./engine";
import { type LogOptions, openLog, secretsOf } from "./log";
import { startSandboxThread } from "./sandbox";

export type RuntimeOptions = {
  /** Settings that come before the environment and `.env`. */
  overrides?: Record<string, string>;
  /** Whether runs are worked on here: in a thread of their own, in this one, or not at all. */
  engine: "thread" | "inline" | "none";
  /** Whether the engine keeps to schedules: not in a process that is there for one command. Yes when left out. */
  schedules?: boolean;
  /** Who is asking: `web`, `cli:<user>`, ... */
  actor: string;
  /** Log lines on stderr; warnings alone when left out. */
  show?: LogOptions["show"];
};

/** Everything that a process of Portage has open. */
export type Runtime = {
  config: Config;
  context: Context;
  log: Log;
  /** Settles, with the reason, when a part dies by itself: the process can't go on then. */
  failed: Promise<Error>;
  /** Names this process' hold on its data directory; `null` when it needs none. Sent along with every answer. */
  instance: string | null;
  /** Tells other processes of this machine where this one serves. */
  announce(url: string): void;
  /** Stops the engine after the batches in flight, then closes everything. */
  close(): Promise<void>;
};

/**
 * Opens what the configuration names, in an order in which each part finds what it needs: the data directory's lock, the sandbox
 * in sandbox mode, the database, the connectors, the engine. Offers the context to the pages of this process.
 * @throws OperatorError when a part can't be opened; whatever was opened before is closed again
 */
export async function openRuntime(options: RuntimeOptions): Promise<Runtime> {
  const opened: (() => unknown)[] = [];
  const closeAll = async () => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    return await open(options, opened, closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function open(
  options: RuntimeOptions,
  opened: (() => unknown)[],
  closeAll: () => Promise<void>,
): Promise<Runtime> {
  const given = overrideConfig(options.overrides ?? {});
  const show = options.show ?? "warnings";
  const lock = takeLock(given);
  if (lock) opened.push(() => lock.release());
  const failures: Promise<Error>[] = [];

  // Neither needs the other, and each takes a while.
  const openings = [
    openSandbox(given, lock, show).then((sandbox) => {
      opened.push(sandbox.close);
      return sandbox;
    }),
    openDatabase({ url: given.databaseUrl, dataDir: given.dataDir }).then((database) => {
      opened.push(() => database.close());
      return database;
    }),
  ] as const;
  // What it takes to talk to the services is read while the threads start.
  const loading = import("./connectors");
  if (given.mode === "sandbox" || given.pinecone.source.apiKey !== null)
    // Needed by nearly every command; a file that can't be read is told by the first request.
    void loading.then(({ readAhead }) => readAhead()).catch(() => {});
  await Promise.allSettled([...openings, loading]);
  const [sandbox, database] = await Promise.all(openings);
  failures.push(sandbox.failed, database.failed);
  const overrides = { ...options.overrides, ...sandbox.environment };
  const config = overrideConfig(overrides);
  const log = openLog({ dataDir: config.dataDir, secrets: secretsOf(config), show });

  const { checkSeals, openDocuments, openEmbedder, openStores, RouteBook } = await loading;
  const stores = openStores(config);
  opened.push(() => Promise.all([stores.source.close(), stores.target.close()]));

  const documents = openDocuments(config);
  opened.push(() => documents?.close());

  const engine = await openEngine(options.engine, {
    config,
    database,
    log,
    overrides,
    show,
    schedules: options.schedules ?? true,
  });
  if (engine) {
    opened.push(() => engine.stop());
    failures.push(engine.failed);
  }
  const embedder = openEmbedder(config);
  const routes = new RouteBook({ config, database, ...stores, embedder });
  opened.push(() => routes.close());
  // Of a command, what it needs says so by itself.
  if (show === "all") await checkSeals({ config, database }, (words) => log.warn({}, words));
  const context: Context = {
    config,
    database,
    ...stores,
    embedder,
    routes,
    documents,
    wake: () => database.notify(controlChannel, ""),
    log,
    actor: options.actor,
  };
  offerContext(context);
  return {
    config,
    context,
    log,
    failed: Promise.race(failures),
    instance: lock?.id ?? null,
    announce: (url) => lock?.announce({ url }),
    close: closeAll,
  };
}

/** The embedded database and the sandbox's data belong to one process; a server's database to any number. */
function takeLock(config: Config): DataLock | null {
  if (config.databaseUrl && (config.mode === "live" || readHolder(config.dataDir)?.sandbox)) return null;
  return lockDataDirectory(config.dataDir);
}

type OpenedSandbox = { environment: Record<string, string>; failed: Promise<Error>; close(): Promise<void> };

async function openSandbox(config: Config, lock: DataLock | null, show: LogOptions["show"]): Promise<OpenedSandbox> {
  const never = { failed: new Promise<Error>(() => {}), close: async () => {} };
  if (config.mode === "live") return { environment: {}, ...never };
  const running = lock ? null : readHolder(config.dataDir)?.sandbox;
  if (running) return { environment: running, ...never };
  const log = openLog({ dataDir: config.dataDir, secrets: [], show });
  const { ready, failed, stop } = await startSandboxThread({ dataDir: config.dataDir, log });
  // Named, because the stand-ins' keys alone would mean the live mode.
  const environment = { ...ready.environment, PORTAGE_MODE: "sandbox" };
  lock?.announce({ sandbox: environment });
  return { environment, failed, close: stop };
}

async function openEngine(
  where: RuntimeOptions["engine"],
  parts: {
    config: Config;
    database: OpenedDatabase;
    log: Log;
    overrides: Record<string, string>;
    show: LogOptions["show"];
    schedules: boolean;
  },
): Promise<RunningEngine | null> {
  if (where === "none") return null;
  if (where === "inline") return (await import("./engine-here")).startEngineHere(parts);
  const { database, overrides, show, schedules } = parts;
  const { startEngineThread } = await import("./engine");
  return startEngineThread({ database, overrides, show, schedules });
}
