import { randomUUID } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
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

function databaseOf(url: string, name: string): string {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
}

/** A copy of a database that nobody is connected to, and how to do away with it. */
export async function copyDatabase(template: string): Promise<{ url: Secret; drop(): Promise<void> }> {
  const name = newName();
  const server = databaseOf(template, "postgres");
  await administer(server, `CREATE DATABASE "${name}" TEMPLATE "${new URL(template).pathname.slice(1)}"`);
  return {
    url: new Secret(databaseOf(template, name)),
    drop: () => administer(server, `DROP DATABASE "${name}" WITH (FORCE)`),
  };
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
