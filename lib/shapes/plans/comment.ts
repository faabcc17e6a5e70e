import { z } from "zod";

/** What somebody said about a plan. */
export const planCommentSchema = z.object({
  id: z.string(),
  text: z.string(),
  by: z.string(),
  at: z.iso.datetime(),
  /** How often exclusions had been changed when it was said: a later {@link Plan} `revision` is another selection. */
  revision: z.number(),
});
export type PlanComment = z.infer<typeof planCommentSchema>;
