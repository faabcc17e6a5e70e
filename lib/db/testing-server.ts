import { randomUUID } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { z } from "zod";
import { Secret } from "@/lib/secret";
import { startPrograms } from "./testing-process";
import { findPrograms } from "./testing-programs";

declare module "vitest" {
  interface ProvidedContext {
    /** TEST_DATABASE_URL, or empty. */
    testDatabaseUrl: string;
    /** A migrated, empty database on a real server that tests take copies of; empty where they work on embedded ones. */
    testTemplateUrl: string;
  }
}

/** A real PostgreSQL server, for the tests of one file. */
export type TestServer = {
  /** The address of a new, empty database on it, which is gone after `stop`. */
  create(): Promise<Secret>;
  stop(): Promise<void>;
};

/** Why there is no real server to test against, in one line; `null` when there is one. `given` is TEST_DATABASE_URL. */
export function missingServer(given = inject("testDatabaseUrl")): string | null {
  if (given !== "" || findPrograms()) return null;
  return "no PostgreSQL: install Debian's package postgresql, or set TEST_DATABASE_URL";
}

/** The server in TEST_DATABASE_URL, or one of the installed programs, started for this file in a temporary folder. */
export async function startTestServer(given = inject("testDatabaseUrl")): Promise<TestServer> {
  if (given !== "") return serverAt(given, async () => {});
  const programs = findPrograms();
  if (!programs) throw new Error(missingServer(given) ?? "no PostgreSQL");
  const { url, stop } = await startPrograms(programs);
  return serverAt(url, stop);
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

const newName = () => `portage_test_${randomUUID().replaceAll("-", "")}`;

const nameIn = (url: string) => new URL(url).pathname.slice(1);

function databaseOf(url: string, name: string): string {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
}

/** A copy of a database that nobody is connected to; {@link dropCopies} does away with all of them. */
export async function copyDatabase(template: string): Promise<Secret> {
  const name = `${nameIn(template)}_${randomUUID().slice(0, 13)}`;
  await administer(databaseOf(template, "postgres"), `CREATE DATABASE "${name}" TEMPLATE "${nameIn(template)}"`);
  return new Secret(databaseOf(template, name));
}

const namesSchema = z.array(z.object({ datname: z.string() }));

/** Does away with every copy of a database. */
export async function dropCopies(template: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseOf(template, "postgres") });
  await client.connect();
  try {
    const { rows } = await client.query("SELECT datname FROM pg_database WHERE starts_with(datname, $1)", [
      `${nameIn(template)}_`,
    ]);
    for (const { datname } of namesSchema.parse(rows)) await client.query(`DROP DATABASE "${datname}" WITH (FORCE)`);
  } finally {
    await client.end();
  }
}

function serverAt(url: string, stop: () => Promise<void>): TestServer {
  const made: string[] = [];
  return {
    async create() {
      const name = newName();
      await administer(url, `CREATE DATABASE "${name}"`);
      made.push(name);
      return new Secret(databaseOf(url, name));
    },
    async stop() {
      for (const name of made) await administer(url, `DROP DATABASE "${name}" WITH (FORCE)`);
      await stop();
    },
  };
}
