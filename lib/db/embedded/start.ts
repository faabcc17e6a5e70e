import { once } from "node:events";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { unusableFolder } from "../refusals";
import { admit, askControl } from "./control";
import { type EmbeddedOptions, openEmbedded } from "./pglite";
import { type ThreadNews, type ThreadOrder, threadData, threadNews } from "./thread-messages";

/** The embedded database as its owner holds it. */
export type Running = {
  control: Pick<MessagePort, "postMessage">;
  /** A control port for another thread. */
  channel(): MessagePort;
  failed: Promise<Error>;
  close(): Promise<void>;
};

/** Starts the thread that owns the database in `folder`. `file`: the bundled thread. */
export async function startThread(folder: string, file: string): Promise<Running> {
  const worker = new Worker(file, { workerData: threadData.parse({ folder }), name: "database" });
  const ended = once(worker, "exit");
  let closing = false;
  const failed = new Promise<Error>((resolve) => {
    worker.once("error", (error) => resolve(error instanceof Error ? error : new Error(String(error))));
    void ended.then(() => {
      if (!closing) resolve(new Error("The database's thread ended unexpectedly."));
    });
  });
  const news = await Promise.race([firstNews(worker), failed]);
  if (news instanceof Error) throw unusableFolder(folder, news);
  if (news.kind === "failed") {
    closing = true;
    throw unusableFolder(folder, Object.assign(new Error(news.message), news.code ? { code: news.code } : {}));
  }
  return {
    control: worker,
    channel: () => askControl(worker),
    failed,
    async close() {
      closing = true;
      worker.postMessage({ kind: "close" } satisfies ThreadOrder);
      await ended;
    },
  };
}

async function firstNews(worker: Worker): Promise<ThreadNews> {
  const [message] = await once(worker, "message");
  return threadNews.parse(message);
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
