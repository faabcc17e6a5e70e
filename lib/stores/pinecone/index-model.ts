import { z } from "zod";
import type { TextField } from "@/lib/shapes/routes/index-fields";
import type { Metric } from "../contract";
import { parseWire } from "./wire";

/**
 * What sort of index it is, which decides the calls that serve it. `sparse-only` and `integrated` are served by the vectors calls as
 * `classic` is; `pod` can't be listed; of `unknown` nothing is done.
 */
export type IndexKind = "classic" | "documents" | "integrated" | "pod" | "sparse-only" | "unknown";

/** The declared fields of a document index; what else a document holds is metadata. */
export type DocumentSchema = {
  dense: { name: string; dimension: number; metric: Metric } | null;
  sparse: string | null;
  texts: TextField[];
  /** Fields that every document must have. */
  required: string[];
};

/** An index as the control plane describes it, whichever API version it speaks. */
export type IndexModel = {
  name: string;
  host: string;
  private_host: string | null;
  ready: boolean;
  kind: IndexKind;
  /** Of `unknown`: what isn't. */
  why: string | null;
  /** `null`: it holds no dense vectors, or doesn't say. */
  dimension: number | null;
  metric: Metric;
  embedsBy: string | null;
  documents: DocumentSchema | null;
};

const metric = z.enum(["cosine", "dotproduct", "euclidean"]);
const base = {
  name: z.string(),
  host: z.string(),
  private_host: z.string().nullish(),
  status: z.object({ ready: z.boolean() }),
};

/** GET /indexes/{name} before API version 2026-07, and of proxies that answer so whatever they are asked. */
const olderModel = z.object({
  ...base,
  dimension: z.number().int().positive().nullish(),
  metric,
  spec: z.object({ pod: z.unknown() }).partial().nullish().catch(null),
  embed: z.object({ model: z.string() }).nullish().catch(null),
});

const fieldsSchema = z.record(z.string(), z.record(z.string(), z.unknown()));
const schemaModel = z.object({
  ...base,
  deployment: z.object({ deployment_type: z.string() }).nullish().catch(null),
  schema: z.object({ fields: fieldsSchema }),
});

const dimension = z.number().int().positive();
const denseField = z.object({ type: z.literal("dense_vector"), dimension, metric });
const sparseField = z.object({ type: z.literal("sparse_vector") });
const semanticField = z.object({
  type: z.literal("semantic_text"),
  model: z.string(),
  dimension: dimension.nullish(),
  metric: metric.nullish(),
});
/** Of a field that holds what a record brings; any other key may say that the index makes something of it. */
const plain = {
  filterable: z.unknown().optional(),
  description: z.unknown().optional(),
  // The vendor's types speak of fields "the index marks required" and don't show the mark.
  required: z.boolean().optional(),
};
const textField = z.strictObject({
  ...plain,
  type: z.literal("string"),
  full_text_search: z.object({ language: z.string().default("en"), stemming: z.boolean().default(false) }),
});
/** Metadata that is declared for filters; an untyped one says only whether it is. */
const metadataField = z.strictObject({
  ...plain,
  type: z.enum(["string", "string_list", "float", "integer", "boolean"]).optional(),
});

const reserved = new Set(["_values", "_sparse_values"]);

/** Reads a description of either form. Throws `malformed`. */
export function readIndexModel(json: unknown, operation: string): IndexModel {
  const bySchema = typeof json === "object" && json !== null && "schema" in json && json.schema !== null;
  return bySchema
    ? bySchemaModel(parseWire(schemaModel, json, operation))
    : older(parseWire(olderModel, json, operation));
}

function older({ status, spec, embed, ...model }: z.infer<typeof olderModel>): IndexModel {
  const pods = spec?.pod !== undefined && spec.pod !== null;
  const sparse = model.dimension === undefined || model.dimension === null;
  return {
    ...model,
    private_host: model.private_host ?? null,
    ready: status.ready,
    kind: pods ? "pod" : embed ? "integrated" : sparse && status.ready ? "sparse-only" : "classic",
    why: null,
    dimension: model.dimension ?? null,
    embedsBy: embed?.model ?? null,
    documents: null,
  };
}

type Sorted = {
  dense: [string, z.infer<typeof denseField>][];
  sparse: string[];
  texts: TextField[];
  semantic: z.infer<typeof semanticField>[];
  unknown: string[];
  required: string[];
};

