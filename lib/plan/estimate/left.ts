import { z } from "zod";
import type { Estimate } from "@/lib/shapes/plans/plan";
import { addLoads, type Load, loadSchema, noLoad } from "./costs";
import { estimateMirror, estimateWork, type Rates } from "./estimate";
import { documentRatesSchema, estimateDocuments } from "./estimate-documents";

const ratesSchema = z.object({
  sourceDimension: z.number(),
  targetDimension: z.number(),
  embeddingBatch: z.number(),
  fetchBatch: z.number(),
  upsertBatch: z.number(),
  upsertBytes: z.number(),
  listPage: z.number(),
  requestsPerMinute: z.number(),
  tokensPerMinute: z.number(),
  requestsPerDay: z.number().nullable(),
  upsertsPerSecond: z.number(),
  fetchesPerSecond: z.number(),
  listsPerSecond: z.number(),
  prices: z.object({
    perMillionTokens: z.number(),
    perMillionReadUnits: z.number(),
    perMillionTargetReadUnits: z.number().optional(),
    perMillionWriteUnits: z.number(),
    perGbEgress: z.number().nullable().optional(),
    perGbTargetEgress: z.number().nullable().optional(),
  }),
  floatBytes: z.object({ source: z.number(), target: z.number() }).optional(),
  services: z.object({ source: z.string(), target: z.string(), embedder: z.string() }).optional(),
}) satisfies z.ZodType<Rates>;

const loadsSchema = z.object({ creates: loadSchema, updates: loadSchema });
/** What the creates and the updates of a plan are, or of what was taken out of it. */
export type Loads = z.infer<typeof loadsSchema>;
export const noLoads: Loads = { creates: noLoad, updates: noLoad };

/** All that applying a plan would write, and the rates that were in force when it was made. */
export const workloadSchema = loadsSchema.extend({
  rates: z.union([ratesSchema, documentRatesSchema]),
  /** Of a migration: the IDs of both listings, and of the source's what can't be migrated. Its run lists again when it reads back. */
  listed: z.object({ source: z.number(), target: z.number(), problems: z.number() }).optional(),
});
export type PlanWorkload = z.infer<typeof workloadSchema>;
export const excludedWorkloadSchema = loadsSchema;

export type Phases = "both" | "creates" | "updates";

/** Tokens, money, requests and time of what is left of a plan after its exclusions, of one of its phases or of both. */
export function estimateLeft(workload: PlanWorkload, excluded: Loads, only: Phases): Estimate {
  const left = (phase: "creates" | "updates"): Load =>
    only === "both" || only === phase ? addLoads(workload[phase], excluded[phase], -1) : noLoad;
  const [creates, updates] = [left("creates"), left("updates")];
  const { rates } = workload;
  if ("batchDocuments" in rates) {
    const all = addLoads(creates, updates);
    return estimateDocuments({ documents: all.records, bytes: all.bytes }, rates);
  }
  if (workload.listed) {
    const { source, target, problems } = workload.listed;
    return estimateWork(
      {
        sourceIds: source,
        targetIds: target,
        creates: creates.records + problems,
        written: creates.records,
        texts: creates.texts,
        tokens: creates.tokens,
        metadataBytes: creates.bytes,
      },
      rates,
    );
  }
  return estimateMirror(
    {
      creates: creates.records,
      updates: updates.records,
      texts: creates.texts + updates.texts,
      tokens: creates.tokens + updates.tokens,
      metadataBytes: creates.bytes + updates.bytes,
    },
    rates,
  );
}
