import { z } from "zod";

/** How a key is read: text in, typed value out; the description doubles as the comment in `.env.example`. */
export type Key<T> = {
  name: string;
  schema: z.ZodType<T, string>;
  /** Text used when the key is absent or empty. */
  fallback: string;
  group: "Portage" | "Pinecone" | "Gemini" | "Elasticsearch" | "Batches" | "Policy";
  description: string;
  /** What a value looks like, for the error when it doesn't parse. */
  expects: string;
  secret?: boolean;
};

const text = z.string();
/** Settings are shown: a password has no place in an address. What stands behind a path would be lost when another is appended. */
const url = z.string().refine((value) => {
  if (value === "") return true;
  if (!/^https?:\/\/[^\s]+$/i.test(value) || !URL.canParse(value)) return false;
  const { username, password, search, hash } = new URL(value);
  return [username, password, search, hash].every((part) => part === "");
});
const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number)
    .pipe(z.number().int().min(least).max(most));
const decimal = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .transform(Number)
    .pipe(z.number().min(least).max(most));
const optionalWhole = z
  .string()
  .regex(/^(\d+|unlimited)?$/i)
  .transform((value) => (value === "" || /^unlimited$/i.test(value) ? null : Number(value)))
  .pipe(z.number().int().positive().nullable());
const list = z.string().transform((value) =>
  value
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== ""),
);
const indexName = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,43}[a-z0-9])?$/);

const key = <T>(
  name: string,
  group: Key<T>["group"],
  schema: z.ZodType<T, string>,
  fallback: string,
  expects: string,
  description: string,
  secret = false,
): Key<T> => ({ name, group, schema, fallback, expects, description, secret });

