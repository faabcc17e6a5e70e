import { z } from "zod";
import { warningSchema } from "../runs/warning";

/** Which end of a route an application asks. */
export const switchSides = ["source", "target"] as const;
export type SwitchSide = (typeof switchSides)[number];

/** Where one end's records are and how they are asked for, for an application to read. No secret stands in it. */
export const backendSchema = z.object({
  side: z.enum(switchSides),
  /** What operators call it: `pinecone`, `pgvector`, `chromadb`, ... */
  backend: z.string(),
  /** Pinecone index, Chroma collection, table. */
  index: z.string(),
  metric: z.string(),
  dimension: z.number().nullable(),
  /** The model that questions have to be embedded by; `null` where the route doesn't know it. */
  model: z.string().nullable(),
  /** How a namespace is called here that the application calls as the source does; left out or `null`: the same. */
  namespaces: z
    .union([z.object({ into: z.string() }), z.object({ pairs: z.record(z.string(), z.string()) })])
    .nullable()
    .optional(),
  /** Of a table: its columns, and the words that its index serves. */
  sql: z
    .object({
      schema: z.string(),
      table: z.string(),
      id: z.string(),
      column: z.string(),
      metadata: z.string().nullable(),
      namespace: z.string().nullable(),
      /** The key of metadata that holds the namespace, where no column does. */
      namespaceKey: z.string().nullable().optional(),
      /** The rows of a table that several collections share; `type`: the column's, as SQL writes it. */
      within: z.object({ column: z.string(), type: z.string(), value: z.string() }).nullable().optional(),
      /** What column and question are cast to; `null` where they stand as they are. */
      cast: z.string().nullable(),
      operator: z.string(),
    })
    .nullable(),
});
export type Backend = z.infer<typeof backendSchema>;

/** What an application reads, whole: `ROUTE.json`. Fields may be added; what stands here keeps its meaning while `version` is 1. */
export const switchFileSchema = z.object({
  version: z.literal(1),
  route: z.string(),
  /** Grows with each switch of the route. */
  generation: z.number().int(),
  active: backendSchema,
  /** The other end: what shadow questions are put to, and where the way back leads. */
  previous: backendSchema,
  verdict: z.string().nullable(),
  plan: z.string().nullable(),
  at: z.string(),
  by: z.string(),
});
export type SwitchFile = z.infer<typeof switchFileSchema>;

export const switchStates = ["writing", "done", "failed"] as const;

/** What an SQL facade is called. */
export const facadeNamesSchema = z.object({ view: z.string().nullable(), function: z.string().nullable() });
export type FacadeNames = z.infer<typeof facadeNamesSchema>;

export const switchSchema = z.object({
  id: z.string(),
  route: z.string(),
  generation: z.number().int(),
  to: z.enum(switchSides),
  back: z.boolean(),
  state: z.enum(switchStates),
  words: z.string(),
  gateId: z.string().nullable(),
  planId: z.string().nullable(),
  /** Why it was made whatever stood against it, and what that was. */
  reason: z.string().nullable(),
  against: z.array(warningSchema),
  statements: z.array(z.string()),
  facade: facadeNamesSchema.nullable(),
  /** How the hook ended; `null` where there is none. */
  hook: z.object({ ok: z.boolean(), words: z.string() }).nullable(),
  switchedBy: z.string(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
});
export type Switch = z.infer<typeof switchSchema>;

/** Records that only the side has that is being left, or has otherwise. */
export const lossSchema = z.object({
  /** Stand there only, and did not when the verdict was given. */
  added: z.number().int(),
  /** Have other metadata or another vector than the side that is gone to. */
  changed: z.number().int(),
  /** Stand only on the side that is gone to: were taken away on the other, or never came there. */
  absent: z.number().int(),
});
export type Loss = z.infer<typeof lossSchema>;

export const switchAnswerSchema = z.object({
  /** Nothing was written: it says what would be. */
  dryRun: z.boolean(),
  to: z.enum(switchSides),
  /** What stands against it; with a reason it was made all the same. */
  against: z.array(warningSchema),
  notes: z.array(z.string()),
  /** Of a way back without a mirror of it: what would be left behind; `null` where it wasn't counted. */
  lost: lossSchema.nullable(),
  paths: z.object({ json: z.string(), env: z.string() }),
  file: switchFileSchema,
  env: z.string(),
  statements: z.array(z.string()),
  /** Left out of a dry run. */
  switch: switchSchema.nullable(),
});
export type SwitchAnswer = z.infer<typeof switchAnswerSchema>;

/** The route from target back to source: what carries home what was written since. */
export const wayBackSchema = z.object({
  /** The saved route that leads back; `null`: there is none yet. */
  route: z.string().nullable(),
  /** Its name and definition as it would be saved, or why there can be none. */
  offer: z.object({ name: z.string(), definition: z.json(), command: z.string() }).nullable(),
  why: z.string().nullable(),
});
export type WayBack = z.infer<typeof wayBackSchema>;

export const switchStandingSchema = z.object({
  route: z.string(),
  /** Which end the application is told to ask. */
  active: z.enum(switchSides),
  generation: z.number().int(),
  paths: z.object({ json: z.string(), env: z.string() }),
  /** Whether the file holds what the last switch wrote: `missing` and `other` were not Portage. */
  file: z.enum(["none", "as-written", "missing", "other"]),
  back: wayBackSchema,
  history: z.array(switchSchema),
});
export type SwitchStanding = z.infer<typeof switchStandingSchema>;
