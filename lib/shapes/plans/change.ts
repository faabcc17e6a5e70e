import { z } from "zod";
import { changeKinds, changeSigns } from "../names";
import { reasonSchema } from "../runs/reason";

export { type ChangeKind, changeKinds, changeSigns } from "../names";

/** Whatever JSON can say. */
const valueSchema = z.json();

/** `+` only in the source, `-` only in the target, `~` in both with different values. */
export const differenceSchema = z.object({
  sign: z.enum(changeSigns),
  key: z.string(),
  source: valueSchema.optional(),
  target: valueSchema.optional(),
  /** In lists, long values are shortened: the change itself and the export have them whole. */
  shortened: z.boolean().optional(),
  /** It is the mark of the model that made the target's vector: the record needs another one. */
  model: z.boolean().optional(),
  /** It is the vector itself, of a record whose vector is copied. */
  vector: z.boolean().optional(),
});
export type DifferenceView = z.infer<typeof differenceSchema>;

/** One record of a plan. */
export const changeSchema = z.object({
  id: z.string(),
  namespace: z.string(),
  /** Of a document: several indexes may hold the same ID. */
  index: z.string().optional(),
  kind: z.enum(changeKinds),
  excluded: z.boolean(),
  textChanged: z.boolean().optional(),
  differences: z.array(differenceSchema).optional(),
  /** How many keys differ, where a list shows fewer of them. */
  differing: z.number().optional(),
  reason: reasonSchema.optional(),
  detail: z.string().optional(),
});
export type Change = z.infer<typeof changeSchema>;

export const changeFacetSchema = z.object({ sign: z.enum(changeSigns), key: z.string(), count: z.number() });
export type ChangeFacet = z.infer<typeof changeFacetSchema>;

export const metadataSchema = z.record(z.string(), valueSchema);

/** A record of a plan with both sides as they are now: `null` where there is none. */
export const changeDetailSchema = z.object({
  change: changeSchema,
  source: metadataSchema.nullable(),
  target: metadataSchema.nullable(),
  /** What would stand in the target after applying: `null` for orphans and problems. */
  written: metadataSchema.nullable(),
  /** What moved since the review, in words. */
  drift: z.string().nullable(),
});
export type ChangeDetail = z.infer<typeof changeDetailSchema>;
