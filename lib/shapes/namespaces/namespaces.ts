import { z } from "zod";
import { onRouteSchema } from "../routes/route";

export const countSchema = z.object({ value: z.number(), exact: z.boolean() });
export type Count = z.infer<typeof countSchema>;

export const indexViewSchema = z.object({ index: z.string(), dimension: z.number().nullable(), metric: z.string() });

/** Vectors of a model that Portage wrote, by its own record. */
export const heldModelSchema = z.object({
  model: z.string(),
  dimension: z.number(),
  task: z.string(),
  vectors: z.number(),
});

/** What some records' own metadata says of their models, under the key that PORTAGE_MODEL_KEY names. */
export const markedModelsSchema = z.object({
  looked: z.number(),
  models: z.array(z.object({ model: z.string(), dimension: z.number(), records: z.number() })),
});
export type MarkedModels = z.infer<typeof markedModelsSchema>;

/** Which models made the target's vectors; `unknown`: those that Portage didn't write. */
export const heldModelsSchema = z.object({
  known: z.array(heldModelSchema),
  unknown: z.number(),
  /** Where Portage wrote none of them, a key for models is set and one namespace was asked for. */
  marked: markedModelsSchema.optional(),
});
export type HeldModels = z.infer<typeof heldModelsSchema>;

/** What the last comparison of a namespace found, less what was applied since; see `differenceOf` for what may be said of it. */
export const comparisonSchema = z.object({
  create: z.number(),
  update: z.number(),
  problem: z.number(),
  orphan: z.number(),
  /** `false`: records of the same ID were not compared, so that edits aren't known. */
  compared: z.boolean(),
  /** Its counts prove that records came since then: more is missing in the target, or the source has more than were equal. */
  changedSince: z.boolean(),
  at: z.string(),
});
export type Comparison = z.infer<typeof comparisonSchema>;

/** What the target calls a namespace, where the route writes it under another name than the source's. */
export const writtenAsSchema = z.string().optional();

/** How many namespaces of the source are written into the target's, where it is more than one: its count is of all of them. */
export const gathersSchema = z.number().optional();

export const namespaceRowSchema = z.object({
  /** As the source calls it. */
  name: z.string(),
  writtenAs: writtenAsSchema,
  source: countSchema.nullable(),
  target: countSchema.nullable(),
  gathers: gathersSchema,
  /** `null`: never compared. */
  comparison: comparisonSchema.nullable().optional(),
  /** Left out where that wasn't asked for. */
  models: heldModelsSchema.optional(),
});
export type NamespaceRow = z.infer<typeof namespaceRowSchema>;

/** Answer of `portage namespaces`: the name of the default namespace is `""`. */
export const namespacesSchema = z.object({
  route: onRouteSchema,
  source: indexViewSchema,
  target: indexViewSchema.nullable(),
  namespaces: z.array(namespaceRowSchema),
  totals: z.object({ source: z.number(), target: z.number(), namespaces: z.number() }),
});
export type Namespaces = z.infer<typeof namespacesSchema>;

/** One page of the namespace inventory as the web app browses it. */
export const namespacePageSchema = z.object({
  route: onRouteSchema,
  rows: z.array(namespaceRowSchema),
  /** Rows that match the search, over all pages. */
  matching: z.number(),
  totals: z.object({
    source: z.number(),
    target: z.number(),
    namespaces: z.number(),
    /** Namespaces that lack records in the target. */
    left: z.number(),
    /** Those, and the ones of which records differ. */
    differing: z.number(),
    /** Those that a comparison found without differences. */
    inSync: z.number(),
  }),
  /** When the counts were read from the indexes. */
  asOf: z.string().nullable(),
});
export type NamespacePageView = z.infer<typeof namespacePageSchema>;
