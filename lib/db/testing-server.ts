import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import pg from "pg";
import { inject } from "vitest";
import { Secret } from "@/lib/secret";

declare module "vitest" {
  interface ProvidedContext {
    /** TEST_DATABASE_URL, or empty. */
    testDatabaseUrl: string;
  }
}

/** A real PostgreSQL server, for the tests of one file. */
export type TestServer = {
  /** The address of a new, empty database on it, which is gone after `stop`. */
  create(): Promise<Secret>;
  stop(): Promise<void>;
};

/** Where Debian and others put the server's programs; the newest version comes last. */
function findPrograms(): string | null {
  const base = "/usr/lib/postgresql";
  const versions = existsSync(base) ? readdirSync(base).sort((a, b) => Number(a) - Number(b)) : [];
  const folders = [
    "/usr/bin",
    "/usr/local/bin",
    "/opt/homebrew/bin",
    ...versions.map((v) => path.join(base, v, "bin")),
  ];
  return (
    folders.filter((folder) => ["initdb", "postgres"].every((name) => existsSync(path.join(folder, name)))).at(-1) ??
    null
  );
}

/** Why there is no real server to test against, in one line; `null` when there is one. */
export function missingServer(): string | null {
  if (inject("testDatabaseUrl") !== "" || findPrograms()) return null;
  return "no PostgreSQL: install Debian's package postgresql, or set TEST_DATABASE_URL";
}

/** The server in TEST_DATABASE_URL, or one of the installed programs, started for this file in a temporary folder. */
export async function startTestServer(): Promise<TestServer> {
  const given = inject("testDatabaseUrl");
  if (given !== "") return serverAt(given, async () => {});
  const programs = findPrograms();
  if (!programs) throw new Error(missingServer() ?? "no PostgreSQL");
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
  return serverAt(`postgresql://portage@127.0.0.1:${port}/postgres`, async () => {
    process.off("exit", killAtExit);
    const ended = once(server, "exit");
    server.kill("SIGINT");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
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

function serverAt(url: string, stop: () => Promise<void>): TestServer {
  const made: string[] = [];
  const administer = async (statement: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  return {
    async create() {
      const name = `portage_test_${randomUUID().replaceAll("-", "")}`;
      await administer(`CREATE DATABASE "${name}"`);
      made.push(name);
      const address = new URL(url);
      address.pathname = `/${name}`;
      return new Secret(address.href);
    },
    async stop() {
      for (const name of made) await administer(`DROP DATABASE "${name}" WITH (FORCE)`);
      await stop();
    },
  };
}
