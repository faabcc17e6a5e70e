import { parentPort, workerData } from "node:worker_threads";
import { codeOf } from "../refusals";
import { admit } from "./control";
import { openEmbedded } from "./pglite";
import { type ThreadNews, threadData, threadOrder } from "./thread-messages";

/** Entry of the database thread: SQL runs here, so that it never holds up pages or the engine. */
const parent = parentPort;
if (!parent) throw new Error("This file is the entry of a worker thread.");
const tell = (news: ThreadNews) => parent.postMessage(news);

try {
  const embedded = await openEmbedded(threadData.parse(workerData));
  admit(embedded.session, parent);
  parent.on("message", async (message: unknown) => {
    if (!threadOrder.safeParse(message).success) return;
    await embedded.close();
    parent.close();
  });
  tell({ kind: "ready" });
} catch (error) {
  const code = codeOf(error);
  tell({ kind: "failed", message: error instanceof Error ? error.message : String(error), ...(code ? { code } : {}) });
  parent.close();
}