function sortFields(fields: z.infer<typeof fieldsSchema>): Sorted {
  const sorted: Sorted = { dense: [], sparse: [], texts: [], semantic: [], unknown: [], required: [] };
  for (const [name, given] of Object.entries(fields)) {
    const field = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
    if (field.required === true) sorted.required.push(name);
    const dense = denseField.safeParse(field);
    const semantic = semanticField.safeParse(field);
    const text = textField.safeParse(field);
    if (dense.success) sorted.dense.push([name, dense.data]);
    else if (sparseField.safeParse(field).success) sorted.sparse.push(name);
    else if (semantic.success) sorted.semantic.push(semantic.data);
    else if (text.success) sorted.texts.push({ name, ...text.data.full_text_search });
    else if (!metadataField.safeParse(field).success) sorted.unknown.push(name);
  }
  return sorted;
}

function bySchemaModel(model: z.infer<typeof schemaModel>): IndexModel {
  const fields = sortFields(model.schema.fields);
  const [dense] = fields.dense;
  const [semantic] = fields.semantic;
  const { kind, why } = kindOf(fields, model.deployment?.deployment_type === "pod", model.status.ready);
  return {
    name: model.name,
    host: model.host,
    private_host: model.private_host ?? null,
    ready: model.status.ready,
    kind,
    why,
    dimension: dense?.[1].dimension ?? semantic?.dimension ?? null,
    metric: dense?.[1].metric ?? semantic?.metric ?? "dotproduct",
    embedsBy: semantic?.model ?? null,
    documents:
      kind === "documents"
        ? {
            dense: dense ? { name: dense[0], dimension: dense[1].dimension, metric: dense[1].metric } : null,
            sparse: fields.sparse[0] ?? null,
            texts: fields.texts,
            required: fields.required,
          }
        : null,
  };
}

/** Texts that the index embeds itself are looked for first: the vendor's own client takes an index of these alone for one of documents. */
function kindOf(fields: Sorted, pod: boolean, ready: boolean): { kind: IndexKind; why: string | null } {
  const vectors = [...fields.dense.map(([name]) => name), ...fields.sparse];
  const unknown = (why: string) => ({ kind: "unknown", why }) as const;
  const known = (kind: IndexKind) => ({ kind, why: null });
  if (fields.unknown.length > 0)
    return unknown(`its field ${JSON.stringify(fields.unknown[0])} is of a type that Portage doesn't know`);
  if (pod) return known("pod");
  const own = vectors.filter((name) => !reserved.has(name));
  if (fields.semantic.length > 0)
    return own.length > 0 || fields.texts.length > 0
      ? unknown("it embeds texts itself beside fields of documents")
      : known("integrated");
  if (own.length > 0 && own.length < vectors.length) return unknown("it mixes reserved and other vector fields");
  if (fields.dense.length > 1 || fields.sparse.length > 1) return unknown("it has several vector fields of one sort");
  if (own.length > 0 || (vectors.length === 0 && fields.texts.length > 0)) return known("documents");
  if (vectors.length === 0)
    return unknown(ready ? "it has no field for vectors" : "it isn't ready and names no field yet");
  return known(vectors.includes("_values") ? "classic" : "sparse-only");
}

/** How a kind of index is called. */
export const kindWords: Record<IndexKind, string> = {
  classic: "classic index",
  documents: "document index",
  integrated: "index with integrated embedding",
  pod: "pod-based index",
  "sparse-only": "classic index of sparse vectors only",
  unknown: "index of a kind that Portage doesn't know",
};

/** Which calls serve an index: those of vectors or those of documents. */
export type Family = "vectors" | "documents";

/** Why a kind of index isn't served by a family of calls, with what to do; `null` where it is. */
export function unfitFor(
  family: Family,
  { name, kind, why, ready }: IndexModel,
): { words: string; next: string } | null {
  if (kind === "unknown" && !ready) return null;
  if (kind === "unknown")
    return {
      words: `${name} is an index of a kind that Portage doesn't know: ${why}`,
      next: "Nothing was read or written there. Choose another index, or a newer version of Portage.",
    };
  if (family === "vectors" && kind === "documents")
    return {
      words: `${name} is a document index: a connection of kind pinecone reads and writes classic indexes only`,
      next: `Make a connection of kind pinecone-documents with the same key, and use ${name} through it.`,
    };
  if (family === "documents" && kind !== "documents")
    return {
      words:
        `${name} is a ${kindWords[kind]}: a connection of kind pinecone-documents reads and writes document indexes only`.replace(
          " a index",
          " an index",
        ),
      next:
        kind === "pod"
          ? "Restore it as a serverless index first, and use it through a connection of kind pinecone."
          : `Use ${name} through a connection of kind pinecone.`,
    };
  return null;
}
