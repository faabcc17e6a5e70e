import { z } from "zod";
import { Prisma } from "@/generated/prisma/client";
import type { Sql } from "../contract";

/** A table of Portage's own, as a backup keeps it. */
export const backupTableSchema = z.object({
  table: z.string(),
  columns: z.array(z.object({ name: z.string(), type: z.string() })).min(1),
});
export type BackupTable = z.infer<typeof backupTableSchema>;

/** All of Portage's tables, by name. The database may hold others, of an operator's own apps: they are neither read nor written. Sessions stay behind: they are of the server that gave them; and so do the database's own notes of what was removed. */
const passing: string[] = [
  Prisma.ModelName.MemberSession,
  Prisma.ModelName.MemberVerification,
  Prisma.ModelName.RowsRemoved,
];
const ownTables = Object.values(Prisma.ModelName).filter((name) => !passing.includes(name));

const columnSchema = z.object({ table: z.string(), name: z.string(), type: z.string() });
const referenceSchema = z.object({ table: z.string(), needs: z.string() });
const migrationSchema = z.object({ name: z.string() });

/** Each of Portage's tables with its columns, those first that others refer to. The queue isn't among them: it is made again from these. */
export async function backupTables(sql: Sql): Promise<BackupTable[]> {
  const columns = await sql.rows(
    columnSchema,
    `SELECT c.relname AS table, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname = ANY ($1)
        AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
      ORDER BY c.relname, a.attnum`,
    [ownTables],
  );
  const references = await sql.rows(
    referenceSchema,
    `SELECT c.relname AS table, r.relname AS needs FROM pg_constraint k
       JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class r ON r.oid = k.confrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE k.contype = 'f' AND n.nspname = 'public' AND k.conrelid <> k.confrelid`,
  );
  const tables = new Map<string, BackupTable>();
  for (const { table, name, type } of columns) {
    const known = tables.get(table) ?? { table, columns: [] };
    known.columns.push({ name, type });
    tables.set(table, known);
  }
  const ordered: BackupTable[] = [];
  const visited = new Set<string>();
  const visit = (name: string) => {
    if (visited.has(name)) return;
    visited.add(name);
    for (const { table, needs } of references) if (table === name) visit(needs);
    const table = tables.get(name);
    if (table) ordered.push(table);
  };
  for (const name of tables.keys()) visit(name);
  return ordered;
}

/** The migrations that the database has had: two databases with the same ones hold the same tables. */
export async function appliedMigrations(sql: Sql): Promise<string[]> {
  const rows = await sql.rows(
    migrationSchema,
    `SELECT "migration_name" AS name FROM "_prisma_migrations" WHERE "finished_at" IS NOT NULL AND "rolled_back_at" IS NULL ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
