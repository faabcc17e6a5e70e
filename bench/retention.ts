/**
 * Whether a long history that is removed gives its room back: the database's size before it came, with it, and after the limits were kept to, with how
 * long that took and how long a read waited meanwhile. On the embedded database, and on the server in DATABASE_URL, which has to be empty, where one is
 * given: there also after `VACUUM FULL`, which autovacuum doesn't do.
 */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { parseConfig } from "@/lib/config";
import type { Database } from "@/lib/db/contract";
import { startHere } from "@/lib/db/embedded/start-here";
import { openDatabase, openRunning } from "@/lib/db/open";
import { removeHistory } from "@/lib/runs/history/remove-history";
import { Secret } from "@/lib/secret";
import { fillDatabase } from "./history/fill";

const [runs = 2000, findings = 200_000, kept = 20] = process.argv.slice(2).map(Number);
const say = (text: string) => process.stdout.write(`${text}\n`);
const config = parseConfig(
  [{ origin: "environment", values: { PORTAGE_MODE: "sandbox", PORTAGE_HISTORY_RUNS: String(kept) } }],
  "/",
);
const log = { info() {}, warn: console.error, error: console.error };

async function megabytes(database: Database): Promise<string> {
  const [size] = await database.rows(
    z.object({ bytes: z.coerce.number() }),
    `SELECT sum(pg_total_relation_size(c.oid)) AS bytes FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'public' AND c.relkind = 'r'`,
  );
  return `${((size?.bytes ?? 0) / 1e6).toFixed(1)} MB`;
}

/** Reads beside the removal until it is over: the longest waits. */
async function readBeside(database: Database, until: Promise<unknown>): Promise<string> {
  let over = false;
  void until.finally(() => {
    over = true;
  });
  const waits: number[] = [];
  while (!over) {
    const begun = performance.now();
    await database.rows(z.unknown(), `SELECT "id" FROM "Run" ORDER BY "createdAt" DESC LIMIT 50`);
    waits.push(performance.now() - begun);
    await delay(20);
  }
  waits.sort((one, other) => one - other);
  const at = (share: number) => (waits[Math.min(waits.length - 1, Math.floor(waits.length * share))] ?? 0).toFixed(0);
  return `p95 ${at(0.95)} ms, longest ${at(1)} ms`;
}

async function measure(name: string, database: Database): Promise<void> {
  const sizes = [await megabytes(database)];
  await fillDatabase(database, runs, findings);
  sizes.push(await megabytes(database));
  const begun = performance.now();
  const removing = removeHistory({ database, config, log }, new AbortController().signal, new Map());
  const reads = await readBeside(database, removing);
  await removing;
  const seconds = (performance.now() - begun) / 1000;
  sizes.push(await megabytes(database));
  say(`${name}: ${sizes.join(", then ")}; removed in ${seconds.toFixed(0)} s; a read meanwhile: ${reads}`);
  if (database.kind === "embedded") return;
  await database.run(`VACUUM`);
  const plain = await megabytes(database);
  await database.run(`VACUUM FULL`);
  say(`${name}: ${plain} after VACUUM, ${await megabytes(database)} after VACUUM FULL`);
}

const dataDir = await mkdtemp(path.join(os.tmpdir(), "portage-bench-"));
try {
  const embedded = await openRunning(await startHere({ folder: path.join(dataDir, "database") }));
  await measure(`embedded, ${runs} runs, ${findings} findings, ${kept} runs kept`, embedded);
  await embedded.close();
  if (process.env.DATABASE_URL) {
    const server = await openDatabase({ url: new Secret(process.env.DATABASE_URL), dataDir });
    await measure("server, the same", server);
    await server.close();
  }
} finally {
  await rm(dataDir, { recursive: true, force: true });
}
process.exit();
