import { z } from "zod";

/** What an index finds, and how soon, by the setting with which it is searched. */
export const gateSweepSchema = z.object({
  /** As the store calls it: `hnsw.ef_search`. */
  setting: z.string(),
  /** What it stands at. */
  now: z.number().int(),
  /** Recall that is looked for. */
  wanted: z.number(),
  /** No value was tried, since the store answers without an index: the setting changes nothing. Left out where one is used. */
  unused: z.boolean().optional(),
  /** The first value that reaches it; `null`: none that was tried. */
  reaches: z.number().int().nullable(),
  rows: z.array(
    z.object({
      value: z.number().int(),
      recall: z.number(),
      n: z.number().int(),
      /** Milliseconds. */
      p50: z.number(),
      p95: z.number(),
    }),
  ),
});
export type GateSweep = z.infer<typeof gateSweepSchema>;
