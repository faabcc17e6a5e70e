import { z } from "zod";

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

/** Which models made the target's vectors; `unknown`: those that Portage didn't write. */
export const heldModelsSchema = z.object({ known: z.array(heldModelSchema), unknown: z.number() });
export type HeldModels = z.infer<typeof heldModelsSchema>;

export const namespaceRowSchema = z.object({
  name: z.string(),
  source: countSchema.nullable(),
  target: countSchema.nullable(),
  /** Left out where that wasn't asked for. */
  models: heldModelsSchema.optional(),
});
export type NamespaceRow = z.infer<typeof namespaceRowSchema>;

/** Answer of `portage namespaces`: the name of the default namespace is `""`. */
export const namespacesSchema = z.object({
  source: indexViewSchema,
  target: indexViewSchema.nullable(),
  namespaces: z.array(namespaceRowSchema),
  totals: z.object({ source: z.number(), target: z.number(), namespaces: z.number() }),
});
export type Namespaces = z.infer<typeof namespacesSchema>;

/** One page of the namespace inventory as the web app browses it. */
export const namespacePageSchema = z.object({
  rows: z.array(namespaceRowSchema),
  /** Rows that match the search, over all pages. */
  matching: z.number(),
  totals: z.object({ source: z.number(), target: z.number(), namespaces: z.number(), left: z.number() }),
  /** When the counts were read from the indexes. */
  asOf: z.string().nullable(),
});
export type NamespacePageView = z.infer<typeof namespacePageSchema>;
