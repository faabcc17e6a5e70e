import type { MessagePort } from "node:worker_threads";
import { startThread } from "@/lib/worker-thread";
import { unusableFolder } from "../refusals";
import { askControl, type Control } from "./control";
import { type ThreadOrder, threadData, threadProblem, threadReady } from "./thread-messages";

/** The embedded database as its owner holds it. */
export type Running = {
  control: Control;
  /** A control port for another thread. */
  channel(): MessagePort;
  failed: Promise<Error>;
  close(): Promise<void>;
};

/** Starts the thread that owns the database in `folder`. `file`: the bundled thread; `brief`: for a few statements only. */
export async function startDatabaseThread(folder: string, file: string, brief = false): Promise<Running> {
  const thread = await startThread({
    name: "database",
    file,
    data: threadData.parse({ folder, brief }),
    ready: threadReady,
    problem: threadProblem.transform(({ message, code }) =>
      unusableFolder(folder, Object.assign(new Error(message), code === undefined ? {} : { code })),
    ),
    youngMb: 8,
    stop: { kind: "close" } satisfies ThreadOrder,
  });
  return {
    control: thread,
    channel: () => askControl(thread),
    failed: thread.failed,
    close: () => thread.stop(),
  };
}
