import os from "node:os";
import type { TestProject } from "vitest/node";
import { openDatabase } from "./open";
import { dropCopies, startTestServer } from "./testing-server";

/** Starts a real server for a whole project of tests, with one migrated database that each test takes a copy of. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer(process.env.TEST_DATABASE_URL ?? "");
  const template = await server.create();
  await (await openDatabase({ url: template, dataDir: os.tmpdir() })).close();
  project.provide("testTemplateUrl", template.reveal());
  return async () => {
    await dropCopies(template.reveal());
    await server.stop();
  };
}
