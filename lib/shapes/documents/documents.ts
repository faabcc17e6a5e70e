import { z } from "zod";
import { fieldKinds, scalarSchema } from "./clearance";

export const healthSchema = z.enum(["green", "yellow", "red"]);

/** One thing to know before the first write; `stop`: a run would fail or never end. */
export const preconditionSchema = z.object({
  level: z.enum(["stop", "warn", "note"]),
  /** Stable word for scripts. */
  code: z.string(),
  what: z.string(),
  next: z.string().nullable(),
  /** Indexes that it concerns; empty: all. */
  indices: z.array(z.string()),
  /** What Portage can do about it, once it is told to. */
  offer: z
    .object({
      kind: z.literal("add-mapping"),
      indices: z.array(z.string()),
      field: z.string(),
      type: z.enum(fieldKinds),
    })
    .nullable(),
});
export type PreconditionView = z.infer<typeof preconditionSchema>;

export const documentIndexSchema = z.object({
  name: z.string(),
  open: z.boolean(),
  health: healthSchema.nullable(),
  shards: z.number().nullable(),
  /** Blocks in force, as the server calls them. */
  blocks: z.array(z.string()),
  pipelines: z.array(z.string()),
  /** How the field is mapped here; `type: null`: the mapping doesn't know it. `null`: the key may not see the mapping. */
  mapping: z.object({ type: z.string().nullable(), dynamic: z.string() }).nullable(),
});
export type DocumentIndexView = z.infer<typeof documentIndexSchema>;

/** Documents with and without the field. */
export const documentCountsSchema = z.object({
  total: z.number(),
  with: z.number(),
  without: z.number(),
  /** Most frequent first; `null`: the mapping doesn't allow to count values. */
  values: z.array(z.object({ value: scalarSchema, count: z.number() })).nullable(),
  /** Documents with values that the list leaves out. */
  otherValues: z.number(),
  /** Of those without, documents that hold a value which searches don't find; empty values are counted by a plan only. */
  ignored: z.number().optional(),
});

/** The documents that levels are set on: where they are, in which state, and how many have a level. */
export const documentsOverviewSchema = z.object({
  service: z.string(),
  version: z.string().nullable(),
  /** Names as configured: indexes, aliases, data streams or patterns. */
  target: z.array(z.string()),
  kind: z.enum(["index", "alias", "data stream", "pattern", "several"]).nullable(),
  field: z.string(),
  fieldKind: z.enum(fieldKinds),
  /** The value that is set unless another is given. */
  value: scalarSchema,
  namespaceField: z.string(),
  indices: z.array(documentIndexSchema),
  aliases: z.array(z.object({ name: z.string(), writeIndex: z.string().nullable() })),
  dataStreams: z.array(z.string()),
  health: healthSchema.nullable(),
  /** The worst first. */
  preconditions: z.array(preconditionSchema),
  /** No precondition is a `stop`. */
  mayStart: z.boolean(),
  /** `null`: documents can't be counted now; the preconditions say why. */
  counts: documentCountsSchema.nullable(),
  asOf: z.string(),
});
export type DocumentsOverview = z.infer<typeof documentsOverviewSchema>;

/** `name: null`: documents without a namespace. */
export const documentNamespaceSchema = z.object({
  name: z.string().nullable(),
  documents: z.number(),
  with: z.number(),
});
export type DocumentNamespace = z.infer<typeof documentNamespaceSchema>;

export const documentNamespacesSchema = z.object({
  rows: z.array(documentNamespaceSchema),
  /** Rows that match the search, over all pages. */
  matching: z.number(),
  totals: z.object({ namespaces: z.number(), left: z.number(), documents: z.number(), with: z.number() }),
  /** There are more namespaces than are listed: the rest is reached by name, or by all of them. */
  more: z.boolean(),
  asOf: z.string(),
});
export type DocumentNamespaces = z.infer<typeof documentNamespacesSchema>;
