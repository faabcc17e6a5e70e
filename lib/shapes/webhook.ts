import { z } from "zod";
import { scheduleOutcomes } from "./schedule";

/** `plan.waiting`: a plan waits for a review. `turn.refused`: another run was in the way, or the plan can't be applied any more. */
export const webhookEvents = ["plan.waiting", "turn.failed", "turn.refused"] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

/** Longer choices of namespaces are named up to here; `namespaceTotal` says how many there are. */
export const webhookNamespaces = 100;

/** What a schedule's webhook is sent, as JSON. Fields may be added; what stands here keeps its meaning while `version` is 1. */
export const webhookMessageSchema = z.object({
  version: z.literal(1),
  /** The same in every attempt to deliver it: whoever has seen it has nothing left to do. */
  id: z.string(),
  event: z.enum(webhookEvents),
  /** When the turn ended. */
  at: z.string(),
  schedule: z.object({
    id: z.string(),
    /** Sorted; empty for every namespace of the source. The first 100. */
    namespaces: z.array(z.string()),
    namespaceTotal: z.number().int(),
    cron: z.string(),
    timezone: z.string(),
  }),
  turn: z.object({ outcome: z.enum(scheduleOutcomes), words: z.string(), startedAt: z.string(), endedAt: z.string() }),
  plan: z
    .object({
      id: z.string(),
      counts: z.object({
        create: z.number(),
        update: z.number(),
        unchanged: z.number(),
        orphan: z.number(),
        problem: z.number(),
      }),
      /** US dollars, by the plan's estimate. */
      usd: z.number(),
      /** Path of its page under the address that Portage is served at. */
      path: z.string(),
    })
    .nullable(),
  run: z.object({ id: z.string(), path: z.string() }).nullable(),
});
export type WebhookMessage = z.infer<typeof webhookMessageSchema>;

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
