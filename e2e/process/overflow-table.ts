import pg from "pg";
import { z } from "zod";
import { startPrograms } from "@/lib/db/testing-process";
import { findPrograms } from "@/lib/db/testing-programs";
import { wheelPrograms } from "@/scripts/pgvector/wheel";

const rowSchema = z.object({ id: z.string(), metadata: z.record(z.string(), z.json()) });

/** A real PostgreSQL with a place for whole metadata: what the server is told of it, and what stands in it. */
export type OverflowTable = {
  connection: object;
  rule: { connection: string; table: string; keep: string[]; status: true };
  /** Rows of one index and namespace by ID. */
  rows(index: string, namespace: string): Promise<{ id: string; metadata: object }[]>;
  /** Whether it has pgvector: then vectors can be written there, too. */
  holdsVectors: boolean;
  /** Records of a table that Portage made, by ID. */
  vectors(table: string): Promise<{ id: string; metadata: object; dimension: number }[]>;
  /** What other tools read of the move. */
  status(): Promise<object[]>;
  stop(): Promise<void>;
};

/** `null` where this machine has no PostgreSQL and none can be had; `npm test -- --no-skips` takes that for a failure. */
export async function openOverflowTable(): Promise<OverflowTable | null> {
  const say = (line: string) => void process.stderr.write(`Portage: ${line}\n`);
  let programs: string;
  try {
    // With pgvector, so that vectors go there, too.
    programs = await wheelPrograms(say).catch((error: unknown) => {
      const found = findPrograms();
      if (found === null) throw error;
      return found;
    });
  } catch (error) {
    if (process.env.PORTAGE_TEST_NO_SKIPS === "1") throw error;
    say(`skipping whole metadata in PostgreSQL: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
  const server = await startPrograms(programs);
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  const { rowCount } = await client.query("SELECT FROM pg_available_extensions WHERE name = 'vector'");
  return {
    holdsVectors: rowCount === 1,
    vectors: async (table) => {
      const { rows } = await client.query(
        `SELECT id, metadata, vector_dims(embedding) AS dimension FROM ${table} ORDER BY id`,
      );
      return z.array(rowSchema.extend({ dimension: z.number() })).parse(rows);
    },
    connection: { name: "meta", kind: "pgvector", settings: { address: server.url }, untested: true },
    rule: { connection: "meta", table: "vector_metadata", keep: ["title"], status: true },
    rows: async (index, namespace) => {
      const { rows } = await client.query(
        `SELECT vector_id AS id, metadata FROM vector_metadata WHERE index_name = $1 AND namespace = $2 ORDER BY vector_id`,
        [index, namespace],
      );
      return z.array(rowSchema).parse(rows);
    },
    status: async () => {
      const { rows } = await client.query(
        `SELECT s.collection_name, s.total_documents, s.migrated_documents, s.status, s.error_message, c.pinecone_index
           FROM migration_status s LEFT JOIN collections_config c ON c.name = s.collection_name`,
      );
      return z.array(z.looseObject({})).parse(rows);
    },
    stop: async () => {
      await client.end();
      await server.stop();
    },
  };
}
