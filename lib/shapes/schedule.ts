import { z } from "zod";

export const schedulePhases = ["idle", "starting", "planning", "applying"] as const;
/** `review`: over its limits, or without any; `refused`: another run was in the way, or the plan was refused. */
export const scheduleOutcomes = ["applied", "no-changes", "review", "refused", "failed"] as const;
export type ScheduleOutcome = (typeof scheduleOutcomes)[number];

export const scheduleSchema = z.object({
  id: z.string(),
  /** Empty for every namespace of the source. */
  namespaces: z.array(z.string()),
  cron: z.string(),
  timezone: z.string(),
  /** What is applied without a review; with all three `null`, nothing is. */
  limits: z.object({
    maxCreates: z.number().nullable(),
    maxUpdates: z.number().nullable(),
    maxUsd: z.number().nullable(),
    allowProblems: z.boolean(),
  }),
  nextAt: z.string(),
  phase: z.enum(schedulePhases),
  /** The run of the last turn, and its plan. */
  runId: z.string().nullable(),
  planId: z.string().nullable(),
  last: z.object({ outcome: z.enum(scheduleOutcomes), words: z.string(), at: z.string() }).nullable(),
  createdBy: z.string(),
  createdAt: z.string(),
});
export type Schedule = z.infer<typeof scheduleSchema>;
