import { z } from "zod";

export const inspectedKeySchema = z.object({
  key: z.string(),
  /** Types of JSON, most frequent first; `integer` apart from `number`. */
  types: z.array(z.string()),
  records: z.number(),
  /** Up to three values, shortened. */
  examples: z.array(z.string()),
});

/** What one collection holds, from reading every record once. */
export const inspectedCollectionSchema = z.object({
  name: z.string(),
  /** Tenant and database, where the store has them. */
  within: z.string().nullable(),
  metric: z.enum(["cosine", "dotproduct", "euclidean"]).nullable(),
  records: z.number(),
  /** How many there are, where only the first of them were read; `null`: all were. */
  firstOf: z.number().nullable(),
  withVector: z.number(),
  withText: z.number(),
  withoutTextAndVector: z.number(),
  /** Lengths of its vectors and how many have each; more than one can't go into one index. */
  /** What sort of index it is, where its service has several. */
  sort: z.string().optional(),
  dimensions: z.array(z.object({ dimension: z.number(), records: z.number() })),
  /** Records that hold something where a vector belongs that is none. */
  notVectors: z.number(),
  /** Vectors with values that aren't numbers, or of zeros alone. */
  invalidVectors: z.number(),
  keys: z.array(inspectedKeySchema),
  /** More keys than are listed. */
  otherKeys: z.number(),
  largestMetadata: z.object({ bytes: z.number(), id: z.string() }).nullable(),
  /** Records whose metadata is nested, holds nothing (null), or is larger than a Pinecone record takes. */
  nestedMetadata: z.number(),
  largeMetadata: z.number(),
  longestText: z.object({ characters: z.number(), id: z.string() }).nullable(),
  ids: z.object({
    longest: z.number(),
    /** IDs that hold more than printable ASCII. */
    notAscii: z.number(),
    /** Writing systems of the IDs, most frequent first: `Latin`, `Han`, ... */
    scripts: z.array(z.object({ script: z.string(), records: z.number() })),
    duplicates: z.number(),
  }),
  /** Records whose text another one has, too; `null`: too many to tell. */
  duplicateTexts: z.number().nullable(),
  /** What embedding every text again would take. */
  embedding: z.object({
    texts: z.number(),
    tokens: z.number(),
    tooLong: z.number(),
    usd: z.number(),
    model: z.string(),
  }),
  /** What writing all of it to a service would take, beside embedding: units of 1 KB where it counts them, and US dollars. */
  writing: z.object({ to: z.string(), units: z.number(), usd: z.number(), bytes: z.number() }),
  /** What stands against carrying it over, in words. */
  faults: z.array(z.string()),
  /** Reading stopped early: figures are of what was read until then. */
  damaged: z.string().nullable(),
});
export type InspectedCollection = z.infer<typeof inspectedCollectionSchema>;

export const inspectionSchema = z.object({
  /** What was looked at: a path, or a connection. */
  path: z.string(),
  /** Of all files that were looked at. */
  bytes: z.number(),
  stores: z.array(
    z.object({
      kind: z.string(),
      format: z.string(),
      path: z.string(),
      /** The connection that it is, or that would open it; `null`: no kind of connection does. */
      opens: z.object({ kind: z.string(), settings: z.record(z.string(), z.string()) }).nullable(),
      /** Of its files; `null`: it is no files. */
      bytes: z.number().nullable(),
      collections: z.array(inspectedCollectionSchema),
    }),
  ),
  /** What looked like a store and can't be read. */
  unreadable: z.array(z.object({ path: z.string(), fault: z.string(), words: z.string() })),
  /** Files that are none of the kinds that are known. */
  otherFiles: z.number(),
});
export type Inspection = z.infer<typeof inspectionSchema>;
