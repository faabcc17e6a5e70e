import { PrismaPg } from "@prisma/adapter-pg";
import pg, { type ClientBase } from "pg";
import { z } from "zod";
import { PrismaClient } from "@/generated/prisma/client";
import type { Database, Sql } from "./contract";
import { askConnection, type Control } from "./embedded/control";
import { PortStream } from "./embedded/port-stream";
import { Listening } from "./listening";
import { migrate } from "./migrate";

/** How the two kinds of database differ, to everything above. */
export type Connector = {
  kind: Database["kind"];
  /** Options of a client of this database. */
  client: pg.ClientConfig;
  /** Connections in one pool. */
  most: number;
  /** Runs after everything else was closed. */
  closed?: () => Promise<void>;
};

/** @param control the way to the database thread, see `embedded/control.ts`. */
export function embeddedConnector(control: Control): Connector {
  return {
    kind: "embedded",
    most: 20,
    client: {
      stream: () => new PortStream(askConnection(control)),
      ssl: false,
      user: "portage",
      database: "portage",
      host: "localhost",
      port: 5432,
    },
  };
}

/** Waiting for the embedded database's one session, and working in it: Prisma's 2 s and 5 s are too tight for a full queue. */
const PRISMA_TRANSACTION = { maxWait: 30_000, timeout: 30_000 };

export function createPool(connector: Connector, schema?: string): pg.Pool {
  const pool = new pg.Pool({
    ...connector.client,
    // Read by a server at the start of a session; the embedded database finds every schema by itself.
    ...(schema === undefined ? {} : { options: `-c search_path=${schema}` }),
    max: connector.most,
    allowExitOnIdle: true,
  });
  // An idle connection that drops is replaced by the next query, which reports its own failure.
  pool.on("error", () => {});
  return pool;
}

/** Brings the tables up to date, over a connection of its own. */
export async function migrateFirst(connector: Connector): Promise<void> {
  const client = new pg.Client(connector.client);
  await client.connect();
  try {
    await migrate(client);
  } finally {
    await client.end();
  }
}

/** The contract, over a pool of node-postgres clients. */
export function createDatabase(connector: Connector): Database {
  const pool = createPool(connector);
  let prisma: PrismaClient | null = null;
  const listening = new Listening(async () => {
    const client = new pg.Client(connector.client);
    await client.connect();
    return client;
  });
  const pools: pg.Pool[] = [pool];
  const sql = sqlOver(pool);
  return {
    kind: connector.kind,
    // Most commands never ask for it, and making it costs as much as all of their statements.
    get prisma() {
      prisma ??= new PrismaClient({ adapter: new PrismaPg(pool), transactionOptions: PRISMA_TRANSACTION });
      return prisma;
    },
    pool,
    ...sql,
    poolOf(schema) {
      const other = createPool(connector, schema);
      pools.push(other);
      return other;
    },
    async transaction(work) {
      const client = await pool.connect();
      try {
        await client.query("BEGIN");
        const result = await work(sqlOver(client));
        await client.query("COMMIT");
        client.release();
        return result;
      } catch (error) {
        // A connection that can't even roll back is thrown away, and its transaction with it.
        await client.query("ROLLBACK").then(
          () => client.release(),
          () => client.release(true),
        );
        throw error;
      }
    },
    listen: (channel, handler) => listening.listen(channel, handler),
    async notify(channel, payload) {
      await pool.query("SELECT pg_notify($1, $2)", [channel, payload]);
    },
    async close() {
      await listening.close();
      await prisma?.$disconnect();
      await Promise.all(pools.filter((each) => !each.ended).map((each) => each.end()));
      await connector.closed?.();
    },
  };
}

function sqlOver(client: Pick<ClientBase, "query"> | pg.Pool): Sql {
  return {
    async rows(row, text, values = []) {
      const result = await client.query(text, [...values]);
      return z.array(row).parse(result.rows);
    },
    async run(text, values = []) {
      const result = await client.query(text, [...values]);
      return result.rowCount ?? 0;
    },
  };
}
