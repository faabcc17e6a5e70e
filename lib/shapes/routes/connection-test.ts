import { z } from "zod";

export const collectionSchema = z.object({
  name: z.string(),
  dimension: z.number().nullable(),
  metric: z.string().nullable(),
  /** What sort of index it is, where its service has several. */
  sort: z.string().optional(),
  /** Why it can't be used through this connection. */
  unfit: z.string().optional(),
});
export type CollectionView = z.infer<typeof collectionSchema>;

/** What a connection answered when it was tried: nothing is written by a test. */
export const connectionTestSchema = z.object({
  ok: z.boolean(),
  /** Stable word for scripts when it isn't: `wrong-key`, `unreachable`, ... */
  code: z.string().nullable(),
  latencyMs: z.number(),
  words: z.string(),
  next: z.string().nullable(),
  /** What its key may do, as far as a test can tell. */
  may: z.array(
    z.object({
      what: z.enum(["list", "read", "write", "embed"]),
      state: z.enum(["yes", "no", "not-tried"]),
      words: z.string(),
    }),
  ),
  /** The first of what is there; `more`: there are others. */
  collections: z.array(collectionSchema),
  more: z.boolean(),
});
export type ConnectionTest = z.infer<typeof connectionTestSchema>;
