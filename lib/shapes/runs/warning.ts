import { z } from "zod";
import { findingKinds } from "./reason-names";

/** What an operator should know before a plan is applied, or what a run's success doesn't say: a stable word, and a sentence or two. */
export const warningSchema = z.object({
  code: z.string(),
  words: z.string(),
  /** The findings that it speaks of, each place that shows it leads there in its own way: of which run, and of which kind. */
  findings: z.object({ runId: z.string(), kind: z.enum(findingKinds) }).optional(),
});
export type Warning = z.infer<typeof warningSchema>;
