import { z } from "zod";

/** One thing that a target does around the records of a run, with what is run for it word for word. */
export const stepSchema = z.object({
  /** Before the first record is written, or once after the last. */
  when: z.enum(["before", "after"]),
  /** In words: `Makes the table articles.` */
  what: z.string(),
  statement: z.string(),
  /** `administrator`: the connection's role may not; nothing is written until somebody who may has run it. */
  by: z.enum(["portage", "administrator"]),
});
export type Step = z.infer<typeof stepSchema>;

/** What a target does beside writing records, as it is known before. */
export const targetStepsSchema = z.object({
  steps: z.array(stepSchema),
  /** What an operator should know of them before agreeing. */
  notes: z.array(z.string()),
  /** How the application has to ask, so that what is built is used; `null` where nothing is. */
  query: z.string().nullable(),
});
export type TargetSteps = z.infer<typeof targetStepsSchema>;

/** What a target has done after a run's last record. */
export const finishedSchema = z.object({
  /** Sentences, in the order of what happened. */
  words: z.array(z.string()),
  query: z.string().nullable(),
});
export type Finished = z.infer<typeof finishedSchema>;
