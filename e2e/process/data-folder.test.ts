import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { packageRoot } from "@/lib/package-root";
import { limits } from "@/scripts/test/limits.mjs";
import { Server } from "./server";

let dataDir: string;
let server: Server;

beforeEach(async () => {
  dataDir = mkdtempSync(path.join(os.tmpdir(), "portage-folder-"));
  server = new Server({ PORTAGE_MODE: "sandbox", PORTAGE_DATA_DIR: dataDir, DATABASE_URL: "" });
  await server.start();
});
afterEach(async () => {
  await server.kill();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Making namespaces takes rights that not everybody has. */
const withoutNamespaces = spawnSync("unshare", ["-n", "-p", "-f", "--mount-proc", "true"]).status !== 0;

/** A command as another container on the same volume runs it. */
const inContainer = (namespaces: readonly string[], ...words: string[]) =>
  spawnSync("unshare", [...namespaces, "-f", "--mount-proc", process.execPath, "bin/portage.mjs", ...words], {
    cwd: packageRoot,
    env: { ...process.env, PORTAGE_MODE: "sandbox", PORTAGE_DATA_DIR: dataDir, DATABASE_URL: "" },
    encoding: "utf8",
    timeout: limits.command,
  });

test.skipIf(withoutNamespaces)(
  "a command of another container asks the living server, or is refused; neither touches its lock nor opens its database",
  async () => {
    const lock = () => readFileSync(path.join(dataDir, "lock.json"), "utf8");
    const before = lock();
    const near = inContainer(["-p"], "runs", "list", "--json");
    expect(near.status).toBe(0);
    expect(JSON.parse(near.stdout)).toMatchObject({ runs: [] });
    // With a network of its own, the server's address is nobody's.
    const apart = inContainer(["-n", "-p"], "runs", "list");
    expect(apart.status).toBe(2);
    expect(apart.stderr).toContain(`Another Portage (process ${server.pid} on ${os.hostname()}, since `);
    expect(lock()).toBe(before);
    await server.kill();
    const after = inContainer(["-p"], "runs", "list", "--json");
    expect(after).toMatchObject({ status: 0 });
  },
);

test("everything in the data folder is for its owner alone", () => {
  const open = readdirSync(dataDir, { recursive: true, encoding: "utf8" }).filter(
    (file) => (statSync(path.join(dataDir, file)).mode & 0o077) !== 0,
  );
  expect(open).toEqual([]);
});
