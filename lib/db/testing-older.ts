import pg from "pg";
import type { OpenedDatabase } from "./contract";
import { embeddedConnector } from "./database";
import { startHere } from "./embedded/start-here";
import { migrate, readMigrations } from "./migrate";
import { openRunning } from "./open";

export type Fill = (sql: string, values?: unknown[]) => Promise<unknown>;

/** A database that was filled by a version whose last migration ends in `last`, taken over by this one. Close it in the end. */
export async function openOlderDatabase(last: string, fill: (query: Fill) => Promise<void>): Promise<OpenedDatabase> {
  const running = await startHere({ folder: null });
  const client = new pg.Client(embeddedConnector(running.control).client);
  await client.connect();
  const migrations = readMigrations();
  await migrate(client, migrations.slice(0, migrations.findIndex(({ name }) => name.endsWith(last)) + 1));
  await fill((sql, values) => client.query(sql, values));
  await client.end();
  return openRunning(running);
}
