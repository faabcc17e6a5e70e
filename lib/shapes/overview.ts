import { z } from "zod";
import { attentionCauses, attentionCountsSchema } from "./attention";
import { heldModelsSchema, namespaceRowSchema } from "./namespaces/namespaces";
import { onRouteSchema } from "./routes/route";
import { runSchema } from "./runs/run";

export const indexStateSchema = z.object({
  service: z.string(),
  index: z.string(),
  /** `missing`: the index doesn't exist; `unreachable`: it couldn't be asked. */
  state: z.enum(["ready", "not-ready", "missing", "unreachable"]),
  problem: z.string().nullable(),
  dimension: z.number().nullable(),
  metric: z.string().nullable(),
  vectors: z.number().nullable(),
  vectorsExact: z.boolean(),
  namespaces: z.number().nullable(),
});
export type IndexState = z.infer<typeof indexStateSchema>;

/** What the dashboard shows. */
export const overviewSchema = z.object({
  mode: z.enum(["sandbox", "live"]),
  /** The route that all of it is about. */
  route: onRouteSchema,
  source: indexStateSchema,
  target: indexStateSchema,
  /** `null`: the target can't be asked, or holds nothing. */
  models: heldModelsSchema.nullable(),
  /** `null`: vectors are copied. */
  embedder: z.object({ service: z.string(), model: z.string(), dimension: z.number(), task: z.string() }).nullable(),
  progress: z.object({
    /** Sums over the inventory; the `approximate` ones come from index statistics. */
    sourceVectors: z.number(),
    inTarget: z.number(),
    onlyInTarget: z.number(),
    namespacesTotal: z.number(),
    /** Namespaces that a comparison found without differences. */
    namespacesInSync: z.number(),
    /** Those never compared, or without a look at edits. */
    namespacesNotCompared: z.number(),
    /** Those with records that differ or are missing, as far as known. */
    namespacesLeft: z.number(),
    /** The source's records by what is known of them; `uncompared`: in both by counts or by ID, and nobody looked whether they are equal. */
    known: z.object({
      create: z.number(),
      update: z.number(),
      problem: z.number(),
      inSync: z.number(),
      uncompared: z.number(),
    }),
    asOf: z.string().nullable(),
  }),
  /** Namespaces with the most records that differ or are missing. */
  left: z.array(namespaceRowSchema),
  runs: z.array(runSchema),
  /** What stands now (connections, quotas, runs that wait), then the first of what is open in the inbox. */
  attention: z.array(
    z.object({
      level: z.enum(["warn", "error"]),
      what: z.string(),
      next: z.string(),
      href: z.string().nullable(),
      /** Of an item of the inbox: to acknowledge it by. */
      id: z.string().nullable(),
      cause: z.enum(attentionCauses).nullable(),
      since: z.string().nullable(),
      namespaces: z.array(z.string()),
      namespaceCount: z.number().int(),
    }),
  ),
  /** All that is open in the inbox, over all history. */
  attentionCounts: attentionCountsSchema,
});
export type Overview = z.infer<typeof overviewSchema>;

export const settingViewSchema = z.object({
  key: z.string(),
  group: z.string(),
  /** Masked when secret; `null` when empty. */
  value: z.string().nullable(),
  origin: z.enum(["environment", "file", "default", "sandbox"]),
  secret: z.boolean(),
  description: z.string(),
});
export type SettingView = z.infer<typeof settingViewSchema>;

export const checkSchema = z.object({
  name: z.string(),
  service: z.string(),
  state: z.enum(["ok", "warn", "error", "off"]),
  latencyMs: z.number().nullable(),
  /** What is there or what is wrong, in words. */
  words: z.string(),
  /** What to do, when something is wrong. */
  next: z.string().nullable(),
});
export type Check = z.infer<typeof checkSchema>;
/** Since the first of this month in UTC: bytes that the vector stores answered to runs and bill, and GB that the plan includes. */
export const egressSchema = z.object({ bytes: z.number(), freeGb: z.number() });
export type Egress = z.infer<typeof egressSchema>;

export const doctorSchema = z.object({
  mode: z.enum(["sandbox", "live"]),
  ok: z.boolean(),
  checks: z.array(checkSchema),
  egress: egressSchema.optional(),
});
export type Doctor = z.infer<typeof doctorSchema>;
