import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, inject } from "vitest";
import { z } from "zod";
import type { OpenedDatabase } from "./contract";
import type { Running } from "./embedded/start";
import { startHere } from "./embedded/start-here";
import { readMigrations } from "./migrate";
import { openDatabase, openRunning } from "./open";
import { copyDatabase } from "./testing-server";

/**
 * A migrated, empty database for tests: in memory and in this thread, or on a real server in the projects that have one. Close it in the end.
 * The first call on a machine creates one and keeps its files in the temporary folder, later ones start from those.
 */
export async function openTestDatabase(): Promise<OpenedDatabase> {
  const template = inject("testTemplateUrl");
  if (template !== "") return openCopy(template);
  const used = idle.pop();
  const running = used ?? (await startTestDatabase());
  let closed = false;
  const close = async () => {
    if (!closed) idle.push(running);
    closed = true;
  };
  const database = await openRunning({ ...running, close });
  if (used) await empty(database);
  return database;
}

/** A migrated, empty database in memory that nobody has open yet. */
export async function startTestDatabase(): Promise<Running> {
  return startHere({ folder: null, seed: new Blob([readFileSync(await templateFile())]) });
}

/** Databases in memory that a test of this file has closed: emptying one takes a tenth of the time that a new one takes. */
const idle: Running[] = [];
afterAll(async () => {
  for (const running of idle.splice(0)) await running.close();
});

const tablesSchema = z.object({ tables: z.string() });

/** Empties every table; those in which migrations note what was done stay as they are, as the tables themselves do. */
async function empty(database: OpenedDatabase): Promise<void> {
  const [found] = await database.rows(
    tablesSchema,
    `SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') AS tables FROM pg_tables
      WHERE schemaname IN ('public', 'bullmq') AND tablename NOT IN ('_prisma_migrations', 'migration')`,
    [],
  );
  if (found) await database.run(`TRUNCATE ${found.tables} RESTART IDENTITY CASCADE`, []);
}

async function openCopy(template: string): Promise<OpenedDatabase> {
  const copy = await copyDatabase(template);
  const database = await openDatabase({ url: copy.url, dataDir: os.tmpdir() });
  return {
    ...database,
    async close() {
      await database.close();
      await copy.drop();
    },
  };
}

async function templateFile(): Promise<string> {
  const hash = createHash("sha256")
    .update(JSON.stringify([process.versions.node, readMigrations()]))
    .digest("hex");
  const file = path.join(os.tmpdir(), `portage-test-database-${hash.slice(0, 16)}.tar`);
  if (!existsSync(file)) {
    const running = await startHere({ folder: null });
    // Migrates; the files are taken before it closes.
    const database = await openRunning(running);
    const dump = Buffer.from(await (await running.dump()).arrayBuffer());
    await database.close();
    // Written aside, then renamed: test files start at the same time.
    const unfinished = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
    writeFileSync(unfinished, dump);
    renameSync(unfinished, file);
  }
  return file;
}
