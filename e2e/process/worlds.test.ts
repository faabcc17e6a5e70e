import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { emptyTarget, indexes, namespace, type Services, startServices } from "@/bench/services";
import { type Run, runSchema } from "@/lib/shapes/runs/run";
import { Server } from "./server";

const records = 500;
const ended = ["succeeded", "succeeded-with-findings", "failed"];

let services: Services;
let server: Server;
let dataDir: string;

afterEach(async () => {
  await server?.kill();
  await services?.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** `portage`, as an operator types it; answers its exit code and what it said. */
async function portage(environment: Record<string, string>, ...words: string[]) {
  const child = spawn(process.execPath, ["bin/portage.mjs", ...words], {
    cwd: path.resolve(import.meta.dirname, "../.."),
    env: { ...process.env, ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const [code] = await once(child, "close");
  return { code, said };
}

test("a run made for one model, stopped and started under another, is refused, and completes once that is put back", async () => {
  services = await startServices({ records });
  const target = await emptyTarget(services);
  dataDir = await mkdtemp(path.join(os.tmpdir(), "portage-worlds-"));
  const environment = {
    ...services.environment,
    PORTAGE_MODE: "live",
    PORTAGE_DATA_DIR: dataDir,
    PINECONE_OLD_INDEX: indexes.source,
    PINECONE_NEW_INDEX: target,
    EMBEDDING_BATCH_SIZE: "10",
    GEMINI_REQUESTS_PER_MINUTE: "6000",
    GEMINI_TOKENS_PER_MINUTE: "1000000000",
  };
  server = new Server(environment);
  await server.start();
  const { run } = await server.ask(z.object({ run: runSchema }), "POST", "/reembed", {
    namespaces: [namespace],
    yes: true,
  });
  const now = () => server.ask(runSchema, "GET", `/runs/${run.id}`);
  const end = async (): Promise<Run> => {
    for (;;) {
      const last = await now();
      if (ended.includes(last.state)) return last;
      await delay(50);
    }
  };
  while ((await now()).outcome.written < 50) await delay(5);
  await server.stop();
  const before = { embedded: (await services.gemini.counters()).embedded, calls: await callsToModels() };
  const written = (await services.target.records(target, namespace)).length;
  expect(written).toBeLessThan(records);

  const other = { ...environment, GEMINI_EMBEDDING_MODEL: "gemini-embedding-2" };
  server = new Server(other);
  await server.start();
  expect(await end()).toMatchObject({ state: "failed", error: { code: "route-moved" } });
  const resumed = await portage(other, "runs", "resume", run.id);
  expect(resumed.code).toBe(4);
  expect(resumed.said).toContain("made for model gemini-embedding-001; now model gemini-embedding-2");
  expect({ embedded: (await services.gemini.counters()).embedded, calls: await callsToModels() }).toEqual(before);
  expect(await services.target.records(target, namespace)).toHaveLength(written);
  await server.stop();

  server = new Server(environment);
  await server.start();
  expect((await portage(environment, "runs", "resume", run.id)).code).toBe(0);
  expect(await end()).toMatchObject({ state: "succeeded", outcome: { written: records, failed: 0 } });
});

test("a run that would add vectors of another model to a namespace ends with exit code 4, and embeds nothing", async () => {
  services = await startServices({ records: 20 });
  dataDir = await mkdtemp(path.join(os.tmpdir(), "portage-models-"));
  const environment = {
    ...services.environment,
    PORTAGE_MODE: "live",
    PORTAGE_DATA_DIR: dataDir,
    PINECONE_OLD_INDEX: indexes.source,
    PINECONE_NEW_INDEX: await emptyTarget(services),
  };
  const some = await portage(environment, "reembed", namespace, "--limit", "5", "--yes");
  expect(some).toMatchObject({ code: 0 });
  const before = await callsToModels();
  const refused = await portage(
    { ...environment, GEMINI_EMBEDDING_MODEL: "gemini-embedding-2" },
    "reembed",
    namespace,
    "--yes",
  );
  expect(refused.code).toBe(4);
  expect(refused.said).toContain("holds 5 vectors of gemini-embedding-001");
  expect(await callsToModels()).toBe(before);
});

/** Requests that embed, whatever they asked for. */
async function callsToModels(): Promise<number> {
  const { scopes } = await services.gemini.counters();
  return scopes.models?.["embed-batch"]?.calls ?? 0;
}
