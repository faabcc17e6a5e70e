import { z } from "zod";
import { clearanceSettingsSchema } from "../documents/clearance";
import { runKinds, runStates, segmentStates } from "../names";
import { rowChoiceSchema } from "../routes/fill";
import { indexFieldsSchema } from "../routes/index-fields";
import {
  fieldRuleSchema,
  idRuleSchema,
  onRouteSchema,
  overflowSchema,
  renamingSchema,
  textRuleSchema,
} from "../routes/route";
import { runCeilingsSchema } from "./ceilings";
import { egressOfSideSchema, estimateSchema } from "./estimate";
import { finishedSchema } from "./steps";
import { verdictSchema, verifiedSchema } from "./verdict";
import { warningSchema } from "./warning";

export { isClearance } from "../documents/is-clearance";
export { finalRunStates, type RunKind, type RunState, runKinds, runStates, segmentStates } from "../names";
export { type Verdict, verdictSchema } from "./verdict";

export const outcomeSchema = z.object({
  written: z.number(),
  unchanged: z.number(),
  skipped: z.number(),
  failed: z.number(),
  drifted: z.number(),
});
export type Outcome = z.infer<typeof outcomeSchema>;

export const problemSchema = z.object({ code: z.string(), what: z.string(), notLost: z.string(), next: z.string() });
export type Problem = z.infer<typeof problemSchema>;

/** One namespace of a run. */
export const segmentSchema = z.object({
  namespace: z.string(),
  state: z.enum(segmentStates),
  total: z.number().nullable(),
  expected: z.number().nullable(),
  outcome: outcomeSchema,
  embedded: z.object({ texts: z.number(), tokens: z.number(), usd: z.number() }),
  /** Of these, what was paid for and could not be written. */
  unwritten: z.object({ texts: z.number(), tokens: z.number(), usd: z.number() }),
  verdict: verdictSchema.nullable(),
  error: problemSchema.nullable(),
});
export type SegmentView = z.infer<typeof segmentSchema>;

