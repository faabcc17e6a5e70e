import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import pg from "pg";
import { inject } from "vitest";
import { Secret } from "@/lib/secret";
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

/** Starts a server of these programs on a free port of loopback; its data go when it is stopped. */
export async function startPrograms(programs: string): Promise<{ url: string; stop(): Promise<void> }> {
  const user = serverUser();
  const folder = mkdtempSync(path.join(os.tmpdir(), "portage-postgres-"));
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
  chmodSync(folder, 0o700);
  const data = path.join(folder, "data");
  const made = spawnSync(
    path.join(programs, "initdb"),
    ["-D", data, "-U", "portage", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"],
    { ...user, encoding: "utf8", cwd: folder },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    fsync: "off",
    max_connections: 200,
  };
  const server = spawn(
    path.join(programs, "postgres"),
    ["-D", data, ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    { ...user, cwd: folder, stdio: ["ignore", "ignore", "pipe"] },
  );
  await ready(server);
  const killAtExit = () => void server.kill("SIGQUIT");
  process.once("exit", killAtExit);
  return {
    url: `postgresql://portage@127.0.0.1:${port}/postgres`,
    stop: async () => {
      process.off("exit", killAtExit);
      const ended = once(server, "exit");
      server.kill("SIGINT");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root; its own user or `nobody` does it then. */
function serverUser(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const accounts = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const account = accounts.find(([name]) => name === "postgres") ?? accounts.find(([name]) => name === "nobody");
  return account ? { uid: Number(account[2]), gid: Number(account[3]) } : {};
}

/** A port of loopback that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("No port.");
  return address.port;
}

/** Resolves once the server's log says so. */
async function ready(server: ChildProcess): Promise<void> {
  if (!server.stderr) throw new Error("The server's log isn't piped.");
  const said: string[] = [];
  const lines = createInterface({ input: server.stderr });
  const up = new Promise<"ready">((resolve) =>
    lines.on("line", (line) => {
      said.push(line);
      if (line.includes("database system is ready to accept connections")) resolve("ready");
    }),
  );
  if ((await Promise.race([up, once(server, "exit")])) !== "ready")
    throw new Error(`postgres ended: ${said.join("\n")}`);
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
