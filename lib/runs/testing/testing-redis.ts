import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { freePort } from "@/lib/db/testing-process";
import { Secret } from "@/lib/secret";

/** Why the queue isn't tested on Redis, in one line; `null` when it can be. */
export function missingRedis(): string | null {
  const { status } = spawnSync("redis-server", ["--version"], { stdio: "ignore" });
  return status === 0 ? null : "no Redis: install Debian's package redis-server";
}

/** A Redis server of its own that keeps nothing, for the tests of one file. */
export async function startTestRedis(): Promise<{ url: Secret; stop(): Promise<void> }> {
  const port = await freePort();
  const server = spawn("redis-server", [
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--save",
    "",
    "--appendonly",
    "no",
  ]);
  const ready = new Promise<"ready">((resolve) => {
    createInterface({ input: server.stdout }).on("line", (line) => {
      if (line.includes("Ready to accept connections")) resolve("ready");
    });
  });
  if ((await Promise.race([ready, once(server, "exit")])) !== "ready") throw new Error("redis-server ended.");
  return {
    url: new Secret(`redis://127.0.0.1:${port}`),
    async stop() {
      const ended = once(server, "exit");
      server.kill("SIGKILL");
      await ended;
    },
  };
}
