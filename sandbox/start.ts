import path from "node:path";
import { Clock } from "./clock";
import { Library } from "./elasticsearch/library";
import { startElasticsearch } from "./elasticsearch/start-elasticsearch";
import { type GeminiQuotas, tierOne } from "./gemini/quota";
import { startGemini } from "./gemini/start-gemini";
import { keepCounters } from "./keep-counters";
import { startOpenAi } from "./openai/start-openai";
import { documentedQuotas, type PineconeQuotas } from "./pinecone/limits";
import { startPinecone } from "./pinecone/start-pinecone";
import { startPostgres } from "./postgres/start-postgres";
import { seed } from "./seed/seed";
import { emptyStorage, openStorage } from "./storage/open-storage";

export type SandboxOptions = {
  /** Data is kept under `<dataDir>/sandbox` and survives a killed process; `null`: temporary, gone when closed. */
  dataDir: string | null;
  log?: (message: string) => void;
  /** A filled sandbox's folder to begin with on first start, instead of filling one. */
  made?: string | null;
  /** Fill the indexes on first start (the default), or leave them out altogether. */
  seed?: boolean;
  /** 0 or left out: any free port. */
  ports?: { pinecone?: number; gemini?: number; elasticsearch?: number; openai?: number; postgres?: number };
  /** Its PostgreSQL, which is opened by its first client, in a thread of its own or in this one. Left out: there is none. */
  postgres?: { where: "thread" | "here"; made: string | null };
  /** Left out: Gemini's tier 1 and Pinecone's documented rates. `null`: unlimited. */
  quotas?: { gemini?: Partial<GeminiQuotas> | null; pinecone?: Partial<PineconeQuotas> | null };
  /** Milliseconds until a write is seen (300); statistics take five times as long. */
  consistencyMs?: number;
  /** Milliseconds that every answer takes at least (0). */
  latencyMs?: number;
  /** Milliseconds until a new index is ready (300). */
  readyAfterMs?: number;
  /** Namespaces that an index may hold (100,000). */
  namespaceLimit?: number;
};

export type Sandbox = {
  /** Settings that point Portage at the stand-ins. */
  environment: Record<string, string>;
  pinecone: { url: string };
  gemini: { url: string };
  elasticsearch: { url: string };
  openai: { url: string };
  /** `null` where none was asked for. */
  postgres: { url: string } | null;
  close(): Promise<void>;
};

/** Keys that the stand-ins accept: they open nothing but these. */
export const sandboxKeys = {
  pinecone: "sandbox-pinecone-key",
  gemini: "sandbox-gemini-key",
  elasticsearch: "sandbox-elasticsearch-key",
  openai: "sandbox-openai-key",
} as const;

const unlimited: GeminiQuotas = { requestsPerMinute: null, tokensPerMinute: null, requestsPerDay: null };
const statisticsLag = 5;

/** Where the sandbox keeps its data; removing it starts again. */
export function sandboxFolder(dataDir: string): string {
  return path.join(dataDir, "sandbox");
}

/** Starts the stand-ins on loopback and seeds them on first start. Nothing that they do leaves the machine. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const log = options.log ?? (() => {});
  const storage = openStorage(options.dataDir === null ? null : sandboxFolder(options.dataDir), options.made ?? null);
  const clock = new Clock();
  const delayMs = options.consistencyMs ?? 300;
  const library = new Library(storage, clock, delayMs);
  if (options.seed !== false) await seed(storage, library, log);
  const keptPinecone = keepCounters(storage, "pinecone");
  const keptGemini = keepCounters(storage, "gemini");
  const keptElasticsearch = keepCounters(storage, "elasticsearch");
  const keptOpenAi = keepCounters(storage, "openai");
  const report = (error: unknown) => log(`Sandbox failed: ${error instanceof Error ? error.stack : String(error)}`);
  const startAgain = async () => {
    await emptyStorage(storage);
    library.forget();
    if (options.seed !== false) await seed(storage, library, log);
  };
  const latencyMs = options.latencyMs ?? 0;
  const { gemini: geminiQuotas, pinecone: pineconeQuotas } = options.quotas ?? {};
  const pinecone = await startPinecone({
    storage,
    clock,
    counters: keptPinecone.counters,
    port: options.ports?.pinecone ?? 0,
    apiKeys: [sandboxKeys.pinecone],
    quotas: pineconeQuotas === null ? null : { ...documentedQuotas, ...pineconeQuotas },
    consistency: { delayMs, statisticsMs: delayMs * statisticsLag },
    latencyMs,
    report,
    startAgain,
    readyAfterMs: options.readyAfterMs ?? 300,
    ...(options.namespaceLimit === undefined ? {} : { namespaceLimit: options.namespaceLimit }),
  });
  const gemini = await startGemini({
    storage,
    clock,
    counters: keptGemini.counters,
    port: options.ports?.gemini ?? 0,
    apiKeys: [sandboxKeys.gemini],
    quotas: geminiQuotas === null ? unlimited : { ...tierOne, ...geminiQuotas },
    latencyMs,
    report,
  });
  const elasticsearch = await startElasticsearch({
    library,
    clock,
    counters: keptElasticsearch.counters,
    port: options.ports?.elasticsearch ?? 0,
    apiKeys: [sandboxKeys.elasticsearch],
    latencyMs,
    report,
  });
  const openai = await startOpenAi({
    clock,
    counters: keptOpenAi.counters,
    port: options.ports?.openai ?? 0,
    apiKeys: [sandboxKeys.openai],
    latencyMs,
    report,
  });
  const folder = options.dataDir === null ? null : path.join(sandboxFolder(options.dataDir), "postgres");
  const port = options.ports?.postgres ?? 0;
  const postgres = options.postgres ? await startPostgres({ folder, port, report, ...options.postgres }) : null;
  log(
    `Sandbox: Pinecone at ${pinecone.url}, Gemini at ${gemini.url}, OpenAI at ${openai.url}, Elasticsearch at ${elasticsearch.url}${postgres ? `, PostgreSQL at ${new URL(postgres.url).host}` : ""}`,
  );
  return {
    environment: {
      PINECONE_CONTROLLER_HOST: pinecone.url,
      PINECONE_API_KEY: sandboxKeys.pinecone,
      GOOGLE_GEMINI_BASE_URL: gemini.url,
      GOOGLE_AI_API_KEY: sandboxKeys.gemini,
      OPENAI_BASE_URL: `${openai.url}/v1`,
      OPENAI_API_KEY: sandboxKeys.openai,
      ELASTICSEARCH_ENDPOINT: elasticsearch.url,
      ELASTICSEARCH_API_KEY: sandboxKeys.elasticsearch,
      ...(postgres && { PGVECTOR_URL: postgres.url }),
    },
    pinecone: { url: pinecone.url },
    gemini: { url: gemini.url },
    elasticsearch: { url: elasticsearch.url },
    openai: { url: openai.url },
    postgres: postgres && { url: postgres.url },
    close: async () => {
      await pinecone.close();
      await gemini.close();
      await elasticsearch.close();
      await openai.close();
      await postgres?.close();
      await keptPinecone.stop();
      await keptGemini.stop();
      await keptElasticsearch.stop();
      await keptOpenAi.stop();
      await storage.close();
    },
  };
}
