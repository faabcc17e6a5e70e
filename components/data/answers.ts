import { z } from "zod";
import { attentionCountsSchema, attentionItemSchema } from "@/lib/shapes/attention";
import { changeFacetSchema, changeSchema } from "@/lib/shapes/change";
import { deliverySchema } from "@/lib/shapes/delivery";
import { settingViewSchema } from "@/lib/shapes/overview";
import { planSchema } from "@/lib/shapes/plan";
import { findingSchema, reasonSchema } from "@/lib/shapes/reason";
import { runEventSchema, runSchema, segmentSchema } from "@/lib/shapes/run";
import { scheduleSchema, turnSchema } from "@/lib/shapes/schedule";

/**
 * The shapes of everything that pages read. Loaded with the first answer, beside its request: a page that arrives with its data
 * is there without them.
 */
export { attentionCountsSchema } from "@/lib/shapes/attention";
export { changeDetailSchema } from "@/lib/shapes/change";
export { documentNamespacesSchema, documentsOverviewSchema } from "@/lib/shapes/documents";
export { distanceOverTimeSchema, fleetPageSchema } from "@/lib/shapes/fleet";
export { namespacePageSchema, namespaceRowSchema } from "@/lib/shapes/namespaces";
export { doctorSchema, overviewSchema } from "@/lib/shapes/overview";
export { planSchema, planStandingSchema } from "@/lib/shapes/plan";
export { runDetailSchema, runEventSchema, runSchema, sampleSchema } from "@/lib/shapes/run";

/** RFC 9457, with Portage's own words. */
export const problemDetailsSchema = z.object({
  title: z.string().optional(),
  detail: z.string().optional(),
  code: z.string().optional(),
  what: z.string().optional(),
  notLost: z.string().optional(),
  next: z.string().optional(),
});
export const configurationSchema = z.object({
  mode: z.enum(["sandbox", "live"]),
  settings: z.array(settingViewSchema),
});
export const runsPageSchema = z.object({ runs: z.array(runSchema), next: z.string().nullable(), matching: z.number() });
export const segmentsPageSchema = z.object({ segments: z.array(segmentSchema), total: z.number() });
export const findingsPageSchema = z.object({
  findings: z.array(findingSchema),
  next: z.string().nullable(),
  matching: z.number(),
});
export const logPageSchema = z.object({ events: z.array(runEventSchema), next: z.string().nullable() });
export const changesPageSchema = z
  .object({ changes: z.array(changeSchema), matching: z.number(), exact: z.boolean() })
  .transform(({ changes, matching, exact }) => ({ rows: changes, matching, exact }));
export const facetsSchema = z.object({
  keys: z.array(changeFacetSchema),
  /** Keys that differ in all; `keys` holds those in most records. */
  total: z.number(),
  text: z.object({ changed: z.number(), kept: z.number() }),
  present: z.array(z.object({ value: z.string(), count: z.number() })),
  reasons: z.array(z.object({ reason: reasonSchema, count: z.number() })),
  exact: z.boolean(),
});
export const plansPageSchema = z.object({
  plans: z.array(planSchema),
  next: z.string().nullable(),
  matching: z.number(),
});
export const schedulesSchema = z.object({ schedules: z.array(scheduleSchema) });
export const scheduleDetailSchema = z.object({
  schedule: scheduleSchema,
  turns: z.array(turnSchema),
  next: z.string().nullable(),
  deliveries: z.array(deliverySchema),
});

export const attentionPageSchema = z.object({
  items: z.array(attentionItemSchema),
  matching: z.number(),
  counts: attentionCountsSchema,
});
