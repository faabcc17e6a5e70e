import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";

/** A PostgreSQL of this machine's programs, on a port of loopback that it keeps. */
export type PostgresProcess = {
  url: string;
  port: number;
  /** Ends it: in order, sessions told so (`fast`), or as by a crash, to be recovered from when it starts (`immediate`). */
  end(how: "fast" | "immediate"): Promise<void>;
  /** Starts it again, with the data that it had. */
  start(): Promise<void>;
  /** Another server that follows this one by streaming replication, and takes no writes until it is promoted. */
  standby(): Promise<PostgresProcess>;
  /** Ends it, and its data go. */
  stop(): Promise<void>;
};

type Place = { programs: string; folder: string; port: number };

/** Starts a server of these programs on a free port of loopback; its data go when it is stopped. */
export async function startPrograms(programs: string): Promise<PostgresProcess> {
  const place = await newPlace(programs);
  run(place, "initdb", [
    ...["-D", dataOf(place), "-U", "portage", "--auth=trust", "--no-sync"],
    ...["--encoding=UTF8", "--locale=C.UTF-8"],
  ]);
  return serve(place);
}

async function serve(place: Place): Promise<PostgresProcess> {
  const { programs, folder, port } = place;
  let server = await launch(place);
  const end = async (signal: "SIGINT" | "SIGQUIT") => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, "exit");
    server.kill(signal);
    await ended;
  };
  const killAtExit = () => void server.kill("SIGQUIT");
  process.once("exit", killAtExit);
  return {
    url: `postgresql://portage@127.0.0.1:${port}/postgres`,
    port,
    end: (how) => end(how === "fast" ? "SIGINT" : "SIGQUIT"),
    start: async () => {
      server = await launch(place);
    },
    standby: async () => {
      const own = await newPlace(programs);
      run(own, "pg_basebackup", [
        ...["-h", "127.0.0.1", "-p", String(port), "-U", "portage", "-D", dataOf(own)],
        ...["--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync"],
      ]);
      return serve(own);
    },
    stop: async () => {
      process.off("exit", killAtExit);
      await end("SIGINT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const dataOf = ({ folder }: Place): string => path.join(folder, "data");

async function newPlace(programs: string): Promise<Place> {
  const user = serverUser();
  const folder = mkdtempSync(path.join(os.tmpdir(), "portage-postgres-"));
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
  chmodSync(folder, 0o700);
  return { programs, folder, port: await freePort() };
}

function run({ programs, folder }: Place, program: string, options: readonly string[]): void {
  const made = spawnSync(path.join(programs, program), options, { ...serverUser(), encoding: "utf8", cwd: folder });
  if (made.status !== 0) throw new Error(`${program} failed: ${made.stderr}`);
}

async function launch(place: Place): Promise<ChildProcess> {
  const settings = {
    port: place.port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    fsync: "off",
    max_connections: 200,
  };
  const server = spawn(
    path.join(place.programs, "postgres"),
    ["-D", dataOf(place), ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    { ...serverUser(), cwd: place.folder, stdio: ["ignore", "ignore", "pipe"] },
  );
  await ready(server);
  return server;
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
      if (/database system is ready to accept (read-only )?connections/.test(line)) resolve("ready");
    }),
  );
  if ((await Promise.race([up, once(server, "exit")])) !== "ready")
    throw new Error(`postgres ended: ${said.join("\n")}`);
}
