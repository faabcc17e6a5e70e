import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Server } from "../process/server";
import { test as base } from "./test";

/** Tests over a sandbox that no other spec works in: they may stand beside those that share one. */
export const test = base.extend<object, { sandbox: Server }>({
  sandbox: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what a fixture needs.
    async ({}, use) => {
      const dataDir = await mkdtemp(path.join(os.tmpdir(), "portage-own-sandbox-"));
      const server = new Server({ PORTAGE_MODE: "sandbox", PORTAGE_DATA_DIR: dataDir, DATABASE_URL: "" });
      await server.start();
      await use(server);
      await server.kill();
      await rm(dataDir, { recursive: true, force: true });
    },
    { scope: "worker" },
  ],
  baseURL: ({ sandbox }, use) => use(sandbox.url),
});

export { expect } from "./test";
