import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseConfig } from "@/lib/config";
import { openTestDatabase } from "@/lib/db/testing";
import { openConnectedEmbedder, openStoreTarget } from "@/lib/routes/open-connection";
import { RouteBook } from "@/lib/routes/open-route";
import type { Metric, VectorTarget } from "@/lib/stores/contract";
import { startSandbox } from "@/sandbox/start";
import { addConnection, addConnectionInput } from "../connections/add-connection";
import type { Context } from "../verbs/context";
import { parseInput } from "../verbs/parse-input";
import { addRouteInput } from "./add-route";

export type RouteWorld = {
  ctx: Context;
  target: VectorTarget;
  dataDir: string;
  /** What a process needs to reach the sandbox. */
  environment: Record<string, string>;
  /** Makes an index in the sandbox. */
  index(name: string, dimension: number, metric?: Metric): Promise<string>;
  close(): Promise<void>;
};

/** A sandbox of its own with indexes of several shapes, and a second connection to them, `other`. */
export async function openRouteWorld(): Promise<RouteWorld> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), "portage-routes-"));
  const sandbox = await startSandbox({ dataDir: null, seed: false, consistencyMs: 0, readyAfterMs: 0 });
  const database = await openTestDatabase();
  const values = {
    ...sandbox.environment,
    PORTAGE_MODE: "sandbox",
    PORTAGE_DATA_DIR: dataDir,
    GEMINI_OUTPUT_DIMENSIONS: "128",
    PINECONE_OLD_INDEX: "old",
    PINECONE_NEW_INDEX: "new",
    CLEARANCE_LEVEL: "3",
  };
  const config = parseConfig([{ origin: "sandbox", values }], "/");
  const target = await openStoreTarget({ config, database }, "target");
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const embedder = await openConnectedEmbedder({ config, database }, "gemini");
  const ctx: Context = {
    config,
    database,
    source: target,
    target,
    embedder,
    documents: null,
    wake: async () => {},
    log,
    actor: "cli:test",
  };
  ctx.routes = new RouteBook(ctx);
  const index = async (name: string, dimension: number, metric: Metric = "cosine") => {
    await target.ensureIndex({ name, dimension, metric });
    return name;
  };
  for (const [name, dimension] of [
    ["old", 3],
    ["new", 128],
    ["copy", 3],
    ["wide", 8],
  ] as const)
    await index(name, dimension);
  await index("dot", 3, "dotproduct");
  await target.upsert({ index: "old", namespace: "a" }, [
    { id: "1", values: [1, 0, 0], metadata: { title: "One", text: "first", pages: 2 } },
    { id: "2", values: [0, 1, 0], metadata: { title: "Two" } },
  ]);
  await target.upsert({ index: "old", namespace: "b" }, [{ id: "3", values: [0, 0, 1], metadata: { text: "third" } }]);
  await addConnection(
    ctx,
    parseInput(addConnectionInput, { name: "other", kind: "pinecone", settings: { apiKey: "env:PINECONE_API_KEY" } }),
  );
  return {
    ...{ ctx, target, dataDir, index, environment: sandbox.environment },
    async close() {
      await ctx.routes?.close();
      await target.close();
      await database.close();
      await sandbox.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export const embed = { from: "text", embedder: "gemini", text: { keys: ["text"] } };
export const copy = { from: "source" };
const definition = (from: string, to: string, more: object = {}) => {
  const end = (text: string) => ({ connection: text.split(":")[0], collection: text.split(":")[1] });
  return { source: end(from), target: end(to), vectors: embed, ...more };
};
/** A route as an operator would ask for it, its ends as `connection:collection`. */
export const route = (name: string, ...given: Parameters<typeof definition>) =>
  parseInput(addRouteInput, { name, definition: definition(...given) });
