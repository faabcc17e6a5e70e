import { z } from "zod";

export const sides = ["source", "target"] as const;
/** Bytes of a service's answers that it bills. `usd`: what they cost; `null` where no rate is set. */
export const egressOfSideSchema = z.object({
  side: z.enum(sides),
  service: z.string(),
  bytes: z.number(),
  usd: z.number().nullable(),
});
export type EgressOfSide = z.infer<typeof egressOfSideSchema>;

/** What a plan would take. */
export const estimateSchema = z.object({
  texts: z.number(),
  tokens: z.number(),
  usd: z.object({
    embedding: z.number(),
    reads: z.number(),
    writes: z.number(),
    /** Left out by plans of earlier versions: there it is in the reads. */
    egress: z.number().optional(),
    total: z.number(),
  }),
  bytes: z.object({
    read: z.number(),
    written: z.number(),
    /** Of what is read, what the services bill as egress; left out by plans of earlier versions. */
    egress: z.number().optional(),
  }),
  /** The same by service; left out likewise. */
  egress: z.array(egressOfSideSchema).optional(),
  seconds: z.number(),
  /** Requests by role: `source.list`, `target.list`, `source.fetch`, `target.fetch`, `embed`, `target.upsert`; over documents none. */
  requests: z.record(z.string(), z.number()),
  /** What each of them is called: `Pinecone list (source)`. */
  labels: z.record(z.string(), z.string()).optional(),
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

/** What reading back comes to, before it is asked for. */
export const verificationEstimateSchema = z.object({
  namespaces: z.number(),
  /** Records that both sides hold by their counts. */
  records: z.number(),
  /** Of these, what is fetched on both sides and compared. */
  compared: z.number(),
  requests: z.number(),
  /** Bytes that the stores answer, metadata apart. */
  bytes: z.number(),
  usd: z.number(),
  /** What the quotas allow. */
  seconds: z.number(),
  /** Texts that may be embedded again at most, where it isn't known which vectors were written. */
  texts: z.number(),
});
export type VerificationEstimate = z.infer<typeof verificationEstimateSchema>;

/** What trying a run's findings again would come to at most. */
export const retryEstimateSchema = z.object({
  /** Records that would be tried again. */
  records: z.number(),
  /** Texts that would be embedded at most. */
  texts: z.number(),
  /** US dollars for these, by what the run's texts cost on average; `null` where none were embedded or estimated. */
  usd: z.number().nullable(),
});
export type RetryEstimate = z.infer<typeof retryEstimateSchema>;
