import { z } from "zod";

/** What a plan would take. */
export const estimateSchema = z.object({
  texts: z.number(),
  tokens: z.number(),
  usd: z.object({ embedding: z.number(), reads: z.number(), writes: z.number(), total: z.number() }),
  bytes: z.object({ read: z.number(), written: z.number() }),
  seconds: z.number(),
  /** Requests by service and kind: `gemini.embed`, `pinecone.list`, `pinecone.fetch`, `pinecone.upsert`. */
  requests: z.record(z.string(), z.number()),
  basis: z.string(),
  /** What the other update policy would cost, where there is one to choose. */
  alternative: z
    .object({
      policy: z.enum(["when-text-changed", "always"]),
      texts: z.number(),
      tokens: z.number(),
      usd: z.number(),
      seconds: z.number(),
    })
    .optional(),
});
export type Estimate = z.infer<typeof estimateSchema>;
