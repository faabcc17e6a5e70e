import { z } from "zod";
import { fieldKinds } from "../names";
import { fieldName, misfit } from "./field-values";

export { type FieldKind, fieldKinds, noNamespace } from "../names";

export const scalarSchema = z.union([z.string(), z.number(), z.boolean()]);

export const fieldNameSchema = z
  .string()
  .max(fieldName.most, fieldName.tooLong)
  .regex(fieldName.pattern, fieldName.expected);

/** Namespaces of documents; `null`: those that have none. */
const chosenNamespacesSchema = z.union([z.literal("all"), z.array(z.string().nullable()).min(1)]);

/**
 * What an operator wants: one value under one field of many documents. `missing` sets it where there is none; `every` looks at all
 * documents, and changes another value only with `overwrite`.
 */
export const clearanceRequestSchema = z
  .object({
    field: fieldNameSchema.default("clearance_level"),
    kind: z.enum(fieldKinds).default("integer"),
    value: scalarSchema,
    namespaceField: fieldNameSchema.default("namespace"),
    namespaces: chosenNamespacesSchema.default("all"),
    documents: z.enum(["missing", "every"]).default("missing"),
    overwrite: z.boolean().default(false),
    /** Values that a document holds and searches don't find (malformed, empty, of another type) are overwritten. */
    unindexed: z.boolean().default(false),
  })
  .superRefine(({ kind, value }, context) => {
    const expected = misfit(kind, value);
    if (expected !== null) context.addIssue({ code: "custom", path: ["value"], message: `Expects ${expected}` });
  })
  .refine(({ documents, overwrite }) => documents === "every" || !overwrite, {
    path: ["overwrite"],
    message: "Only where every document is meant can values be overwritten",
  });
export type ClearanceRequest = z.infer<typeof clearanceRequestSchema>;

/** What the plan of a clearance and its runs work under, fixed when the plan is made. */
export const clearanceSettingsSchema = z.object({
  kind: z.literal("clearance"),
  /** Names as given: indexes, aliases, data streams or patterns. */
  target: z.array(z.string()),
  /** What they stood for. `uuid`: tells an index from one that was deleted and recreated; `null`: the key may not see it. */
  indices: z.array(z.object({ name: z.string(), uuid: z.string().nullable() })),
  request: clearanceRequestSchema,
  /** Which changes of the plan are applied: `creates` are documents without a value, `updates` those with another. */
  only: z.enum(["both", "creates", "updates"]).default("both"),
  /** Documents without a value that came after the review are set as well. */
  includeNew: z.boolean().default(false),
  /** Documents and bytes of one bulk request, at most. */
  batchDocuments: z.number().int(),
  batchBytes: z.number().int(),
  /** Requests under way at once, at most. */
  requestsAtOnce: z.number().int(),
  /** The limit that a run begins with; what holds now is the run's `speedLimit`. `null`: none. */
  documentsPerSecond: z.number().nullable(),
  verifySample: z.number().int(),
  verifyFull: z.boolean(),
});
export type ClearanceSettings = z.infer<typeof clearanceSettingsSchema>;

const valueCountSchema = z.object({ value: scalarSchema, count: z.number() });

/**
 * What a plan found, document by document. `overwritten` and `kept` are documents with another value: one of the two is 0.
 * `total` is the sum of the five.
 */
export const clearanceSummarySchema = z.object({
  total: z.number(),
  set: z.number(),
  right: z.number(),
  overwritten: z.number(),
  kept: z.number(),
  /** Documents whose field holds a list or an object, or can't be reached: they are the plan's problems. */
  unreadable: z.number(),
  /** The other values, most frequent first. */
  otherValues: z.array(valueCountSchema),
  /** Documents with values that the list leaves out. */
  beyondList: z.number(),
});
export type ClearanceSummaryView = z.infer<typeof clearanceSummarySchema>;

/** What a plan of kind `clearance` has beside what every plan has. */
export const clearancePlanSchema = z.object({
  target: z.array(z.string()),
  indices: z.array(z.string()),
  field: z.string(),
  kind: z.enum(fieldKinds),
  value: scalarSchema,
  namespaceField: z.string(),
  /** What was chosen; the plan's own `namespaces` is empty for all. */
  namespaces: chosenNamespacesSchema,
  documents: z.enum(["missing", "every"]),
  overwrite: z.boolean(),
  /** Values that searches don't find are overwritten. */
  unindexed: z.boolean().optional(),
  /** `null` until the plan is made. */
  summary: clearanceSummarySchema.nullable(),
});
export type ClearancePlan = z.infer<typeof clearancePlanSchema>;
