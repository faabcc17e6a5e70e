import { z } from "zod";
import { metadataSchema } from "../plans/change";
import { onRouteSchema } from "../routes/route";

export const textPartSchema = z.object({ text: z.string(), found: z.boolean() });

export const searchHitSchema = z.object({
  id: z.string(),
  /** The higher the nearer: the cosine, the inner product, or minus the Euclidean distance. */
  score: z.number(),
  /** Place in the other side's list, from 1; `null`: only here. */
  otherRank: z.number().int().nullable(),
  /** A passage of its text around the first word of the question; empty where it has none. */
  text: z.array(textPartSchema),
  metadata: metadataSchema,
});
export type SearchHit = z.infer<typeof searchHitSchema>;

export const searchSideSchema = z.object({
  service: z.string(),
  collection: z.string(),
  namespace: z.string(),
  metric: z.string().nullable(),
  /** `not-asked`: by no right vector it could have been asked, and `words` says why. */
  state: z.enum(["answered", "not-asked", "failed"]),
  words: z.string().nullable(),
  next: z.string().nullable(),
  /** What made the question's vector; `null` where none was made. */
  model: z.string().nullable(),
  /** Milliseconds: making the question's vector, and asking the index. */
  embedMs: z.number().nullable(),
  searchMs: z.number().nullable(),
  hits: z.array(searchHitSchema),
});
export type SearchSide = z.infer<typeof searchSideSchema>;

/** A document that was found by the question's words. */
export const wordsHitSchema = z.object({
  /** Its index, and its ID there. */
  index: z.string(),
  id: z.string(),
  /** As the index scores it: comparable with nothing else. */
  score: z.number(),
  text: z.array(textPartSchema),
});

/** What the documents' own search finds. */
export const wordsSideSchema = z.object({
  service: z.string(),
  indexes: z.array(z.string()),
  state: z.enum(["answered", "failed"]),
  words: z.string().nullable(),
  next: z.string().nullable(),
  searchMs: z.number().nullable(),
  hits: z.array(wordsHitSchema),
});
export type WordsSide = z.infer<typeof wordsSideSchema>;

/** A hit of both lists fused by their ranks, with its place in each, from 1. */
export const hybridHitSchema = z.object({
  id: z.string(),
  score: z.number(),
  vectorRank: z.number().int().nullable(),
  wordsRank: z.number().int().nullable(),
  text: z.array(textPartSchema),
});

export const searchAnswerSchema = z.object({
  route: onRouteSchema,
  by: z.enum(["text", "record", "vector"]),
  /** The question as it was put: the text, or the record's ID. */
  question: z.string(),
  k: z.number().int(),
  source: searchSideSchema,
  target: searchSideSchema,
  /** Hits that both have; `null` where one side wasn't asked. */
  shared: z.number().int().nullable(),
  /** By text, where documents are connected; `null`: they weren't asked. */
  words: wordsSideSchema.nullable(),
  /** Vectors of the named side and words, fused; `null` where one of them gave no answer. */
  hybrid: z.object({ side: z.enum(["source", "target"]), hits: z.array(hybridHitSchema) }).nullable(),
});
export type SearchAnswer = z.infer<typeof searchAnswerSchema>;