export const runSchema = z.object({
  id: z.string(),
  kind: z.enum(runKinds),
  /** Its source and target are one table, whose rows get vectors of their own texts. */
  fills: z.literal(true).optional(),
  state: z.enum(runStates),
  route: onRouteSchema.optional(),
  planId: z.string().nullable(),
  /** In lists and streams at most the first 1,000; all of them when one run is asked for. */
  namespaces: z.array(z.string()),
  namespaceTotal: z.number().int(),
  /** Records listed; `null` until every listing was scanned to its end. */
  total: z.number().nullable(),
  /** Records listed so far: how far a plan has come. */
  listed: z.number(),
  /** Records expected from index statistics, for progress before `total` is known. */
  expected: z.number().nullable(),
  outcome: outcomeSchema,
  embedded: z.object({ texts: z.number(), tokens: z.number(), usd: z.number() }),
  /** Of these, what was paid for and could not be written: it is embedded again when the run goes on. */
  unwritten: z.object({ texts: z.number(), tokens: z.number(), usd: z.number() }),
  /** How long nobody worked on it because its worker was lost. */
  lostSeconds: z.number(),
  /** US dollars by the units that were used, the read-back check included. */
  cost: z
    .object({
      embedding: z.number(),
      reads: z.number(),
      writes: z.number(),
      egress: z.number().optional(),
      total: z.number(),
    })
    .optional(),
  /** Bytes of answers that the stores bill as egress. */
  egress: z.number().optional(),
  /** The same by service, where there are any. */
  egressBy: z.array(egressOfSideSchema.omit({ usd: true })).optional(),
  /** Requests that were answered, by service and kind. */
  requests: z.record(z.string(), z.number()).optional(),
  /** What the plan that is carried out had estimated; `null` where nothing was estimated before. */
  estimate: estimateSchema.nullable().optional(),
  /** Records that came to the source after the run had listed it, or after its estimate: left as they are. */
  cameSince: z.number().optional(),
  /** How far it may go; `null`: no ceiling. */
  ceilings: runCeilingsSchema.nullable().optional(),
  rate: z.object({ perSecond: z.number(), etaSeconds: z.number().nullable() }),
  waitingFor: z.string().nullable(),
  waitingUntil: z.string().nullable(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  startedBy: z.string(),
  retryOf: z.string().nullable(),
  error: problemSchema.nullable(),
  /** Documents a second that a run over documents keeps to; `null`: no limit. */
  speedLimit: z.number().nullable().optional(),
  /** Namespaces by what their read-back check is called. */
  verified: verifiedSchema,
  /** What its success doesn't say: texts that were cut, and where to see which. */
  warnings: z.array(warningSchema),
  findings: z.object({ skipped: z.number(), failed: z.number(), drifted: z.number(), warning: z.number() }),
  /** What the target did once all was written; left out where it had nothing to do. */
  finished: finishedSchema.optional(),
});
export type Run = z.infer<typeof runSchema>;

/** An index as a run found it when it was made. Runs of earlier versions know its name alone. */
export const endSchema = z.object({
  index: z.string(),
  /** Which account's it is, without a secret; see `IndexShape.account`. */
  account: z.string().optional(),
  address: z.string().optional(),
  dimension: z.number().nullable().optional(),
  metric: z.string().optional(),
  /** How it keeps the numbers of vectors; left out: as 32-bit floats. */
  keeps: z.enum(["half", "direction"]).optional(),
  /** By which connection it was opened, and of which kind that is; left out: the environment's, Pinecone. */
  connection: z.string().optional(),
  kind: z.string().optional(),
});
export type End = z.infer<typeof endSchema>;

export const runSettingsSchema = z.object({
  source: endSchema,
  target: endSchema,
  embedder: z.object({
    model: z.string(),
    dimension: z.number(),
    task: z.string(),
    /** Where it is asked; not known of runs of earlier versions. */
    address: z.string().optional(),
    /** By which connection; left out: the environment's. */
    connection: z.string().optional(),
  }),
  /** Under which route, as it stood; left out: the environment's. */
  route: z.object({ name: z.string(), revision: z.number().int() }).optional(),
  /** Left out: made of the text. */
  vectors: z.literal("source").optional(),
  /** `null`: none is added. */
  clearanceLevel: z.number().int().nullable(),
  targetOwnedKeys: z.array(z.string()),
  /** The only keys that the target keeps of a record's metadata; left out: all of them. */
  targetKeeps: z.array(z.string()).optional(),
  /** Metadata key of the model's name; left out where none was chosen, so that settings of earlier versions hash alike. */
  modelKey: z.string().optional(),
  textKey: z.string(),
  /** Where the text is, if that takes more than one key. */
  text: textRuleSchema.optional(),
  /** Under which names namespaces are written; left out: their own. */
  namespaces: renamingSchema.optional(),
  /** What becomes of nested metadata that the target can't hold; left out: it is a problem. */
  nested: z.enum(["as-json-text", "flatten"]).optional(),
  /** Under which IDs records are written; left out: their own. */
  ids: idRuleSchema.optional(),
  /** What becomes of keys of metadata; left out: they are kept. */
  fields: z.array(fieldRuleSchema).optional(),
  /** Left out: every record is written. */
  duplicates: z.literal("first-of-same-text").optional(),
  overflow: overflowSchema.optional(),
  /** Named fields of the target's index; left out: as its connection is set. */
  targetFields: indexFieldsSchema.optional(),
  /** Which rows of a table are filled, and whether those that have a vector get another; left out: all that lack one. */
  fill: rowChoiceSchema.optional(),
  longTextPolicy: z.enum(["truncate", "skip"]),
  /** Whether an update whose text is unchanged keeps the target's vector. */
  updatePolicy: z.enum(["when-text-changed", "always"]).default("when-text-changed"),
  /** Which changes of a plan are applied. */
  only: z.enum(["both", "creates", "updates"]).default("both"),
  queryBatchSize: z.number().int(),
  embeddingBatchSize: z.number().int(),
  upsertBatchSize: z.number().int(),
  batchDelaySeconds: z.number(),
  limit: z.number().int().nullable(),
  verifySample: z.number().int(),
  verifyFull: z.boolean(),
  /** Texts that a read-back check embeds again at most, where it isn't known which vector was written. */
  reembedSample: z.number().int().default(5),
});
/** Of a run over vectors. */
export type RunSettings = z.infer<typeof runSettingsSchema>;

/** Of any run: those over documents name their kind. */
export const anySettingsSchema = z.union([clearanceSettingsSchema, runSettingsSchema]);
export type AnySettings = z.infer<typeof anySettingsSchema>;

export const runEventSchema = z.object({
  id: z.number(),
  at: z.string(),
  level: z.enum(["info", "warn", "error"]),
  /** `timeline`: what somebody decided or a turn that the run took. `log`: the rest. */
  channel: z.enum(["timeline", "log"]),
  actor: z.string(),
  /** Stable word: `started`, `paused`, `throttled`, `chunk-written`, ... */
  code: z.string(),
  message: z.string(),
  namespace: z.string().nullable(),
});
export type RunEvent = z.infer<typeof runEventSchema>;

export const sampleSchema = z.object({
  at: z.string(),
  written: z.number(),
  unchanged: z.number(),
  skipped: z.number(),
  failed: z.number(),
  texts: z.number(),
  tokens: z.number(),
});
export type Sample = z.infer<typeof sampleSchema>;

/** Everything that the page of one run shows but its findings and log, which are paged. */
export const runDetailSchema = z.object({
  run: runSchema,
  settings: anySettingsSchema,
  segments: z.array(segmentSchema),
  segmentTotal: z.number(),
  samples: z.array(sampleSchema),
  timeline: z.array(runEventSchema),
});
export type RunDetail = z.infer<typeof runDetailSchema>;
