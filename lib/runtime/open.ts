import { noteStart } from "@/lib/actions/audit/note-start";
import { type Context, type Log, offerContext } from "@/lib/actions/verbs/context";
import { settleLeft } from "@/lib/audit/intents";
import { type Config, overrideConfig } from "@/lib/config";
import type { OpenedDatabase } from "@/lib/db/contract";
import { controlChannel } from "@/lib/runs/lifecycle/parts";
import { removeLeftScratch } from "@/lib/scratch-folder";
import { type Begun, begin } from "./begin";
import type { RunningEngine } from "./engine";
import { type LogOptions, openLog, secretsOf } from "./log";

export type RuntimeOptions = {
  /** Settings that come before the environment and `.env`. */
  overrides?: Record<string, string>;
  /** What was begun with the same overrides before; it is closed with everything else. */
  begun?: Begun;
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
  const show = options.show ?? "warnings";
  const begun = options.begun ?? begin(options.overrides ?? {});
  opened.push(() => begun.close());
  const { config: given, lock } = begun;
  const failures: Promise<Error>[] = [];

  // What it takes to talk to the services is read while the threads start.
  const loading = import("./connectors");
  if (given.mode === "sandbox" || given.pinecone.source.apiKey !== null)
    // Needed by nearly every command; a file that can't be read is told by the first request.
    void loading.then(({ readAhead }) => readAhead()).catch(() => {});
  await Promise.allSettled([begun.sandbox, begun.database, loading]);
  const [sandbox, database] = await Promise.all([begun.sandbox, begun.database]);
  failures.push(sandbox.failed, database.failed);
  const overrides = { ...options.overrides, ...sandbox.environment };
  const config = overrideConfig(overrides);
  const log = openLog({ dataDir: config.dataDir, limits: config.log, secrets: secretsOf(config), show });
  begun.hear((line) => log.info({}, line));

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
  // Also where nothing but commands opens it. What can't be settled now is told as open until it is.
  await settleLeft(database).catch((error: unknown) => log.error({ error }, "the audit trail could not be written"));
  offerContext(context);
  if (show === "all") await noteStart(context);
  // Files of others aren't touched, so nothing waits for it.
  if (show === "all")
    void removeLeftScratch().catch((error: unknown) => log.warn({ error }, "scratch files could not be removed"));
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
