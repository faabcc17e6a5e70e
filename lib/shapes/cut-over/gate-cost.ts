import { z } from "zod";

const bySide = z.object({ source: z.number(), target: z.number() });
const usdSchema = z.object({ embedding: z.number(), reads: z.number(), total: z.number() });

/** What a gate did until now, or did in all. Read units as Pinecone counts them. */
export const gateSpentSchema = z.object({
  texts: z.number().int(),
  readUnits: bySide,
  /** Of answers, those that the stores bill. */
  egressBytes: z.number(),
  usd: usdSchema,
});
export type GateSpent = z.infer<typeof gateSpentSchema>;

/** What a gate is going to read, ask and embed, and what of that costs money and time. */
export const gateCostSchema = gateSpentSchema.extend({
  /** Questions put to each side, those asked again and those that try other settings included. */
  asked: bySide,
  /** Records that are read of each side. */
  records: bySide,
  tokens: z.number().int(),
  seconds: z.number().int(),
  /** What the money and the time are made of, in a sentence. */
  basis: z.string(),
});
export type GateCost = z.infer<typeof gateCostSchema>;
