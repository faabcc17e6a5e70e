import { on, once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";

/** Inside the repository, so that the bundle finds its packages as `dist/` does. */
const root = path.resolve(import.meta.dirname, "..");
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(root, "node_modules", ".sandbox-thread-"));
  await build({
    entryPoints: [path.join(import.meta.dirname, "thread.ts")],
    outfile: path.join(folder, "sandbox-thread.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    alias: { "@": root },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A thread with everything that it says and its end noted from the beginning: both may come in the same moment. */
function start(workerData: unknown) {
  const worker = new Worker(path.join(folder, "sandbox-thread.mjs"), { workerData });
  const messages = on(worker, "message");
  const nextWith = async (key: string): Promise<unknown> => {
    for (;;) {
      const { value, done } = await messages.next();
      if (done) throw new Error(`The thread never said ${key}`);
      const [message]: unknown[] = value;
      const parsed = z.record(z.string(), z.unknown()).parse(message);
      if (key in parsed) return parsed[key];
    }
  };
  return { worker, ended: once(worker, "exit"), nextWith };
}

describe("the sandbox thread", () => {
  it("posts the environment, serves the seeded indexes, and ends by itself when it is told to close", async () => {
    const { worker, ended, nextWith } = start({ dataDir: folder });
    const environment = z.record(z.string(), z.string()).parse(await nextWith("environment"));
    const response = await fetch(`${environment.PINECONE_CONTROLLER_HOST}/indexes`, {
      headers: { "api-key": environment.PINECONE_API_KEY ?? "" },
    });
    expect(await response.json()).toMatchObject({ indexes: [{ name: "askdona" }, { name: "gflops-serverless" }] });
    worker.postMessage({ close: true });
    expect(await nextWith("closed")).toBe(true);
    expect(await ended).toEqual([0]);
  });

  it("posts what is wrong when it can't start", async () => {
    const { ended, nextWith } = start({ dataDir: 7 });
    expect(await nextWith("problem")).toContain("dataDir");
    expect(await ended).toEqual([1]);
  });
});
