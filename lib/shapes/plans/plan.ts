import { z } from "zod";
import { clearancePlanSchema } from "../documents/clearance";
import { planKinds, planStates, runKinds, runStates } from "../names";
import { onRouteSchema } from "../routes/route";
import { type Estimate, estimateSchema } from "../runs/estimate";
import { targetStepsSchema } from "../runs/steps";
import { warningSchema } from "../runs/warning";

export { planKinds, planStates } from "../names";
export { type Warning as PlanWarning, warningSchema as planWarningSchema } from "../runs/warning";
export { type Estimate, estimateSchema };

/** `total` is the sum of the five parts: what is only in the target (orphans) included. */
export const planCountsSchema = z.object({
  total: z.number(),
  create: z.number(),
  update: z.number(),
  unchanged: z.number(),
  orphan: z.number(),
  problem: z.number(),
});
export type PlanCounts = z.infer<typeof planCountsSchema>;

export const planGapsSchema = z.object({
  failed: z.array(z.object({ namespace: z.string(), what: z.string() })),
  failedTotal: z.number(),
  short: z.array(
    z.object({ namespace: z.string(), side: z.enum(["source", "target"]), listed: z.number(), counted: z.number() }),
  ),
  shortTotal: z.number(),
});

export const planSchema = z.object({
  id: z.string(),
  kind: z.enum(planKinds),
  /** All of them, but in lists that were asked for a few only. */
  namespaces: z.array(z.string()),
  /** How many there are; 0 where a plan is over all documents. */
  namespaceCount: z.number(),
  route: onRouteSchema.optional(),
  /** Rows of one table get vectors of their own texts: what is counted under `create` are these rows, and none is made. Left out of other plans. */
  fills: z.literal(true).optional(),
  hash: z.string(),
  createdAt: z.string(),
  createdBy: z.string(),
  state: z.enum(planStates),
  /** Making it was cancelled: its state is `failed`. Left out of other plans. */
  cancelled: z.literal(true).optional(),
  /** The newer plan that took its place, where one did. */
  supersededBy: z.string().nullable(),
  counts: planCountsSchema,
  updates: z.object({ textChanged: z.number(), metadataOnly: z.number() }),
  /** Changes that the operator took out; they are part of `counts`. */
  excluded: z.object({ create: z.number(), update: z.number() }),
  /** Who approved it, when, and the hash over what is left after the exclusions. */
  approved: z.object({ hash: z.string(), at: z.string(), by: z.string() }).nullable(),
  /** Who took an approval back last, and when. */
  withdrawn: z.object({ at: z.string(), by: z.string() }).nullish(),
  estimate: estimateSchema,
  /** Told with the estimate: what can't be migrated and why, texts that are cut, an index or model that may not be what was meant. */
  warnings: z.array(warningSchema),
  /** The same of what is left after the exclusions, of both phases and of each; `null` where only the whole was estimated. */
  left: z.object({ both: estimateSchema, creates: estimateSchema, updates: estimateSchema }).nullable(),
  /** How often exclusions were changed: to be named when approving, so that nobody approves other ones than they saw. */
  revision: z.number(),
  /** The run that made or is making this plan: progress, findings and log are there. */
  runId: z.string().nullable(),
  /** Namespaces that were asked for and are not in it, or not whole; left out where there are none. */
  gaps: planGapsSchema.optional(),
  /** What the target does beside writing records, word for word: part of what is approved. Left out where there is nothing of the kind, or nothing to apply. */
  target: targetStepsSchema.optional(),
  /** Of plans of that kind. */
  clearance: clearancePlanSchema.optional(),
});
export type Plan = z.infer<typeof planSchema>;

/** Whether a plan can still be applied, and what was done with it. */
export const planStandingSchema = z.object({
  /** Why it would be refused, each as a sentence; empty while it can be approved and applied. */
  stale: z.array(z.string()),
  /** When it will be too old; `null` while it is being made, and for plans that don't age. */
  validUntil: z.string().nullable(),
  /** The run that made it and those that applied it, or parts of it, oldest first. */
  runs: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(runKinds),
      state: z.enum(runStates),
      startedBy: z.string(),
      createdAt: z.string(),
    }),
  ),
});
export type PlanStandingView = z.infer<typeof planStandingSchema>;
