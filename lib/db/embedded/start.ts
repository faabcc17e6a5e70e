import { MessageChannel, type MessagePort } from "node:worker_threads";
import { startThread } from "@/lib/worker-thread";
import { unusableFolder } from "../refusals";
import { admit, askControl, type Control } from "./control";
import { type EmbeddedOptions, openEmbedded } from "./pglite";
import { type ThreadOrder, threadData, threadProblem, threadReady } from "./thread-messages";

/** The embedded database as its owner holds it. */
export type Running = {
  control: Control;
  /** A control port for another thread. */
  channel(): MessagePort;
  failed: Promise<Error>;
  close(): Promise<void>;
};

/** Starts the thread that owns the database in `folder`. `file`: the bundled thread. */
export async function startDatabaseThread(folder: string, file: string): Promise<Running> {
  const thread = await startThread({
    name: "database",
    file,
    data: threadData.parse({ folder }),
    ready: threadReady,
    problem: threadProblem.transform(({ message, code }) =>
      unusableFolder(folder, Object.assign(new Error(message), code === undefined ? {} : { code })),
    ),
    stop: { kind: "close" } satisfies ThreadOrder,
  });
  return {
    control: thread,
    channel: () => askControl(thread),
    failed: thread.failed,
    close: () => thread.stop(),
  };
}

/** Runs the database in this thread: for tests and for scripts that have nothing else to do. */
export async function startHere(options: EmbeddedOptions): Promise<Running & { dump(): Promise<Blob> }> {
  const embedded = await openEmbedded(options).catch((error: unknown) => {
    throw options.folder === null ? error : unusableFolder(options.folder, error);
  });
  const { port1, port2 } = new MessageChannel();
  admit(embedded.session, port2);
  port1.unref();
  port2.unref();
  return {
    control: port1,
    channel: () => askControl(port1),
    failed: new Promise<Error>(() => {}),
    dump: () => embedded.dump(),
    async close() {
      port1.close();
      await embedded.close();
    },
  };
}
