import { z } from "zod";
import { readNote, type Storage } from "../storage/open-storage";

export const metrics = ["cosine", "euclidean", "dotproduct"] as const;

const indexSchema = z.object({
  name: z.string(),
  /** `null` for a sparse index. */
  dimension: z.number().nullable(),
  metric: z.enum(metrics),
  cloud: z.string(),
  region: z.string(),
  deletionProtection: z.enum(["enabled", "disabled"]).default("disabled"),
  tags: z.record(z.string(), z.string()).default({}),
  /** When it was created, in milliseconds since 1970; it takes a moment to become ready. */
  createdAt: z.number(),
  /** Which stand-in for a model computes the values of seeded records. */
  salt: z.number().default(0),
  /** The fields of a document index's schema, or of another kind that is played for tests; `null`: a classic index. */
  fields: z.record(z.string(), z.unknown()).nullable().default(null),
  /** Another deployment than a managed one, for tests. */
  deployment: z.record(z.string(), z.unknown()).optional(),
});

export type IndexRow = z.infer<typeof indexSchema>;

/** The text of a record is hashed with one of these, so that vectors of the two "models" have nothing to do with one another. */
export const salts = { gemini: 0, openai: 1 } as const;

export function readIndex(storage: Storage, name: string): IndexRow | null {
  return readNote(storage.indexes, Buffer.from(name), indexSchema);
}

export function listIndexes(storage: Storage): IndexRow[] {
  return [...storage.indexes.getRange({})].map(({ value }) => indexSchema.parse(JSON.parse(value.toString("utf8"))));
}

export async function writeIndex(storage: Storage, row: IndexRow): Promise<void> {
  await storage.indexes.put(Buffer.from(row.name), Buffer.from(JSON.stringify(row)));
}

export async function removeIndex(storage: Storage, name: string): Promise<void> {
  await storage.indexes.remove(Buffer.from(name));
}

/** Where an index's data plane is served. The SDK appends its paths to the host, so a prefix does as well as a port of its own. */
export const dataPath = "/data/";

const vectorField = z.object({ type: z.enum(["dense_vector", "sparse_vector"]) });
const fieldOfType = (row: IndexRow, type: "dense_vector" | "sparse_vector"): string | null =>
  Object.entries(row.fields ?? {}).find(([, field]) => vectorField.safeParse(field).data?.type === type)?.[0] ?? null;

/** Names of the fields that hold a document's vectors, and of those whose text is searched. */
export const denseFieldOf = (row: IndexRow) => fieldOfType(row, "dense_vector");
export const sparseFieldOf = (row: IndexRow) => fieldOfType(row, "sparse_vector");
const textField = z.object({ type: z.literal("string"), full_text_search: z.record(z.string(), z.unknown()) });
export const textFieldsOf = (row: IndexRow): string[] =>
  Object.entries(row.fields ?? {}).flatMap(([name, field]) => (textField.safeParse(field).success ? [name] : []));

const requiredField = z.object({ required: z.literal(true) });
/** Those that every document must have. */
export const requiredFieldsOf = (row: IndexRow): string[] =>
  Object.entries(row.fields ?? {}).flatMap(([name, field]) => (requiredField.safeParse(field).success ? [name] : []));

/** The first API version that knows document indexes; versions compare as their texts do. */
export const documentsVersion = "2026-07";

/** The same since API 2026-07: a schema in place of dimension and metric; a dense classic index names both of its reserved fields. */
export function describeBySchema(row: IndexRow, url: string, ready: boolean) {
  const classic = {
    ...(row.dimension === null
      ? {}
      : { _values: { type: "dense_vector", dimension: row.dimension, metric: row.metric } }),
    _sparse_values: { type: "sparse_vector" },
  };
  return {
    name: row.name,
    host: `${url}${dataPath}${row.name}`,
    status: { ready, state: ready ? "Ready" : "Initializing" },
    deployment: row.deployment ?? { deployment_type: "managed", cloud: row.cloud, region: row.region },
    read_capacity: { mode: "OnDemand", status: { state: "Ready" } },
    schema: { fields: row.fields ?? classic },
    deletion_protection: row.deletionProtection,
    tags: row.tags,
  };
}

/** The index as the control plane describes it (`IndexModel` of the OpenAPI file). */
export function describeIndex(row: IndexRow, url: string, ready: boolean) {
  return {
    name: row.name,
    ...(row.dimension === null ? {} : { dimension: row.dimension }),
    metric: row.metric,
    host: `${url}${dataPath}${row.name}`,
    spec: {
      serverless: {
        cloud: row.cloud,
        region: row.region,
        read_capacity: { mode: "OnDemand", status: { state: "Ready" } },
      },
    },
    status: { ready, state: ready ? "Ready" : "Initializing" },
    vector_type: row.dimension === null ? "sparse" : "dense",
    deletion_protection: row.deletionProtection,
    tags: row.tags,
  };
}
