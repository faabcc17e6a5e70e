import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { type Config, parseConfig } from "@/lib/config";
import type { OpenedDatabase } from "@/lib/db/contract";
import { openTestDatabase } from "@/lib/db/testing";
import type { Embedder } from "@/lib/embedders/contract";
import { HashingEmbedder } from "@/lib/embedders/hashing/embedder";
import { type RunSettings, type RunState, verdictSchema } from "@/lib/shapes/runs/run";
import type { VectorRecord } from "@/lib/stores/contract";
import { createMemoryStore, type MemoryStore, type MemoryStoreOptions } from "@/lib/stores/memory/index";
import { limits } from "@/scripts/test/limits.mjs";
import { createRun, type NewRun } from "../lifecycle/create-run";
import type { EngineParts } from "../lifecycle/parts";
import { settingsFor } from "../lifecycle/settings";
import { type Engine, startEngine } from "../worker/engine";
import { openQueue } from "../worker/queue";

const sourceDimension = 8;
const targetDimension = 16;

/** An embedder that counts what it was asked for and can be made to fail. */
export class CountedEmbedder implements Embedder {
  readonly service = "Hashing";
  readonly inner = new HashingEmbedder({ dimension: targetDimension });
  readonly space = this.inner.space;
  readonly limits = this.inner.limits;
  readonly texts: string[] = [];
  calls = 0;
  before: (texts: readonly string[], signal?: AbortSignal) => void | Promise<void> = () => {};

  async embed(texts: readonly string[], options: { signal?: AbortSignal } = {}) {
    this.calls++;
    await this.before(texts, options.signal);
    this.texts.push(...texts);
    return this.inner.embed(texts, options);
  }

  countTokens(text: string, options: { signal?: AbortSignal } = {}) {
    return this.inner.countTokens(text, options);
  }

  probe(options: { signal?: AbortSignal } = {}) {
    return this.inner.probe(options);
  }
}

export type World = {
  database: OpenedDatabase;
  source: MemoryStore;
  target: MemoryStore;
  embedder: CountedEmbedder;
  config: Config;
  engine: Engine | null;
  parts: EngineParts;
  /** Starts a worker, as a process does at its start. `schedules: false`: the test moves schedules on, by its own clock. */
  work(options?: { schedules: boolean }): Promise<void>;
  /** Lets the worker go. */
  rest(): Promise<void>;
  start(run: Partial<NewRun> & { namespaces: readonly string[]; overrides?: Partial<RunSettings> }): Promise<string>;
  /** Waits until the run is in one of the states. */
  until(runId: string, states: readonly RunState[]): Promise<RunRow>;
  close(): Promise<void>;
};

const stateRow = z.object({ state: z.string() });
const runRow = z.object({
  state: z.string(),
  total: z.number(),
  written: z.number(),
  unchanged: z.number(),
  skipped: z.number(),
  failed: z.number(),
  drifted: z.number(),
  texts: z.number(),
  orphans: z.number(),
  waitingFor: z.string().nullable(),
  error: z.record(z.string(), z.string()).nullable(),
  verdict: verdictSchema.nullable(),
  planId: z.string().nullable(),
});
export type RunRow = z.infer<typeof runRow>;

/** A record as a document product has it. */
export function record(
  id: string,
  metadata: VectorRecord["metadata"] = { text: `Text of ${id}`, page: 1 },
): VectorRecord {
  return { id, values: Array.from({ length: sourceDimension }, (_, position) => (position + 1) / 10), metadata };
}

/** `count` records with IDs in byte order. */
export function records(count: number, prefix = "doc"): VectorRecord[] {
  return Array.from({ length: count }, (_, number) => record(`${prefix}-${String(number).padStart(5, "0")}`));
}

/** Stores in memory, a database in memory and the real engine. */
export async function openWorld(
  options: {
    environment?: Record<string, string>;
    source?: MemoryStoreOptions;
    target?: MemoryStoreOptions;
    database?: OpenedDatabase;
  } = {},
): Promise<World> {
  const database = options.database ?? (await openTestDatabase());
  const index = { dimension: sourceDimension, namespaces: {} };
  const source = createMemoryStore({ indexes: { old: index }, ...options.source });
  const target = createMemoryStore({
    indexes: { new: { dimension: targetDimension, namespaces: {} } },
    ...options.target,
  });
  const embedder = new CountedEmbedder();
  const generous = {
    PORTAGE_MODE: "live",
    PINECONE_OLD_INDEX: "old",
    PINECONE_NEW_INDEX: "new",
    GEMINI_OUTPUT_DIMENSIONS: String(targetDimension),
    GEMINI_REQUESTS_PER_MINUTE: "100000000",
    GEMINI_TOKENS_PER_MINUTE: "1000000000000",
    PINECONE_UPSERTS_PER_SECOND: "100000",
    PINECONE_FETCHES_PER_SECOND: "100000",
    PINECONE_LISTS_PER_SECOND: "100000",
  };
  const config = parseConfig(
    [{ origin: "environment", values: { ...generous, ...options.environment } }],
    process.cwd(),
  );
  const log = {
    info() {},
    warn() {},
    error(details: object, message: string) {
      process.stderr.write(
        `${message} ${JSON.stringify(details)} ${String(Object.values(details).find((v) => v instanceof Error))}\n`,
      );
    },
  };
  const parts: EngineParts = { config, database, source, target, embedder, documents: null, log, workerName: "test:1" };
  const world: World = {
    database,
    source,
    target,
    embedder,
    config,
    engine: null,
    parts,
    async work(options) {
      const queue = await openQueue({ database, redisUrl: null, log });
      world.engine = await startEngine({ ...parts, queue, ...options });
    },
    async rest() {
      await world.engine?.stop();
      world.engine = null;
    },
    async start({ overrides, ...run }) {
      const settings = { ...settingsFor({ config }), ...overrides };
      const expected = new Map<string, number>();
      const { runId } = await createRun(database, { kind: "reembed", expected, startedBy: "test", ...run, settings });
      return runId;
    },
    async until(runId, states) {
      const deadline = Date.now() + limits.run;
      for (;;) {
        const [now] = await database.rows(stateRow, `SELECT "state" FROM "Run" WHERE "id" = $1`, [runId]);
        const over = Date.now() > deadline;
        if (over || states.some((state) => state === now?.state)) {
          const [row] = await database.rows(
            runRow,
            `SELECT r."state", r."waitingFor", r."error", r."planId", sum(s."total")::int AS total, sum(s."written")::int AS written,
                    sum(s."unchanged")::int AS unchanged, sum(s."skipped")::int AS skipped, sum(s."failed")::int AS failed,
                    sum(s."drifted")::int AS drifted, sum(s."texts")::int AS texts, sum(s."orphans")::int AS orphans,
                    (array_agg(s."verdict" ORDER BY s."position"))[1] AS verdict
               FROM "Run" r JOIN "Segment" s ON s."runId" = r."id" WHERE r."id" = $1 GROUP BY r."id"`,
            [runId],
          );
          if (row && states.some((state) => state === row.state)) return row;
          if (over)
            throw new Error(`${runId} is ${JSON.stringify(row)} after ${limits.run} ms, not ${states.join(" or ")}`);
        }
        await delay(20);
      }
    },
    async close() {
      await world.rest();
      await database.close();
    },
  };
  return world;
}
