import { z } from "zod";
import { differenceSchema, metadataSchema } from "../plans/change";
import { writtenAsSchema } from "./namespaces";

/** A record of a namespace as both indexes have it now. */
export const recordViewSchema = z.object({
  namespace: z.string(),
  writtenAs: writtenAsSchema,
  id: z.string(),
  /** `null`: that index has no record of the ID, or isn't there. */
  source: metadataSchema.nullable(),
  target: metadataSchema.nullable(),
  /** Keys in which both differ, those that belong to the target left out. */
  differences: z.array(differenceSchema),
});
export type RecordView = z.infer<typeof recordViewSchema>;
