import { z } from "zod";

/** The line of the route's form that something is about. */
export const routeLines = ["source", "target", "namespaces", "vectors", "fields"] as const;

/** `stop`: the route can't be saved. `warn`: to be known. `settled`: what the route does about a difference. */
export const conflictSchema = z.object({
  line: z.enum(routeLines),
  level: z.enum(["stop", "warn", "settled"]),
  code: z.string(),
  words: z.string(),
  next: z.string(),
});
export type RouteConflict = z.infer<typeof conflictSchema>;

export const previewEndSchema = z.object({
  connection: z.string(),
  service: z.string().nullable(),
  collection: z.string(),
  /** `missing`: there is no such collection; `unknown`: it couldn't be looked at, `conflicts` says why. */
  state: z.enum(["ready", "not-ready", "missing", "unknown"]),
  dimension: z.number().nullable(),
  metric: z.string().nullable(),
  vectors: z.object({ value: z.number(), exact: z.boolean() }).nullable(),
  namespaces: z.number().nullable(),
});
export type PreviewEnd = z.infer<typeof previewEndSchema>;

/** A record of the source as it would be written. */
export const previewRecordSchema = z.object({
  /** Under which it would be written. */
  id: z.string(),
  from: z.object({ namespace: z.string(), id: z.string() }),
  to: z.object({ namespace: z.string() }),
  metadata: z.record(z.string(), z.unknown()),
  /** What is embedded; `null` where the vector is copied, or where there is none. */
  text: z.string().nullable(),
  /** The first numbers of a copied vector. */
  values: z.array(z.number()).nullable(),
  /** Why it would be left out. */
  problem: z.string().nullable(),
});
export type PreviewRecord = z.infer<typeof previewRecordSchema>;

/** A named field of the target's index, and what is written there. */
export const shownFieldSchema = z.object({ name: z.string(), holds: z.string(), required: z.boolean() });
/** `stops`: why the index can't take the records, each without a full stop; `notes`: sentences. */
export type ShownFields = { fields: z.infer<typeof shownFieldSchema>[]; stops: string[]; notes: string[] };

/** What a route would do, before it is saved. */
export const routePreviewSchema = z.object({
  words: z.string(),
  source: previewEndSchema,
  target: previewEndSchema,
  embedder: z.object({ service: z.string(), model: z.string(), dimension: z.number() }).nullable(),
  conflicts: z.array(conflictSchema),
  /** Named fields of the target's index, as it stands or would be made; left out where it has none. */
  fields: z.array(shownFieldSchema).optional(),
  records: z.array(previewRecordSchema),
  /** Why there are none. */
  noRecords: z.string().nullable(),
});
export type RoutePreview = z.infer<typeof routePreviewSchema>;
