import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");

test("a server says where it is, keeps a second one out, and leaves nothing locked when it is stopped, heard or not", async () => {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), "portage-stop-"));
  const environment = {
    PORTAGE_MODE: "sandbox",
    PORTAGE_DATA_DIR: dataDir,
    PORT: "0",
    HOST: "127.0.0.1",
    DATABASE_URL: "",
  };
  const start = (more: Record<string, string> = {}) =>
    spawn(process.execPath, ["scripts/start.mjs"], {
      cwd: root,
      env: { ...process.env, NODE_ENV: "production", ...environment, ...more },
      stdio: ["ignore", "ignore", "pipe"],
    });
  const server = start();
  onTestFinished(async () => {
    server.kill("SIGKILL");
    await rm(dataDir, { recursive: true, force: true });
  });
  const url = await new Promise<string>((resolve, reject) => {
    let said = "";
    server.stderr.on("data", (chunk) => {
      said += chunk;
      const found = /Portage is ready at (\S+)/.exec(said)?.[1];
      if (found) resolve(found);
    });
    server.once("exit", () => reject(new Error(said)));
  });
  expect((await fetch(`${url}/api/health/ready`)).status).toBe(200);

  const sameData = start();
  const [words, [code]] = await Promise.all([text(sameData.stderr), once(sameData, "close")]);
  expect(code).toBe(2);
  expect(words).toContain(`process ${server.pid}`);
  expect(words).toContain(url);

  const samePort = start({ PORT: new URL(url).port, PORTAGE_DATA_DIR: path.join(dataDir, "other") });
  const [taken, [takenCode]] = await Promise.all([text(samePort.stderr), once(samePort, "close")]);
  expect(takenCode).toBe(2);
  expect(taken).toContain(`Port ${new URL(url).port} of 127.0.0.1 is taken`);

  // Nobody reads what it says any more: it works on, and stops as ever when asked to.
  server.stderr.destroy();
  expect((await fetch(`${url}/api/v1/runs`)).status).toBe(200);
  server.kill("SIGTERM");
  expect(await once(server, "exit")).toEqual([0, null]);
  expect(existsSync(path.join(dataDir, "lock.json"))).toBe(false);
});
