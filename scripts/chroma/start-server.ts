import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { cached } from "../elasticsearch/cache-folder";
import { unpackedWheel } from "../pypi/download-wheel";

/** A Chroma server as PyPI has it: a program in Rust inside of the Python package, which needs none of the package's dependencies. */
const name = "chromadb";
const version = "1.5.9";
const platforms: Partial<Record<string, { platform: string; sha256: string }>> = {
  x64: {
    platform: "manylinux2014_x86_64",
    sha256: "cc09b3df76e5a5cb386aed2715a2eea152e3949f9e1ba93c7119505377749929",
  },
  arm64: {
    platform: "manylinux2014_aarch64",
    sha256: "9192d111bd662241625867962333d99369a00769a50f8b2f58cb388731274d7e",
  },
};
const startsWithinMs = 60_000;

export type ChromaProcess = { url: string; folder: string; stop(): Promise<void> };

/** Starts a server on a folder of its own, or on the one given. Throws an `Error` whose message says in a line why there is none. */
export async function startChroma(log: (line: string) => void, folder?: string): Promise<ChromaProcess> {
  const program = await obtain(log);
  const data = folder ?? (await mkdtemp(path.join(tmpdir(), "portage-chroma-server-")));
  const port = await freePort();
  const script = `import chromadb_rust_bindings as c; c.cli(["chroma", "run", "--path", ${JSON.stringify(data)}, "--host", "127.0.0.1", "--port", "${port}"])`;
  const child = spawn("python3", ["-c", script], {
    env: { ...process.env, PYTHONPATH: program },
    cwd: data,
    stdio: "ignore",
  });
  const stop = async () => {
    await ended(child);
    if (folder === undefined) await rm(data, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  const until = performance.now() + startsWithinMs;
  while (!(await answers(`${url}/api/v2/heartbeat`))) {
    if (child.exitCode === null && performance.now() < until) await pause(100);
    else {
      await stop();
      throw new Error(
        child.exitCode === null ? "the server of Chroma doesn't answer" : "the server of Chroma doesn't start",
      );
    }
  }
  return { url, folder: data, stop };
}

async function obtain(log: (line: string) => void): Promise<string> {
  const wanted = process.platform === "linux" ? platforms[process.arch] : undefined;
  if (!wanted) throw new Error(`there is no server of Chroma to download for ${process.platform} on ${process.arch}`);
  return cached(
    `${name}-${version}`,
    async (work) => {
      log("Getting a server of Chroma from PyPI (23 MB)");
      return unpackedWheel({ name, version, abi: "abi3", ...wanted }, "the server of Chroma", work);
    },
    { variable: "PORTAGE_CHROMA_CACHE", name: "portage-chroma" },
  );
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("there is no free port");
  return address.port;
}
