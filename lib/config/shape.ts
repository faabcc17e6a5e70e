import type { Secret } from "../secret";
import type { SettingView } from "../shapes/overview";
import type { Ceilings } from "../shapes/runs/ceilings";
import type { Role } from "../shapes/team/role";

/** What Portage works under, read once from the environment and `.env`. */
export type Config = {
  mode: "sandbox" | "live";
  /** Absolute. */
  dataDir: string;
  host: string;
  port: number;
  databaseUrl: Secret | null;
  redisUrl: Secret | null;
  /** Signs what is sent to webhooks. */
  webhookSecret: Secret | null;
  /** Webhooks may lead to this machine and to local networks. */
  webhookPrivate: boolean;
  /** Seals secrets of connections; `previous` still opens what was sealed by it. */
  sealing: { key: Secret | null; previous: Secret | null };
  /** Who may use it: `null` where nobody signs in and it answers on this machine only. */
  login: {
    oidc: { issuer: string; clientId: string; clientSecret: Secret; name: string; role: Role } | null;
    /** Changes above which whoever planned can't approve. */
    fourEyes: number | null;
    /** Addresses and subnets of reverse proxies whose word on the client's address is believed. */
    trustedProxies: readonly string[];
  } | null;
  /** By which address browsers reach it; `null`: by host and port. */
  publicUrl: string | null;
  /** By which the command line speaks to a server. */
  token: Secret | null;
  /** How much of its own history is kept; `null`: without a limit. */
  history: {
    days: number | null;
    runs: number | null;
    findings: number | null;
    detailDays: number | null;
    readings: number | null;
    messages: number | null;
  };
  /** Days that the audit trail is kept; `null`: without a limit. */
  auditDays: number | null;
  /** When the log's file turns over. */
  log: { megabytes: number; files: number; days: number };
  /** Name of the route meant where none is named. */
  route: string;
  /** Absolute: files are read and written below these alone. */
  folders: string[];
  /** A variable of the environment or of `.env`, for secrets that are named instead of given; `undefined` when it is empty. */
  variable(name: string): string | undefined;
  /** What `portage switch` writes, and on which knowledge. */
  switching: {
    /** Absolute. */
    folder: string;
    hook: Secret | null;
    webhook: Secret | null;
    verdictHours: number;
    /** 0: never by itself. */
    canaryMinutes: number;
    differencesMinutes: number;
  };
  pinecone: {
    source: { index: string; apiKey: Secret | null; controllerHost: string | null };
    target: { index: string; apiKey: Secret | null; controllerHost: string | null };
    cloud: "aws" | "gcp" | "azure";
    region: string;
    perSecond: { upserts: number; fetches: number; lists: number };
  };
  gemini: {
    apiKey: Secret | null;
    model: string;
    dimension: number;
    task: string;
    baseUrl: string | null;
    quota: { requestsPerMinute: number; tokensPerMinute: number; requestsPerDay: number | null };
  };
  elasticsearch: {
    endpoint: string | null;
    apiKey: Secret | null;
    username: string | null;
    password: Secret | null;
    /** Absolute. */
    caFile: string | null;
    indices: string[];
    namespaceField: string;
  };
  /** Services of routes that the environment sets beside the default ones. */
  openai: { apiKey: Secret | null; baseUrl: string | null; model: string; dimension: number | null };
  chroma: { address: string | null; token: Secret | null; tenant: string; database: string };
  pgvector: { address: Secret | null };
  batches: { namespace: string; query: number; embedding: number; upsert: number; delaySeconds: number };
  policy: {
    clearanceLevel: number;
    targetOwnedKeys: string[];
    /** Metadata key for the model's name, if there is to be one. */
    modelKey: string | null;
    textKey: string;
    update: "when-text-changed" | "always";
    longText: "truncate" | "skip";
  };
  /** For runs that aren't given their own. */
  ceilings: Ceilings;
  /** Read units of the source, and of the target. */
  prices: {
    perMillionTokens: number;
    perMillionReadUnits: number;
    perMillionTargetReadUnits: number;
    perMillionWriteUnits: number;
    /** US dollars per GB that the source answers, and the target; `null`: its service doesn't bill that. */
    perGbEgress: number | null;
    perGbTargetEgress: number | null;
  };
  /** GB that Pinecone answers for nothing each month. */
  freeEgressGb: number;
  /** Every key as it may be shown: secrets masked to their last four characters. */
  settings: SettingView[];
};
