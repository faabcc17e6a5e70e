import pg from "pg";

const mostSessions = 6;
const connectWithinMs = 15_000;

/** Connections to one server by PostgreSQL's driver. */
export type Connections = {
  pool: pg.Pool;
  /** Ends a session at once, whatever it is doing; the work in it fails. */
  endNow(client: pg.PoolClient): Promise<void>;
};

export function openConnections(connectionString: string): Connections {
  const pool = new pg.Pool({
    connectionString,
    max: mostSessions,
    connectionTimeoutMillis: connectWithinMs,
    application_name: "portage",
    allowExitOnIdle: true,
    keepAlive: true,
  });
  // An idle session that is lost is replaced by the next call, which reports its own failure.
  pool.on("error", () => {});
  // One that is lost while it works fails that work; without a listener it would end the process, too.
  pool.on("connect", (client) => client.on("error", () => {}));
  return {
    pool,
    endNow: async (client) => {
      if (client instanceof pg.Client) await client.end().catch(() => {});
    },
  };
}
