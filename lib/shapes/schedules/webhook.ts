import { z } from "zod";
import { canaryFiguresSchema, canaryStates } from "../cut-over/canary";
import { backendSchema, switchSides } from "../cut-over/switch";
import { webhookEvents } from "./delivery";
import { scheduleOutcomes } from "./schedule";

/** Longer choices of namespaces are named up to here; `namespaceTotal` says how many there are. */
export const webhookNamespaces = 100;

/** What a schedule's webhook is sent, as JSON. Fields may be added; what stands here keeps its meaning while `version` is the same. */
export const webhookMessageSchema = z.object({
  version: z.literal(2),
  /** The same in every attempt to deliver it: whoever has seen it has nothing left to do. */
  id: z.string(),
  event: z.enum(webhookEvents),
  /** When the scheduled run ended. */
  at: z.string(),
  schedule: z.object({
    id: z.string(),
    /** Sorted; empty for every namespace of the source. The first 100. */
    namespaces: z.array(z.string()),
    namespaceTotal: z.number().int(),
    cron: z.string(),
    timezone: z.string(),
  }),
  scheduledRun: z.object({
    outcome: z.enum(scheduleOutcomes),
    words: z.string(),
    startedAt: z.string(),
    endedAt: z.string(),
  }),
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

/** What the switch's webhook is sent. */
export const switchMessageSchema = z.object({
  version: z.literal(1),
  id: z.string(),
  event: z.literal("route.switched"),
  at: z.string(),
  switch: z.object({
    id: z.string(),
    route: z.string(),
    generation: z.number().int(),
    to: z.enum(switchSides),
    back: z.boolean(),
    /** Why it was made whatever stood against it. */
    reason: z.string().nullable(),
    words: z.string(),
    by: z.string(),
  }),
  active: backendSchema,
  previous: backendSchema,
});
export type SwitchMessage = z.infer<typeof switchMessageSchema>;

/** The same address, when a canary turns red, or green again. */
export const parityMessageSchema = z.object({
  version: z.literal(1),
  id: z.string(),
  event: z.literal("parity.changed"),
  at: z.string(),
  canary: z.object({
    id: z.string(),
    route: z.string(),
    state: z.enum(canaryStates),
    words: z.string(),
    gate: z.string(),
    figures: canaryFiguresSchema,
  }),
});
export type ParityMessage = z.infer<typeof parityMessageSchema>;

export const channelMessageSchema = z.union([switchMessageSchema, parityMessageSchema]);
