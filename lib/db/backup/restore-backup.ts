import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { z } from "zod";
import { OperatorError } from "@/lib/operator-error";
import { textLines } from "@/lib/text/text-lines";
import type { Database, Sql } from "../contract";
import { type BackupHead, backupFormat, backupLineSchema, badBackup } from "./format";
import { appliedMigrations, type BackupTable, backupTables, quoted } from "./tables";

const anySchema = z.object({ any: z.boolean() });
const batchRows = 500;

/** What an operator makes: a database with none of these is unused, and loses nothing by being filled. */
const ofOperators = ["Plan", "Run", "Schedule", "Connection", "Route", "Member"];

/**
 * Fills an unused database with a backup: all of it or, where anything is wrong with the file, nothing.
 * @returns how many rows were restored, and the backup's head
 * @throws OperatorError `not-a-backup`, `backup-damaged`, `backup-version`, `database-not-empty`
 */
export async function restoreBackup(database: Database, file: string): Promise<BackupHead & { rows: number }> {
  return database.transaction(async (sql) => {
    const tables = await backupTables(sql);
    await refuseUsed(sql);
    // Counts and allowances that an opened database notes by itself.
    for (const { table } of [...tables].reverse()) await sql.run(`DELETE FROM ${quoted(table)}`);
    const restored = await restoreLines(sql, tables, file);
    await forwardSequences(sql, tables);
    return restored;
  });
}

async function refuseUsed(sql: Sql): Promise<void> {
  const used = ofOperators.map((table) => `EXISTS (SELECT 1 FROM ${quoted(table)})`).join(" OR ");
  const [found] = await sql.rows(anySchema, `SELECT ${used} AS any`);
  if (!found?.any) return;
  throw new OperatorError({
    kind: "usage",
    code: "database-not-empty",
    what: "This Portage has plans, runs, schedules, connections, routes or members of its own.",
    notLost: "They are as they were: nothing was restored.",
    next: "Restore into a new one: set PORTAGE_DATA_DIR to a folder that doesn't exist yet, or DATABASE_URL to an empty database.",
  });
}

async function restoreLines(sql: Sql, tables: readonly BackupTable[], file: string) {
  const hash = createHash("sha256");
  let head: BackupHead | null = null;
  let filling: { table: BackupTable; rows: (string | null)[][] } | null = null;
  let rows = 0;
  const flush = async () => {
    if (filling === null || filling.rows.length === 0) return;
    await insert(sql, filling.table, filling.rows);
    filling.rows = [];
  };
  for await (const line of linesOf(file)) {
    const value = parsed(file, line, head === null);
    if ("end" in value) {
      await flush();
      const digest = hash.digest("hex");
      if (head === null || value.sha256 !== digest)
        throw damaged(file, new Error(`${rows} of ${value.rows} rows have the digest ${digest}, not ${value.sha256}`));
      if (value.rows !== rows) throw damaged(file, new Error(`${rows} of ${value.rows} rows`));
      return { ...head, rows };
    }
    hash.update(`${line}\n`);
    if ("portage" in value) {
      await refuseOther(sql, value);
      head = value;
    } else if ("table" in value) {
      await flush();
      const table = tables.find((one) => one.table === value.table);
      if (!table || JSON.stringify(table.columns) !== JSON.stringify(value.columns)) throw damaged(file);
      filling = { table, rows: [] };
    } else {
      if (filling === null || value.length !== filling.table.columns.length) throw damaged(file);
      filling.rows.push(value);
      rows++;
      if (filling.rows.length === batchRows) await flush();
    }
  }
  throw damaged(file);
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const source = createReadStream(file);
  const unzipped = createGunzip().setEncoding("utf8");
  source.once("error", (error) => unzipped.destroy(error));
  source.pipe(unzipped);
  try {
    yield* textLines(unzipped);
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw missing ? foreign(file, error) : damaged(file, error);
  } finally {
    source.destroy();
    unzipped.destroy();
  }
}

function parsed(file: string, line: string, first: boolean): z.infer<typeof backupLineSchema> {
  try {
    return backupLineSchema.parse(JSON.parse(line));
  } catch {
    throw first ? foreign(file) : damaged(file);
  }
}

/** Tables change from version to version, and so does what stands in them. */
async function refuseOther(sql: Sql, head: BackupHead): Promise<void> {
  const here = await appliedMigrations(sql);
  if (head.format === backupFormat && JSON.stringify(head.migrations) === JSON.stringify(here)) return;
  throw badBackup(
    "backup-version",
    `This backup was made by another version of Portage (${head.version}).`,
    "Restore it with that version; a newer one takes its data over when it starts.",
  );
}

async function insert(sql: Sql, { table, columns }: BackupTable, rows: readonly (string | null)[][]): Promise<void> {
  const names = columns.map(({ name }) => quoted(name)).join(", ");
  const values = columns.map(({ name, type }) => `v.${quoted(name)}::${type}`).join(", ");
  const arrays = columns.map((_, place) => `$${place + 1}::text[]`).join(", ");
  await sql.run(
    `INSERT INTO ${quoted(table)} (${names}) OVERRIDING SYSTEM VALUE SELECT ${values} FROM unnest(${arrays}) AS v(${names})`,
    columns.map((_, place) => rows.map((row) => row[place] ?? null)),
  );
}

const sequenceSchema = z.object({ sequence: z.string(), table: z.string(), column: z.string() });

/** New rows get numbers after the restored ones. */
async function forwardSequences(sql: Sql, tables: readonly BackupTable[]): Promise<void> {
  const owned = await sql.rows(
    sequenceSchema,
    `SELECT s.oid::regclass::text AS sequence, c.relname AS table, a.attname AS column
       FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i') AND d.classid = 'pg_class'::regclass
       JOIN pg_class c ON c.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
       JOIN pg_namespace n ON n.oid = c.relnamespace WHERE s.relkind = 'S' AND n.nspname = 'public' AND c.relname = ANY ($1)`,
    [tables.map(({ table }) => table)],
  );
  for (const { sequence, table, column } of owned)
    await sql.run(
      `SELECT setval($1::regclass, coalesce((SELECT max(${quoted(column)}) FROM ${quoted(table)}), 0) + 1, false)`,
      [sequence],
    );
}

const foreign = (file: string, cause?: unknown) =>
  badBackup("not-a-backup", `${file} is no backup of Portage.`, "Name a file that `portage backup` wrote.", cause);
const damaged = (file: string, cause?: unknown) =>
  badBackup("backup-damaged", `${file} is damaged or isn't whole.`, "Name another backup.", cause);
