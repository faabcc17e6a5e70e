import { existsSync, mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { defineConfig, devices } from "@playwright/test";
import { secrets } from "./e2e/support/secrets";
import { limits } from "./scripts/test/limits.mjs";

/** Playwright's own browser, unless the machine has one, or CHROMIUM_PATH names one. */
const executablePath = [
  process.env.CHROMIUM_PATH ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((file) => file !== "" && existsSync(file));

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === "string") throw new Error("No free port was found.");
  return address.port;
}

// The configuration is read again in every worker: they must agree with the process that started the app.
process.env.PORTAGE_E2E_PORT ??= String(await freePort());
process.env.PORTAGE_E2E_DATA ??= mkdtempSync(path.join(tmpdir(), "portage-e2e-"));
const port = process.env.PORTAGE_E2E_PORT;

/** They start servers and services of their own, and wait for them more than they compute. */
const withOwnServers = /(accessibility|bad-days|clearance-days|move|review|team)\.spec\.ts$/;

export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.spec.ts",
  timeout: limits.browser,
  expect: { timeout: limits.seen },
  // Two at a time. Most share one app, one database and its quotas: those take turns.
  workers: 2,
  projects: [
    { name: "one app", testIgnore: withOwnServers, workers: 1 },
    { name: "own servers", testMatch: withOwnServers, workers: 1 },
  ],
  forbidOnly: process.env.CI !== undefined,
  reporter: [["list"]],
  outputDir: path.join(process.env.PORTAGE_E2E_DATA, "results"),
  use: {
    ...devices["Desktop Chrome"],
    baseURL: `http://127.0.0.1:${port}`,
    viewport: { width: 1440, height: 900 },
    // Without a film, which a machine of two cores would spend a good part of its time on; a failure has its picture.
    trace: { mode: "retain-on-failure", screenshots: false },
    screenshot: "only-on-failure",
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: ["--no-sandbox", "--disable-dev-shm-usage"],
    },
  },
  webServer: {
    command: "node scripts/start.mjs",
    url: `http://127.0.0.1:${port}/api/health/ready`,
    timeout: limits.appStart,
    reuseExistingServer: false,
    gracefulShutdown: { signal: "SIGTERM", timeout: 10_000 },
    env: {
      PORTAGE_MODE: "sandbox",
      PORT: port,
      HOST: "127.0.0.1",
      PORTAGE_DATA_DIR: path.join(process.env.PORTAGE_E2E_DATA, "data"),
      DATABASE_URL: "",
      PORTAGE_FOLDERS: "lib/formats/fixtures",
      // Looked for in every page and answer: they must not be there.
      ...secrets,
    },
  },
});
