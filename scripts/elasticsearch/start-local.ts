import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chown, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { findJava } from "./find-java";
import type { Access, NotObtained, Obtained } from "./obtained";
import { lastWords, runCommand } from "./run-command";
import { copyConfiguration, unpackDistribution } from "./unpack-distribution";
import { type Distribution, distributions } from "./versions";
import { waitForHealth } from "./wait-for-health";

export type ServerOptions = {
  log: (line: string) => void;
  /** Further settings, as `indexing_pressure.memory.limit: 20kb`. */
  settings?: Record<string, string>;
  /** Of the Java heap; half a gigabyte suffices for a few hundred thousand small documents. */
  heapMb?: number;
  /** Whether its speed is measured: its code is compiled as that of a server in production is, and so it is ready later. */
  measured?: boolean;
};

/** A server that was started here, which can be killed and started again over the same data. */
export type LocalServer = Obtained & {
  ok: true;
  pid(): number | null;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again, on the same port, with its data. */
  restart(): Promise<void>;
};

/** A server that lives for minutes never earns back what compiling its code twice costs. */
const soonReady = "-XX:TieredStopAtLevel=1";

const healthyWithinMs = 120_000;
const stopsWithinMs = 30_000;

/** The user that the server runs as, since it refuses to run as root; `null`: as ourselves. */
async function unprivileged(): Promise<{ uid: number; gid: number } | null> {
  if (process.getuid?.() !== 0) return null;
  const [user, group] = await Promise.all(["-u", "-g"].map((flag) => runCommand("id", [flag, "nobody"])));
  const ids = { uid: Number(user?.output.trim()), gid: Number(group?.output.trim()) };
  if (user?.code !== 0 || !(ids.uid > 0)) throw new Error("There is no user `nobody` to run Elasticsearch as");
  return ids;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No port is free");
  return address.port;
}

function settingsFile(folder: string, port: number, more: Record<string, string>): string {
  const settings: Record<string, string> = {
    "cluster.name": "portage-test",
    "discovery.type": "single-node",
    "network.host": "127.0.0.1",
    "http.port": String(port),
    "transport.port": "0",
    "path.data": path.join(folder, "data"),
    "path.logs": path.join(folder, "logs"),
    "cluster.routing.allocation.disk.threshold_enabled": "false",
    "xpack.security.enabled": "true",
    "xpack.security.http.ssl.enabled": "false",
    "xpack.security.transport.ssl.enabled": "false",
    ...more,
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join("");
}

type Started = { child: ChildProcess; ended: () => string | null; exited: Promise<unknown> };

async function chownAll(folder: string, ids: { uid: number; gid: number }): Promise<void> {
  await chown(folder, ids.uid, ids.gid);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const inner = path.join(folder, entry.name);
    if (entry.isDirectory()) await chownAll(inner, ids);
    else await chown(inner, ids.uid, ids.gid);
  }
}

/**
 * Starts a real server of one node on a free port of this machine: without Docker, from Maven Central.
 * Its data lies in a folder of its own, which goes when it is stopped.
 */
export async function startLocal(options: ServerOptions): Promise<LocalServer | NotObtained> {
  try {
    const { distribution, java } = await choose();
    const home = await unpackDistribution(distribution, java, options.log);
    return await startUnpacked(home, java, { ...options, how: `Elasticsearch ${distribution.version} on ${java}` });
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** The newest server that one of the installed JDKs is new enough for. */
async function choose(): Promise<{ distribution: Distribution; java: string }> {
  const installed = await findJava();
  const possible = distributions();
  for (const distribution of possible) {
    const java = installed.find(({ major }) => major >= distribution.leastJava);
    if (java) return { distribution, java: java.home };
  }
  throw new Error(`no JDK ${possible.at(-1)?.leastJava} or newer is installed`);
}

async function startUnpacked(
  home: string,
  java: string,
  options: ServerOptions & { how: string },
): Promise<LocalServer> {
  const ids = await unprivileged();
  const folder = await mkdtemp(path.join(path.dirname(home), "node-"));
  const configuration = path.join(folder, "config");
  const password = randomBytes(12).toString("hex");
  const port = await freePort();
  const heap = options.heapMb ?? 512;
  const environment = {
    PATH: process.env.PATH,
    ES_JAVA_HOME: java,
    ES_PATH_CONF: configuration,
    ES_TMPDIR: path.join(folder, "tmp"),
    ES_JAVA_OPTS: `-Xms${heap}m -Xmx${heap}m${options.measured ? "" : ` ${soonReady}`}`,
    CLI_JAVA_OPTS: soonReady,
  };
  const running = { cwd: folder, env: { ...environment, NODE_ENV: "test" as const }, ...(ids ?? {}) };
  const access: Access = { url: `http://127.0.0.1:${port}`, username: "elastic", password };
  let started: Started | null = null;

  const start = async () => {
    const output = await open(path.join(folder, "output.log"), "a");
    const child = spawn(path.join(home, "bin/elasticsearch"), [], {
      ...running,
      stdio: ["ignore", output.fd, output.fd],
    });
    let reason: string | null = null;
    child.on("error", (error) => {
      reason = error.message;
    });
    child.on("exit", (code, signal) => {
      reason ??= `it exited with ${signal ?? code}`;
    });
    const exited = once(child, "close").catch(() => {});
    await output.close();
    started = { child, ended: () => reason, exited };
    try {
      await waitForHealth(access, healthyWithinMs, () => reason);
    } catch (error) {
      const said = lastWords(await readFile(path.join(folder, "output.log"), "utf8"));
      throw new Error(`${error instanceof Error ? error.message : String(error)} (${said})`);
    }
  };
  const end = async (signal: NodeJS.Signals) => {
    const current = started;
    started = null;
    if (current === null || current.ended() !== null) return;
    // The launcher hands a SIGTERM on; a SIGKILL must reach the server itself, or its child would be left.
    if (signal === "SIGKILL") for (const pid of await childrenOf(current.child.pid)) process.kill(pid, signal);
    current.child.kill(signal);
    const timer = setTimeout(() => current.child.kill("SIGKILL"), stopsWithinMs);
    await current.exited;
    clearTimeout(timer);
  };
  const stop = async () => {
    await end("SIGTERM");
    await rm(folder, { recursive: true, force: true });
  };

  try {
    await copyConfiguration(home, configuration);
    await mkdir(path.join(folder, "tmp"));
    await writeFile(path.join(configuration, "elasticsearch.yml"), settingsFile(folder, port, options.settings ?? {}));
    if (ids) await chownAll(folder, ids);
    const stored = await runCommand(
      path.join(home, "bin/elasticsearch-keystore"),
      ["add", "-f", "-x", "bootstrap.password"],
      { ...running, input: password },
    );
    if (stored.code !== 0) throw new Error(`The keystore could not be written: ${lastWords(stored.output)}`);
    options.log(`Starting Elasticsearch on port ${port}`);
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ok: true,
    access,
    how: options.how,
    stop,
    pid: () => started?.child.pid ?? null,
    kill: () => end("SIGKILL"),
    restart: start,
  };
}

async function childrenOf(pid: number | undefined): Promise<number[]> {
  const { output } = await runCommand("ps", ["-o", "pid=", "--ppid", String(pid)]);
  return output.split(/\s+/).filter(Boolean).map(Number);
}
