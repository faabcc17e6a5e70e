import { createHash, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { ClientBase } from "pg";
import { z } from "zod";
import { packageRoot } from "@/lib/package-root";
import { failedEarlier, migrationFailed, newerThanCode, tooOld } from "./refusals";

/** The advisory lock that `prisma migrate deploy` takes on PostgreSQL, so that the two exclude each other. */
const LOCK = 72707369;
const OLDEST_SERVER = 14;

export type Migration = { name: string; sql: string };

/** The migrations that this version of Portage has, in order. */
export function readMigrations(folder = path.join(packageRoot, "prisma", "migrations")): Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => ({ name, sql: readFileSync(path.join(folder, name, "migration.sql"), "utf8") }));
}

const appliedRow = z.object({ migration_name: z.string(), finished: z.boolean() });

/**
 * Brings the database's tables up to `migrations`, each in a transaction of its own, and records them as
 * `prisma migrate deploy` does. Processes that start together take turns; the later ones find nothing to do.
 * @param client one session, because the lock belongs to it.
 * @returns the names of those applied now.
 * @throws OperatorError `database-too-old`, `database-newer`, `migration-failed-earlier`, `migration-failed`
 */
export async function migrate(client: ClientBase, migrations = readMigrations()): Promise<string[]> {
  await refuseOldServer(client);
  await client.query(`SELECT pg_advisory_lock(${LOCK})`);
  try {
    await client.query(`CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
      "id" VARCHAR(36) PRIMARY KEY NOT NULL,
      "checksum" VARCHAR(64) NOT NULL,
      "finished_at" TIMESTAMPTZ,
      "migration_name" VARCHAR(255) NOT NULL,
      "logs" TEXT,
      "rolled_back_at" TIMESTAMPTZ,
      "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
      "applied_steps_count" INTEGER NOT NULL DEFAULT 0
    )`);
    const missing = await outstanding(client, migrations);
    for (const migration of missing) await apply(client, migration);
    return missing.map(({ name }) => name);
  } finally {
    await client.query(`SELECT pg_advisory_unlock(${LOCK})`);
  }
}

async function refuseOldServer(client: ClientBase): Promise<void> {
  const { rows } = await client.query(
    "SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS version",
  );
  const server = z.object({ number: z.number(), version: z.string() }).parse(rows[0]);
  if (server.number < OLDEST_SERVER * 10_000) throw tooOld(server.version);
}

async function outstanding(client: ClientBase, migrations: readonly Migration[]): Promise<Migration[]> {
  const { rows } = await client.query(
    `SELECT migration_name, finished_at IS NOT NULL AS finished FROM "_prisma_migrations" WHERE rolled_back_at IS NULL`,
  );
  const applied = z.array(appliedRow).parse(rows);
  const unfinished = applied.filter((row) => !row.finished).map((row) => row.migration_name);
  if (unfinished.length > 0) throw failedEarlier(unfinished);
  const known = new Set(migrations.map(({ name }) => name));
  const unknown = applied.map((row) => row.migration_name).filter((name) => !known.has(name));
  if (unknown.length > 0) throw newerThanCode(unknown);
  const done = new Set(applied.map((row) => row.migration_name));
  return migrations.filter(({ name }) => !done.has(name));
}

/** The row and the change commit together: a process that dies in between leaves neither. */
async function apply(client: ClientBase, migration: Migration): Promise<void> {
  const checksum = createHash("sha256").update(migration.sql).digest("hex");
  await client.query("BEGIN");
  try {
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO "_prisma_migrations" ("id", "checksum", "migration_name", "started_at", "finished_at", "applied_steps_count")
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, migration.name],
    );
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw migrationFailed(migration.name, error);
  }
}
