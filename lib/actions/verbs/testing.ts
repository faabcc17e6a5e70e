import { parseConfig } from "@/lib/config";
import { openTestDatabase } from "@/lib/db/testing";
import { HashingEmbedder } from "@/lib/embedders/hashing/embedder";
import type { RunSettings } from "@/lib/shapes/runs/run";
import type { VectorRecord } from "@/lib/stores/contract";
import { createMemoryStore } from "@/lib/stores/memory/index";
import type { MemoryStoreOptions } from "@/lib/stores/memory/options";
import type { Context } from "./context";

export const sourceIndex = "old-index";
export const targetIndex = "new-index";

/** Records `name-0`... with a text and vectors of two numbers. */
export function someRecords(name: string, count: number): VectorRecord[] {
  return Array.from({ length: count }, (_, place) => ({
    id: `${name}-${place}`,
    values: [1, 0],
    metadata: { text: `text ${place}` },
  }));
}

export type TestSides = {
  source?: Record<string, number>;
  /** `null`: there is no target index. */
  target?: Record<string, number> | null;
  sourceOptions?: MemoryStoreOptions;
  /** Whose both indexes are. */
  account?: string;
  /** One that another context has opened. */
  database?: Context["database"];
  environment?: Record<string, string>;
};

const filled = (counts: Record<string, number>) =>
  Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, someRecords(name, count)]));

/** A context over a database, two stores and an embedder in memory. `logged` holds what went to the log. */
export async function openTestContext(sides: TestSides = {}) {
  const environment = {
    PINECONE_OLD_INDEX: sourceIndex,
    PINECONE_NEW_INDEX: targetIndex,
    GEMINI_OUTPUT_DIMENSIONS: "2",
    PINECONE_API_KEY: "pc-secret-key-1234",
    ...sides.environment,
  };
  const opened = sides.database ? null : await openTestDatabase();
  const database = sides.database ?? opened;
  if (!database) throw new Error("there is no database");
  const account = sides.account === undefined ? {} : { account: sides.account };
  const source = createMemoryStore({
    indexes: { [sourceIndex]: { dimension: 2, namespaces: filled(sides.source ?? {}) } },
    ...account,
    ...sides.sourceOptions,
  });
  const target = createMemoryStore(
    sides.target === null
      ? account
      : { indexes: { [targetIndex]: { dimension: 2, namespaces: filled(sides.target ?? {}) } }, ...account },
  );
  const logged: { details: object; message: string }[] = [];
  const write = (details: object, message: string) => {
    logged.push({ details, message });
  };
  const ctx: Context = {
    config: parseConfig([{ origin: "environment", values: environment }], "/"),
    database,
    source,
    target,
    embedder: new HashingEmbedder({ dimension: 2 }),
    documents: null,
    wake: async () => {},
    log: { info: write, warn: write, error: write },
    actor: "cli:test",
  };
  return { ctx, source, target, logged, close: async () => opened?.close() };
}

export const someSettings: RunSettings = {
  source: { index: sourceIndex },
  target: { index: targetIndex },
  embedder: { model: "hashing", dimension: 2, task: "none" },
  clearanceLevel: 1,
  targetOwnedKeys: ["clearance_level"],
  textKey: "text",
  longTextPolicy: "truncate",
  updatePolicy: "when-text-changed",
  only: "both",
  queryBatchSize: 100,
  embeddingBatchSize: 100,
  upsertBatchSize: 100,
  batchDelaySeconds: 0,
  limit: null,
  verifySample: 200,
  verifyFull: false,
  reembedSample: 5,
};

type RunRow = Parameters<Context["database"]["prisma"]["run"]["create"]>[0]["data"];
type SegmentRow = Parameters<Context["database"]["prisma"]["segment"]["create"]>[0]["data"];

/** Puts a run with its segments into the database, as the engine would have left it. */
export async function putRun(
  ctx: Context,
  id: string,
  run: Partial<Omit<RunRow, "plan">> = {},
  segments: Partial<Omit<SegmentRow, "run">>[] = [],
): Promise<void> {
  await ctx.database.prisma.run.create({
    data: {
      id,
      kind: "reembed",
      state: "running",
      settings: someSettings,
      settingsHash: "hash",
      namespaces: ["alpha"],
      startedBy: "cli:test",
      ...run,
    },
  });
  await ctx.database.prisma.segment.createMany({
    data: segments.map(({ namespace = "alpha", position = 0, ...rest }) => ({
      namespace,
      position,
      ...rest,
      runId: id,
    })),
  });
}
