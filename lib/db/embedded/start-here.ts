import { MessageChannel } from "node:worker_threads";
import { unusableFolder } from "../refusals";
import { admit, askControl } from "./control";
import { type EmbeddedOptions, openEmbedded } from "./pglite";
import type { Running } from "./start";

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
