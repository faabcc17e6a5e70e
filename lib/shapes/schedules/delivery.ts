import { z } from "zod";

/**
 * `plan.waiting`: a plan waits for a review. `scheduled-run.refused`: another run was in the way, or the plan can't be applied any more.
 * `scheduled-run.recovered`: after any of these, a scheduled run ended with nothing for anybody to do. The same is told once, until it changes.
 */
export const webhookEvents = [
  "plan.waiting",
  "scheduled-run.failed",
  "scheduled-run.refused",
  "scheduled-run.recovered",
] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

export const deliveryStates = ["waiting", "delivered", "given-up"] as const;

/** A message to a webhook and how its last attempt went. */
export const deliverySchema = z.object({
  id: z.string(),
  event: z.enum(webhookEvents),
  state: z.enum(deliveryStates),
  attempts: z.number().int(),
  createdAt: z.string(),
  /** When it is tried next; `null` once it is delivered or given up. */
  nextAt: z.string().nullable(),
  /** The last attempt: the answer's status, if there was one, and what happened in words. */
  last: z.object({ at: z.string(), status: z.number().nullable(), words: z.string() }).nullable(),
});
export type Delivery = z.infer<typeof deliverySchema>;
