import { z } from "zod";

/** A collection as it stands in the database, with its two segments. */
export const collectionRow = z.object({
  id: z.string(),
  name: z.string(),
  dimension: z.number().nullable(),
  database: z.string().nullable(),
  tenant: z.string().nullable(),
  vectorSegment: z.string().nullable(),
  metadataSegment: z.string().nullable(),
});
export type ChromaCollectionRow = z.infer<typeof collectionRow>;
