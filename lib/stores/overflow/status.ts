import { z } from "zod";
import type { Step } from "@/lib/shapes/runs/steps";
import type { MoveStatus } from "../contract";
import type { Asking } from "../pgvector/connection/session";
import { quoted } from "../pgvector/tables/catalog";

/** What other tools read of a move: which collection is in which index with which model, and how far it is. */
const statusTables = {
  collections_config: {
    what: "Makes the table that says which collection is in which index, and embedded by which model",
    columns: `(
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text UNIQUE NOT NULL,
  pinecone_index text NOT NULL,
  chunk_size integer,
  chunk_overlap integer,
  embedding_model text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
)`,
  },
  migration_status: {
    what: "Makes the table that says how far the move of a collection is",
    columns: `(
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  collection_name text UNIQUE NOT NULL,
  total_documents integer NOT NULL,
  migrated_documents integer DEFAULT 0,
  status text DEFAULT 'pending',
  started_at timestamptz,
  completed_at timestamptz,
  error_message text
)`,
  },
} as const;
type StatusTable = keyof typeof statusTables;

const nameIn = (schema: string, table: StatusTable) => `${quoted(schema)}.${quoted(table)}`;

/** What makes each of the two tables. */
export const statusSteps = (schema: string): (Step & { table: string })[] =>
  (["collections_config", "migration_status"] as const).map((table) => ({
    ...{ when: "before", by: "portage", table, what: statusTables[table].what },
    statement: `CREATE TABLE IF NOT EXISTS ${nameIn(schema, table)} ${statusTables[table].columns}`,
  }));

const tableSchema = z.object({ name: z.string(), bound: z.boolean() });

/** Those of the two that stand. `bound`: with a column `chunk_size` that must have a value. */
export async function standingStatus(asking: Asking, schema: string): Promise<Map<string, { bound: boolean }>> {
  const rows = await asking.rows(
    tableSchema,
    `SELECT table_name AS name, coalesce(bool_or(column_name IN ('chunk_size', 'chunk_overlap') AND is_nullable = 'NO'), false) AS bound
       FROM information_schema.columns WHERE table_schema = $1 AND table_name = ANY ($2) GROUP BY table_name`,
    [schema, Object.keys(statusTables)],
  );
  return new Map(rows.map(({ name, bound }) => [name, { bound }]));
}

/**
 * Writes how far a move is: one row a collection, changed where it stands, whether the tables are Portage's or an application's. Within a transaction.
 * A collection whose row in `collections_config` would need a size of chunks isn't added there: Portage doesn't know it.
 */
export async function writeStatus(
  asking: Asking,
  schema: string,
  { collection, index, model, total, done, state, startedAt, endedAt, error }: MoveStatus,
): Promise<void> {
  // An application's table may have no unique name to conflict on.
  await asking.run(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [`portage ${schema} ${collection}`]);
  const status = nameIn(schema, "migration_status");
  const values = [collection, total, done, state, startedAt, endedAt, error];
  const changed = await asking.run(
    `UPDATE ${status} SET total_documents = $2, migrated_documents = $3, status = $4, started_at = $5::timestamptz,
            completed_at = $6::timestamptz, error_message = $7 WHERE collection_name = $1`,
    values,
  );
  if (changed === 0)
    await asking.run(
      `INSERT INTO ${status} (collection_name, total_documents, migrated_documents, status, started_at, completed_at, error_message)
       VALUES ($1, $2, $3, $4, $5::timestamptz, $6::timestamptz, $7)`,
      values,
    );
  const config = nameIn(schema, "collections_config");
  const known = await asking.run(`UPDATE ${config} SET pinecone_index = $2, embedding_model = $3 WHERE name = $1`, [
    ...[collection, index, model],
  ]);
  if (known > 0) return;
  if ((await standingStatus(asking, schema)).get("collections_config")?.bound) return;
  await asking.run(`INSERT INTO ${config} (name, pinecone_index, embedding_model) VALUES ($1, $2, $3)`, [
    ...[collection, index, model],
  ]);
}
