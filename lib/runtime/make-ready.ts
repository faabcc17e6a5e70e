import path from "node:path";
import { z } from "zod";
import { startHere } from "@/lib/db/embedded/start-here";
import { openRunning } from "@/lib/db/open";
import { openQueue } from "@/lib/runs/worker/queue";
import { openPostgres } from "@/sandbox/postgres/open";
import { startSandbox } from "@/sandbox/start";

/**
 * Entry of a step of the build: makes in a folder, as in a data directory, what `lib/ready-made.ts` hands out. `database FOLDER`: no records, but
 * the tables of this version and of the queue. `sandbox FOLDER`: the stand-ins' indexes and documents, filled;
 * `postgres FOLDER`: an application's tables.
 */
const [kind, folder] = z.tuple([z.enum(["database", "sandbox", "postgres"]), z.string()]).parse(process.argv.slice(2));

if (kind === "database") {
  const database = await openRunning(await startHere({ folder: path.join(folder, "database") }));
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  await (await openQueue({ database, redisUrl: null, log })).close();
  await database.close();
} else if (kind === "postgres") {
  await (await openPostgres({ folder: path.join(folder, "postgres") })).close();
} else {
  await (await startSandbox({ dataDir: folder })).close();
}
process.exit(0);
