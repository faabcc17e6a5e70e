import { z } from "zod";
import { onRouteSchema } from "../routes/route";
import { gateCostSchema, gateSpentSchema } from "./gate-cost";
import { gateMapSchema } from "./gate-map";
import { gateSweepSchema } from "./gate-sweep";

export const gateVerdicts = ["GO", "NO-GO", "INCONCLUSIVE"] as const;
export type GateVerdict = (typeof gateVerdicts)[number];

/** Where questions come from, weakest first. */
export const questionSources = ["documents", "known-items", "file"] as const;
export type QuestionSource = (typeof questionSources)[number];

export const intervalSchema = z.object({
  mean: z.number(),
  /** One-sided 95 % bounds; `null` where one value tells nothing of them. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  n: z.number().int(),
  method: z.enum(["bootstrap", "t"]),
});
export type GateInterval = z.infer<typeof intervalSchema>;

/** Why it isn't GO, or what an operator should know besides. */
export const gateReasonSchema = z.object({
  level: z.enum(["no-go", "inconclusive", "note"]),
  layer: z.enum(["data", "index", "search", "questions"]),
  code: z.string(),
  words: z.string(),
});
export type GateReason = z.infer<typeof gateReasonSchema>;

/** A question as it was asked. Its vectors aren't kept: they are made again of the record or the text. */
export const gateQuestionSchema = z.object({
  namespace: z.string(),
  /** The record that it was taken from. */
  record: z.string().nullable(),
  text: z.string().nullable(),
  expected: z.array(z.string()),
  filtered: z.boolean(),
});
export type GateQuestion = z.infer<typeof gateQuestionSchema>;

const sample = z.array(z.object({ namespace: z.string(), id: z.string(), detail: z.string() }));
const counted = z.object({ count: z.number().int(), sample });

export const gateDataSchema = z.object({
  /** Whether all of both sides was read. */
  complete: z.boolean(),
  namespaces: z.number().int(),
  source: z.number().int(),
  target: z.number().int(),
  both: z.number().int(),
  /** Only in the source, and no finding says why. */
  missing: counted,
  /** Only in the source, and a finding says why. */
  explained: z.number().int(),
  onlyTarget: z.number().int(),
  metadata: counted,
  /** Vectors that were copied and aren't the source's; `null` where vectors were made again. */
  vectors: counted.nullable(),
  /** Of a sample, those that aren't what the route's model makes of the text; `null` where none was made. */
  remade: z.object({ of: z.number().int(), different: counted }).nullable(),
  unreadable: z.number().int(),
  /** Some of them, with why. Left out of verdicts of versions that didn't note it. */
  unreadableSample: z
    .array(z.object({ side: z.enum(["source", "target"]), namespace: z.string(), id: z.string(), detail: z.string() }))
    .optional(),
});
export type GateData = z.infer<typeof gateDataSchema>;

const latencySchema = z.object({ p50: z.number(), p95: z.number() });
export const gateIndexSchema = z.object({
  service: z.string(),
  collection: z.string(),
  metric: z.string(),
  /** Of its own index against comparing with every record; `null` where it wasn't measured. */
  recall: intervalSchema.nullable(),
  latency: latencySchema.nullable(),
  /** Questions that it failed to answer. */
  failed: z.number().int(),
  /** Questions of those asked twice whose answers differed. */
  unsteady: z.number().int(),
  askedTwice: z.number().int(),
  /** The index that answers, where the store tells; `null` there: it reads every row. */
  uses: z
    .object({
      index: z.string().nullable(),
      building: z.array(z.string()),
      /** What a session gets that sets nothing, as the application's, where the gate's sets something, and what settles it. */
      configured: z.object({ index: z.string().nullable(), advice: z.string() }).optional(),
    })
    .nullable(),
  /** Scores of first hits and of all, at 5, 25, 50, 75 and 95 %. */
  scores: z.object({ first: z.array(z.number()), all: z.array(z.number()) }).nullable(),
  /** By other settings of its index; `null` where it has none that a question can set. Left out of verdicts of versions that didn't try. */
  sweep: gateSweepSchema.nullable().optional(),
});
export type GateIndex = z.infer<typeof gateIndexSchema>;

const pairedSchema = z.object({ source: z.number(), target: z.number(), difference: intervalSchema });

export const gateLostSchema = z.object({
  question: z.number().int(),
  overlap: z.number(),
  /** Rank of the first expected record on each side; `null`: not among the hits, or nothing was expected. */
  ranks: z.object({ source: z.number().nullable(), target: z.number().nullable() }),
  source: z.array(z.string()),
  target: z.array(z.string()),
});
export type GateLost = z.infer<typeof gateLostSchema>;

export const gateResultSchema = z.object({
  verdict: z.enum(gateVerdicts),
  reasons: z.array(gateReasonSchema),
  questionsFrom: z.enum(questionSources),
  asked: z.number().int(),
  data: gateDataSchema,
  source: gateIndexSchema,
  target: gateIndexSchema,
  /** `judged: false`: two models answer differently, which is no fault. */
  overlap: z.object({
    judged: z.boolean(),
    mean: intervalSchema.nullable(),
    rankBiased: intervalSchema.nullable(),
    sameFirst: intervalSchema.nullable(),
    /** Share of questions below the floor. */
    belowFloor: z.number(),
    fewerRows: z.number().int(),
    /** One a question, for plots. */
    each: z.array(z.number()),
  }),
  /** By what was expected, where anything was. */
  known: z
    .object({
      recall1: pairedSchema,
      recallK: pairedSchema,
      reciprocalRank: pairedSchema,
      ndcg: pairedSchema,
      won: z.number().int(),
      lost: z.number().int(),
    })
    .nullable(),
  strata: z.array(
    z.object({
      namespace: z.string(),
      /** Of all namespaces those whose record has this value under the key; left out: of one namespace. */
      of: z.object({ key: z.string(), value: z.string() }).optional(),
      overlap: intervalSchema,
      standing: z.enum(["above", "below", "astride"]),
    }),
  ),
  lost: z.array(gateLostSchema),
  /** Milliseconds of each answered question, for plots. */
  latencies: z.object({ source: z.array(z.number()), target: z.array(z.number()) }),
  /** A sample of both sides in a plane; `null`: too few records, or all alike. Left out of verdicts of versions that drew none. */
  map: gateMapSchema.nullable().optional(),
  /** What it came to. Left out of verdicts of versions that didn't count it. */
  spent: gateSpentSchema.optional(),
});
export type GateResult = z.infer<typeof gateResultSchema>;

export const gateSettingsSchema = z.object({
  queries: z.enum(questionSources),
  n: z.number().int(),
  k: z.number().int(),
  threshold: z.number(),
  seed: z.number().int(),
  /** Retrieval may be worse by so much, where the target has another model. */
  margin: z.number(),
  /** Those that were checked; `null`: all that the source had. Left out of verdicts of versions that didn't keep it. */
  namespaces: z.array(z.string()).nullable().optional(),
  /** Connections that made questions' vectors, where they were named. */
  sourceEmbedder: z.string().optional(),
  targetEmbedder: z.string().optional(),
  /** A key of metadata by whose values questions are checked each for itself, too. */
  by: z.string().optional(),
  /** The set of questions that was asked; left out where it was none. */
  set: z.string().optional(),
  /** What was said before it began. */
  cost: gateCostSchema.optional(),
});
export type GateSettings = z.infer<typeof gateSettingsSchema>;

export const gateSchema = z.object({
  id: z.string(),
  route: onRouteSchema,
  planId: z.string().nullable(),
  /** `interrupted`: its process ended before it did. */
  state: z.enum(["running", "ended", "interrupted"]),
  verdict: z.enum(gateVerdicts),
  /** One line: the first reason, or what was found. */
  words: z.string(),
  settings: gateSettingsSchema,
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  startedBy: z.string(),
});
export type Gate = z.infer<typeof gateSchema>;

/** The report to hand on: one file that needs nothing else. */
export const gateReportFormats = ["html", "json"] as const;

/** `result: null`: it was not finished. */
export const gateDetailSchema = gateSchema.extend({
  result: gateResultSchema.nullable(),
  questions: z.array(gateQuestionSchema),
});
export type GateDetail = z.infer<typeof gateDetailSchema>;
