import { z } from "zod";
import { planCountsSchema } from "../plans/plan";
import { onRouteSchema } from "../routes/route";
import { deliverySchema } from "./delivery";

export const schedulePhases = ["idle", "starting", "planning", "applying"] as const;
/** `review`: over its limits, or without any; `refused`: another run was in the way, or the plan was refused. */
export const scheduleOutcomes = ["applied", "no-changes", "review", "refused", "failed"] as const;
export type ScheduleOutcome = (typeof scheduleOutcomes)[number];

export const scheduleSchema = z.object({
  id: z.string(),
  /** As it stood when the schedule was set. */
  route: onRouteSchema,
  /** Empty for every namespace of the source. */
  namespaces: z.array(z.string()),
  cron: z.string(),
  timezone: z.string(),
  /** What is applied without a review; with all three `null`, nothing is. */
  limits: z.object({
    maxCreates: z.number().nullable(),
    maxUpdates: z.number().nullable(),
    maxUsd: z.number().nullable(),
    /** GB of egress at which its analysis pauses, and what it applies; it permits nothing by itself. */
    maxEgress: z.number().nullable().default(null),
    allowProblems: z.boolean(),
  }),
  /** `null` while it can't be kept to. */
  nextAt: z.string().nullable(),
  /** Why it can't be kept to, as a sentence. */
  trouble: z.string().nullable(),
  phase: z.enum(schedulePhases),
  /** The last scheduled run, and its plan. */
  runId: z.string().nullable(),
  planId: z.string().nullable(),
  last: z.object({ outcome: z.enum(scheduleOutcomes), words: z.string(), at: z.string() }).nullable(),
  /** Called when a scheduled run ends with something to look at. What stands in its query is left out: it may be a token. */
  webhook: z.string().nullable(),
  /** The newest message to the webhook, and how many are still to be delivered. */
  delivery: deliverySchema.nullable(),
  undelivered: z.number().int(),
  createdBy: z.string(),
  createdAt: z.string(),
});
export type Schedule = z.infer<typeof scheduleSchema>;

/** One time that a schedule was due, once it is over. */
export const scheduledRunSchema = z.object({
  startedAt: z.string(),
  endedAt: z.string(),
  outcome: z.enum(scheduleOutcomes),
  words: z.string(),
  planId: z.string().nullable(),
  /** What the plan held and would have cost; zeros where none was made. */
  counts: planCountsSchema,
  usd: z.number(),
  /** The run that applied the plan, else the analysis. */
  runId: z.string().nullable(),
});
export type ScheduledRun = z.infer<typeof scheduledRunSchema>;