/** Every key that Portage reads. `.env.example` holds the same keys; a test keeps it so. */
export const keys = {
  PORTAGE_MODE: key(
    "PORTAGE_MODE",
    "Portage",
    z.enum(["", "sandbox", "live"]),
    "",
    "sandbox or live",
    "Which world is worked on. Empty: sandbox when PINECONE_API_KEY is empty, else live. In the sandbox no request leaves the machine.",
  ),
  PORTAGE_DATA_DIR: key(
    "PORTAGE_DATA_DIR",
    "Portage",
    text.min(1),
    ".portage",
    "a folder",
    "Embedded database, sandbox data and log.",
  ),
  HOST: key(
    "HOST",
    "Portage",
    text.min(1),
    "127.0.0.1",
    "a loopback address: 127.0.0.1, ::1 or localhost",
    "Address that the web app listens on. Loopback only.",
  ),
  PORT: key(
    "PORT",
    "Portage",
    whole(0, 65535),
    "3000",
    "a port from 0 to 65535 (0: any free one)",
    "Port that the web app listens on.",
  ),
  DATABASE_URL: key(
    "DATABASE_URL",
    "Portage",
    text.refine((value) => value === "" || /^postgres(ql)?:\/\//.test(value)),
    "",
    "postgresql://user:password@host:port/database",
    "PostgreSQL 14 or newer, for several processes or machines. Empty: an embedded database in PORTAGE_DATA_DIR.",
    true,
  ),
  REDIS_URL: key(
    "REDIS_URL",
    "Portage",
    text.refine((value) => value === "" || /^rediss?:\/\//.test(value)),
    "",
    "redis://host:port",
    "Optional: the job queue on Redis instead of PostgreSQL.",
    true,
  ),
  PORTAGE_WEBHOOK_SECRET: key(
    "PORTAGE_WEBHOOK_SECRET",
    "Portage",
    text.refine((value) => value === "" || value.length >= 16),
    "",
    "at least 16 characters",
    "Signs what the webhooks of schedules are sent (HMAC-SHA256). The key itself, or whsec_ and the key in base64.",
    true,
  ),
  PINECONE_API_KEY: key(
    "PINECONE_API_KEY",
    "Pinecone",
    text,
    "",
    "a Pinecone API key",
    "Key of the project that holds the source index.",
    true,
  ),
  PINECONE_TARGET_API_KEY: key(
    "PINECONE_TARGET_API_KEY",
    "Pinecone",
    text,
    "",
    "a Pinecone API key",
    "Key of the project that holds the target index. Empty: the source's.",
    true,
  ),
  PINECONE_OLD_INDEX: key(
    "PINECONE_OLD_INDEX",
    "Pinecone",
    indexName,
    "gflops-serverless",
    "an index name: up to 45 of a-z, 0-9 and -",
    "Source index. It is only read.",
  ),
  PINECONE_NEW_INDEX: key(
    "PINECONE_NEW_INDEX",
    "Pinecone",
    indexName,
    "askdona",
    "an index name: up to 45 of a-z, 0-9 and -",
    "Target index.",
  ),
  PINECONE_CONTROLLER_HOST: key(
    "PINECONE_CONTROLLER_HOST",
    "Pinecone",
    url,
    "",
    "an http:// or https:// address, without user name, password and query",
    "Another control plane (proxy, stand-in). Empty: the vendor's.",
  ),
  PINECONE_TARGET_CONTROLLER_HOST: key(
    "PINECONE_TARGET_CONTROLLER_HOST",
    "Pinecone",
    url,
    "",
    "an http:// or https:// address, without user name, password and query",
    "The same for the target. Empty: as for the source.",
  ),
  PINECONE_CLOUD: key(
    "PINECONE_CLOUD",
    "Pinecone",
    z.enum(["aws", "gcp", "azure"]),
    "aws",
    "aws, gcp or azure",
    "Cloud where a missing target index is created.",
  ),
  PINECONE_REGION: key(
    "PINECONE_REGION",
    "Pinecone",
    text.min(1),
    "us-east-1",
    "a region of that cloud",
    "Region where a missing target index is created.",
  ),
  PINECONE_UPSERTS_PER_SECOND: key(
    "PINECONE_UPSERTS_PER_SECOND",
    "Pinecone",
    decimal(0.01, 1e6),
    "100",
    "requests a second, above 0",
    "Upsert requests a second and namespace (documented limit: 100).",
  ),
  PINECONE_FETCHES_PER_SECOND: key(
    "PINECONE_FETCHES_PER_SECOND",
    "Pinecone",
    decimal(0.01, 1e6),
    "100",
    "requests a second, above 0",
    "Fetch requests a second and index (documented limit: 100).",
  ),
  PINECONE_LISTS_PER_SECOND: key(
    "PINECONE_LISTS_PER_SECOND",
    "Pinecone",
    decimal(0.01, 1e6),
    "200",
    "requests a second, above 0",
    "List requests a second and index (documented limit: 200).",
  ),
  GOOGLE_AI_API_KEY: key(
    "GOOGLE_AI_API_KEY",
    "Gemini",
    text,
    "",
    "a Google AI API key",
    "Key for the embedding model.",
    true,
  ),
  GEMINI_EMBEDDING_MODEL: key(
    "GEMINI_EMBEDDING_MODEL",
    "Gemini",
    text.regex(/^[\w.-]+$/),
    "gemini-embedding-001",
    "a model name",
    "Embedding model.",
  ),
  GEMINI_OUTPUT_DIMENSIONS: key(
    "GEMINI_OUTPUT_DIMENSIONS",
    "Gemini",
    whole(1, 20000),
    "3072",
    "a whole number from 1 to 20000",
    "Dimension of the new vectors. Below 3072 they are normalised by Portage.",
  ),
  GEMINI_TASK_TYPE: key(
    "GEMINI_TASK_TYPE",
    "Gemini",
    text.regex(/^[A-Z_]+$/),
    "RETRIEVAL_DOCUMENT",
    "a task type in capitals",
    "What the vectors are for.",
  ),
  GOOGLE_GEMINI_BASE_URL: key(
    "GOOGLE_GEMINI_BASE_URL",
    "Gemini",
    url,
    "",
    "an http:// or https:// address, without user name, password and query",
    "Another service address (proxy, stand-in). Empty: the vendor's.",
  ),
  GEMINI_TIER: key(
    "GEMINI_TIER",
    "Gemini",
    z.enum(["", "free", "1", "2", "3"]),
    "",
    "free, 1, 2 or 3",
    "Sets the three quotas below to those of a usage tier; a quota that is set itself wins.",
  ),
  GEMINI_REQUESTS_PER_MINUTE: key(
    "GEMINI_REQUESTS_PER_MINUTE",
    "Gemini",
    whole(1, 1e9),
    "3000",
    "a whole number above 0",
    "Quota of the key: each text counts as a request.",
  ),
  GEMINI_TOKENS_PER_MINUTE: key(
    "GEMINI_TOKENS_PER_MINUTE",
    "Gemini",
    whole(1, 1e12),
    "1000000",
    "a whole number above 0",
    "Quota of the key.",
  ),
  GEMINI_REQUESTS_PER_DAY: key(
    "GEMINI_REQUESTS_PER_DAY",
    "Gemini",
    optionalWhole,
    "unlimited",
    "a whole number above 0, or unlimited",
    "Quota of the key; days end at midnight Pacific time.",
  ),
  ELASTICSEARCH_ENDPOINT: key(
    "ELASTICSEARCH_ENDPOINT",
    "Elasticsearch",
    url,
    "",
    "an http:// or https:// address, without user name, password and query",
    "Elasticsearch server. Empty: not used.",
  ),
  ELASTICSEARCH_API_KEY: key(
    "ELASTICSEARCH_API_KEY",
    "Elasticsearch",
    text,
    "",
    "an API key",
    "Either this, or user name and password.",
    true,
  ),
  ELASTICSEARCH_USERNAME: key(
    "ELASTICSEARCH_USERNAME",
    "Elasticsearch",
    text,
    "",
    "a user name",
    "User name, when no API key is used.",
  ),
  ELASTICSEARCH_PASSWORD: key(
    "ELASTICSEARCH_PASSWORD",
    "Elasticsearch",
    text,
    "",
    "a password",
    "Password, when no API key is used.",
    true,
  ),
  ELASTICSEARCH_CA_FILE: key(
    "ELASTICSEARCH_CA_FILE",
    "Elasticsearch",
    text,
    "",
    "a file",
    "Certificate (PEM) of the authority that signed the server's. Empty: the authorities that Node.js trusts.",
  ),
  ELASTICSEARCH_INDEX: key(
    "ELASTICSEARCH_INDEX",
    "Elasticsearch",
    list.refine((names) => names.length > 0),
    "documents",
    "names separated by commas",
    "Index, alias or data stream; several separated by commas.",
  ),
  ELASTICSEARCH_NAMESPACE_FIELD: key(
    "ELASTICSEARCH_NAMESPACE_FIELD",
    "Elasticsearch",
    text.min(1),
    "namespace",
    "a field name",
    "Field that holds a document's namespace.",
  ),
  DEFAULT_NAMESPACE: key(
    "DEFAULT_NAMESPACE",
    "Batches",
    text,
    "",
    "a namespace",
    "Namespace that the forms start with.",
  ),
  QUERY_BATCH_SIZE: key(
    "QUERY_BATCH_SIZE",
    "Batches",
    whole(1, 1000),
    "100",
    "a whole number from 1 to 1000",
    "IDs in one fetch.",
  ),
  EMBEDDING_BATCH_SIZE: key(
    "EMBEDDING_BATCH_SIZE",
    "Batches",
    whole(1, 100),
    "100",
    "a whole number from 1 to 100",
    "Texts in one embedding request, at most.",
  ),
  UPSERT_BATCH_SIZE: key(
    "UPSERT_BATCH_SIZE",
    "Batches",
    whole(1, 1000),
    "100",
    "a whole number from 1 to 1000",
    "Records in one upsert, at most; the request's bytes are limited too.",
  ),
  BATCH_DELAY: key(
    "BATCH_DELAY",
    "Batches",
    decimal(0, 3600),
    "0",
    "seconds from 0 to 3600",
    "An extra pause between batches, in seconds. Quotas do the pacing; this is for those who want one more.",
  ),
  CLEARANCE_LEVEL: key(
    "CLEARANCE_LEVEL",
    "Policy",
    whole(-2147483648, 2147483647),
    "1",
    "a whole number",
    "clearance_level of new records. A level in the target is never changed.",
  ),
  TARGET_OWNED_KEYS: key(
    "TARGET_OWNED_KEYS",
    "Policy",
    list,
    "clearance_level",
    "metadata keys separated by commas",
    "Metadata keys that belong to the target: ignored when comparing, kept when writing.",
  ),
  TEXT_KEY: key(
    "TEXT_KEY",
    "Policy",
    text.min(1),
    "text",
    "a metadata key",
    "Metadata key that holds the text to embed.",
  ),
  UPDATE_POLICY: key(
    "UPDATE_POLICY",
    "Policy",
    z.enum(["when-text-changed", "always"]),
    "when-text-changed",
    "when-text-changed or always",
    "Which updates are embedded again.",
  ),
  LONG_TEXT_POLICY: key(
    "LONG_TEXT_POLICY",
    "Policy",
    z.enum(["truncate", "skip"]),
    "truncate",
    "truncate or skip",
    "What becomes of a text beyond the model's limit. Reported either way.",
  ),
  EMBEDDING_USD_PER_MILLION_TOKENS: key(
    "EMBEDDING_USD_PER_MILLION_TOKENS",
    "Policy",
    decimal(0, 1e6),
    "0.15",
    "US dollars",
    "Price for estimates (gemini-embedding-001, read 2026-11).",
  ),
  PINECONE_USD_PER_MILLION_READ_UNITS: key(
    "PINECONE_USD_PER_MILLION_READ_UNITS",
    "Policy",
    decimal(0, 1e6),
    "16",
    "US dollars",
    "Price for estimates (Standard plan, AWS us-east-1, read 2026-11).",
  ),
  PINECONE_USD_PER_MILLION_WRITE_UNITS: key(
    "PINECONE_USD_PER_MILLION_WRITE_UNITS",
    "Policy",
    decimal(0, 1e6),
    "4",
    "US dollars",
    "Price for estimates (Standard plan, AWS us-east-1, read 2026-11).",
  ),
} as const;

/** Requests a minute, tokens a minute, requests a day of the usage tiers (2026-11; Google publishes them in AI Studio only). */
export const tiers = {
  free: { requestsPerMinute: 100, tokensPerMinute: 30_000, requestsPerDay: 1000 },
  "1": { requestsPerMinute: 3000, tokensPerMinute: 1_000_000, requestsPerDay: null },
  "2": { requestsPerMinute: 5000, tokensPerMinute: 5_000_000, requestsPerDay: null },
  "3": { requestsPerMinute: 20_000, tokensPerMinute: 10_000_000, requestsPerDay: null },
} as const;
