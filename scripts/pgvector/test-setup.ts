import pg from "pg";
import type { TestProject } from "vitest/node";
import { startPrograms } from "../../lib/db/testing-process";
import type {} from "../../lib/stores/pgvector/testing";
import { wheelPrograms } from "./wheel";

/** Set by `npm test -- --no-skips`: what can't be tested counts as failed. */
const noSkips = process.env.PORTAGE_TEST_NO_SKIPS === "1";
const say = (line: string) => process.stderr.write(`Portage: ${line}\n`);

/** One PostgreSQL with pgvector for all tests of the store: the one that TEST_PGVECTOR_URL names, else one from PyPI. Each test file has a schema of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  try {
    const named = process.env.TEST_PGVECTOR_URL ?? "";
    const { url, stop } =
      named === "" ? await startPrograms(await wheelPrograms(say)) : { url: named, stop: async () => {} };
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query("CREATE EXTENSION IF NOT EXISTS vector");
    await client.end();
    project.provide("testPgvectorUrl", url);
    return stop;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    say(`skipping what needs PostgreSQL with pgvector: ${reason}. TEST_PGVECTOR_URL may name one.`);
    if (noSkips) project.provide("testPgvectorMissing", reason);
    return async () => {};
  }
}
