import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";

/** Inside the repository, so that the bundle finds its packages as `dist/` does. */
const root = path.resolve(import.meta.dirname, "../..");
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

const start = (workerData: unknown) => new Worker(path.join(folder, "sandbox-thread.mjs"), { workerData });
const nextWith = async (worker: Worker, key: string) => {
  for (;;) {
    const [message]: unknown[] = await once(worker, "message");
    const parsed = z.record(z.string(), z.unknown()).parse(message);
    if (key in parsed) return parsed[key];
  }
};

describe("the sandbox thread", () => {
  it("posts the environment, serves the seeded indexes, and ends by itself when it is told to close", async () => {
    const worker = start({ dataDir: folder });
    const environment = z.record(z.string(), z.string()).parse(await nextWith(worker, "environment"));
    const response = await fetch(`${environment.PINECONE_CONTROLLER_HOST}/indexes`, {
      headers: { "api-key": environment.PINECONE_API_KEY ?? "" },
    });
    expect(await response.json()).toMatchObject({ indexes: [{ name: "askdona" }, { name: "gflops-serverless" }] });
    const ended = once(worker, "exit");
    worker.postMessage({ close: true });
    expect(await nextWith(worker, "closed")).toBe(true);
    expect(await ended).toEqual([0]);
  });

  it("posts what is wrong when it can't start", async () => {
    const worker = start({ dataDir: 7 });
    expect(await nextWith(worker, "problem")).toContain("dataDir");
    expect(await once(worker, "exit")).toEqual([1]);
  });
});
