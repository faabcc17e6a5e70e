import { randomUUID } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { Secret } from "@/lib/secret";
import { type Settings, settings } from "./settings";

declare module "vitest" {
  interface ProvidedContext {
    /** A database with pgvector, or empty where none can be had. */
    testPgvectorUrl: string;
    /** Why there is none, where that is to fail a run. */
    testPgvectorMissing: string;
  }
}

/** A schema of its own for one test file, which is gone in the end. */
export type TestSchema = {
  name: string;
  url: string;
  sql<Row extends pg.QueryResultRow = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  settings(given?: Partial<Record<Exclude<keyof Settings, "address">, unknown>> & { address?: string }): Settings;
  drop(): Promise<void>;
};

/** Whether this run has a PostgreSQL with pgvector. */
export const hasPgvector = (): boolean => inject("testPgvectorUrl") !== "";

export async function openTestSchema(): Promise<TestSchema> {
  const url = inject("testPgvectorUrl");
  const name = `portage_test_${randomUUID().slice(0, 13).replaceAll("-", "")}`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE SCHEMA ${name}; SET search_path = ${name}, public`);
  return {
    name,
    url,
    sql: async <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) => {
      const result = await client.query<Row>(text, values);
      return result.rows;
    },
    settings: ({ address = url, ...given } = {}) => settings.parse({ address, schema: name, ...given }),
    drop: async () => {
      await client.query(`DROP SCHEMA ${name} CASCADE`);
      await client.end();
    },
  };
}

/** Asks whichever server the address leads to now, over a connection of its own. */
export async function askOnce(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(text).finally(() => client.end());
  return rows;
}

export const secret = (text: string): Secret => new Secret(text);
