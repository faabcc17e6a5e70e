import { parentPort, workerData } from "node:worker_threads";
import { z } from "zod";
import { admit } from "@/lib/db/embedded/control";
import { openPostgres } from "./open";

/**
 * Entry of the thread of the sandbox's PostgreSQL: building an index takes seconds, in which the other stand-ins must answer. It is asked for
 * connections like the thread of Portage's own database.
 */
const parent = parentPort;
if (!parent) throw new Error("This file is the entry of a worker thread.");
const options = z.object({ folder: z.string().nullable(), made: z.string().nullable() }).parse(workerData);
const order = z.object({ close: z.literal(true) });

try {
  const { session, close } = await openPostgres(options);
  admit(session, parent);
  parent.on("message", async (message: unknown) => {
    if (!order.safeParse(message).success) return;
    await close();
    parent.close();
  });
  parent.postMessage({ ready: true });
} catch (error) {
  parent.postMessage({ problem: error instanceof Error ? error.message : String(error) });
  parent.close();
}
