import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { SandboxControl } from "./control";
import { startSandbox } from "./start";

let folder: string;
const children = new Set<ChildProcess>();
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "portage-sandbox-test-"));
});
afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  children.clear();
  rmSync(folder, { recursive: true, force: true });
});

const environmentSchema = z.object({
  PINECONE_CONTROLLER_HOST: z.string(),
  PINECONE_API_KEY: z.string(),
  GOOGLE_GEMINI_BASE_URL: z.string(),
  GOOGLE_AI_API_KEY: z.string(),
});
type Environment = z.infer<typeof environmentSchema>;

async function spawnSandbox() {
  const entry = path.join(import.meta.dirname, "serve-for-tests.ts");
  const child = spawn(process.execPath, ["--import", "tsx", entry, folder], { stdio: ["ignore", "pipe", "inherit"] });
  children.add(child);
  const [line]: unknown[] = await once(createInterface({ input: child.stdout }), "line");
  const environment = environmentSchema.parse(JSON.parse(String(line)));
  const kill = async () => {
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  return { environment, kill };
}

const values = [1, 0, 0, 0, 0, 0, 0, 0.5];

async function upsert(environment: Environment, ids: readonly string[]): Promise<void> {
  const response = await fetch(`${environment.PINECONE_CONTROLLER_HOST}/data/target/vectors/upsert`, {
    method: "POST",
    headers: { "api-key": environment.PINECONE_API_KEY },
    body: JSON.stringify({ namespace: "n", vectors: ids.map((id) => ({ id, values, metadata: { id } })) }),
  });
  if (!response.ok) throw new Error(await response.text());
}

async function embed(environment: Environment, text: string): Promise<void> {
  const url = `${environment.GOOGLE_GEMINI_BASE_URL}/v1beta/models/gemini-embedding-001:embedContent`;
  const response = await fetch(url, {
    method: "POST",
    headers: { "x-goog-api-key": environment.GOOGLE_AI_API_KEY },
    body: JSON.stringify({ content: { parts: [{ text }] } }),
  });
  if (!response.ok) throw new Error(await response.text());
  await response.arrayBuffer();
}

/** Calls `work` with 0, 1, 2, … until it fails, as it does when the process is killed; answers how many succeeded. */
async function untilKilled(work: (at: number) => Promise<void>, onSuccess: () => void): Promise<number> {
  for (let done = 0; ; done++) {
    try {
      await work(done);
    } catch {
      return done;
    }
    onSuccess();
  }
}

describe("what the sandbox keeps", () => {
  it("is there again after it was closed and opened: records, counters and what was embedded", async () => {
    const options = { dataDir: folder, consistencyMs: 0, quotas: { gemini: null, pinecone: null } };
    const first = await startSandbox({ ...options, seed: false });
    const control = new SandboxControl(first.pinecone.url);
    await control.createIndex({ name: "target", dimension: 8 });
    const environment = environmentSchema.parse(first.environment);
    await upsert(environment, ["a", "b"]);
    await embed(environment, "text");
    const before = await control.records("target", "n", { values: true });
    expect(before).toHaveLength(2);
    await first.close();

    const second = await startSandbox({ ...options, seed: false });
    const reopened = new SandboxControl(second.pinecone.url);
    expect(await reopened.records("target", "n", { values: true })).toEqual(before);
    expect((await reopened.counters()).writes.target).toBe(1);
    await embed(environmentSchema.parse(second.environment), "text");
    const gemini = new SandboxControl(second.gemini.url);
    expect((await gemini.counters()).embedded).toMatchObject({ texts: 2, repeats: 1 });
    await second.close();
  });

  it("is seeded once: what was changed since stays changed", async () => {
    const first = await startSandbox({ dataDir: folder });
    await new SandboxControl(first.pinecone.url).edit({ index: "askdona", namespace: "mine", put: [{ id: "a" }] });
    await first.close();
    const messages: string[] = [];
    const second = await startSandbox({ dataDir: folder, log: (message) => messages.push(message) });
    expect(await new SandboxControl(second.pinecone.url).records("askdona", "mine")).toHaveLength(1);
    expect(messages.join()).not.toContain("seeded");
    await second.close();
  });

  it("goes with the temporary sandbox when there is no folder", async () => {
    const sandbox = await startSandbox({ dataDir: null, seed: false });
    await sandbox.close();
    await expect(fetch(sandbox.pinecone.url)).rejects.toThrow();
  });

  it("survives kill -9 in the midst of writing: all that was acknowledged, and nothing torn", async () => {
    const written: string[] = [];
    let embedded = 0;
    for (const [round, killAfter] of [5, 23, 60].entries()) {
      const { environment, kill } = await spawnSandbox();
      const control = new SandboxControl(environment.PINECONE_CONTROLLER_HOST);
      if (round === 0) await control.createIndex({ name: "target", dimension: 8 });
      const idsOf = (at: number) => Array.from({ length: 20 }, (_, inner) => `r${round}-${at}-${inner}`);
      let acknowledged = 0;
      let killing: Promise<void> | null = null;
      const onSuccess = () => {
        acknowledged++;
        if (acknowledged >= killAfter) killing ??= kill();
      };
      const [upserts, embeddings] = await Promise.all([
        untilKilled((at) => upsert(environment, idsOf(at)), onSuccess),
        untilKilled((at) => embed(environment, `text ${round} ${at}`), onSuccess),
      ]);
      await killing;
      for (let at = 0; at < upserts; at++) written.push(...idsOf(at));
      embedded += embeddings;
    }
    const { environment, kill } = await spawnSandbox();
    const records = await new SandboxControl(environment.PINECONE_CONTROLLER_HOST).records("target", "n", {
      values: true,
    });
    const found = new Set(records.map(({ id }) => id));
    expect(written.length).toBeGreaterThan(200);
    expect(written.filter((id) => !found.has(id))).toEqual([]);
    expect(records.filter(({ id, values: dense, metadata }) => metadata.id !== id || dense?.length !== 8)).toEqual([]);
    expect(records.length % 20).toBe(0);
    const ledger = (await new SandboxControl(environment.GOOGLE_GEMINI_BASE_URL).counters()).embedded;
    expect(ledger.texts).toBeGreaterThanOrEqual(embedded);
    expect(ledger.texts).toBeLessThanOrEqual(embedded + 3);
    await kill();
  });
});
