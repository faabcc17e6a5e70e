import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { inject } from "vitest";
import { z } from "zod";
import type { Secret } from "@/lib/secret";
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
    if (closed) return;
    closed = true;
    if (idle.length < mostIdle) idle.push(running);
    else await running.close();
  };
  const database = await openRunning({ ...running, close });
  if (used) await empty(used, database);
  return database;
}

/** A migrated, empty database in memory that nobody has open yet. */
export async function startTestDatabase(): Promise<Running> {
  return startHere({ folder: null, seed: new Blob([readFileSync(await templateFile())]) });
}

/**
 * Databases in memory that a test has closed, for the next one, which may be in another file: files that share their modules share these.
 * Emptying one takes a hundredth of the time that a new one takes. Each holds some 200 MB.
 */
const idle: Running[] = [];
const mostIdle = 3;

const tablesSchema = z.object({ name: z.string() });
const ranSchema = z.array(z.object({ command: z.string(), rowCount: z.number().nullable() }));

/** Rows that were deleted from each since its tables were made: they keep their room. */
const deleted = new WeakMap<object, number>();
const mostDeleted = 5000;

/**
 * Empties every table; those in which migrations note what was done stay as they are, as the tables themselves do. Rows are deleted:
 * truncating makes every file of every table again, which takes longer than most tests, so it is done once there were many.
 * @param of what the database stands on, which outlives its being open
 */
async function empty(of: object, database: OpenedDatabase): Promise<void> {
  const tables = await database.rows(
    tablesSchema,
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
      WHERE schemaname IN ('public', 'bullmq') AND tablename NOT IN ('_prisma_migrations', 'migration')`,
    [],
  );
  const names = tables.map(({ name }) => name);
  const ran = ranSchema.parse(
    await database.pool.query(
      [
        "BEGIN",
        // Every row goes, so no reference needs to be looked after.
        "SET LOCAL session_replication_role = replica",
        ...names.map((name) => `DELETE FROM ${name}`),
        `SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
           FROM pg_sequences WHERE last_value IS NOT NULL AND schemaname IN ('public', 'bullmq')`,
        "COMMIT",
      ].join("; "),
    ),
  );
  const rows = ran.reduce((sum, one) => sum + (one.command === "DELETE" ? (one.rowCount ?? 0) : 0), 0);
  const sinceMade = (deleted.get(of) ?? 0) + rows;
  deleted.set(of, sinceMade > mostDeleted ? 0 : sinceMade);
  if (sinceMade > mostDeleted && names.length > 0) await database.run(`TRUNCATE ${names.join(", ")}`, []);
}

/** The same of databases on a real server: emptying one takes a tenth of the time that copying the template takes. */
const idleCopies: Secret[] = [];

/** Whoever stops the server does away with those that are idle then. */
async function openCopy(template: string): Promise<OpenedDatabase> {
  const used = idleCopies.pop();
  const url = used ?? (await copyDatabase(template));
  const database = await openDatabase({ url, dataDir: os.tmpdir() });
  if (used) await empty(used, database);
  let closed = false;
  return {
    ...database,
    async close() {
      if (closed) return;
      closed = true;
      await database.close();
      idleCopies.push(url);
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
