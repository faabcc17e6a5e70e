import { z } from "zod";
import { type MetadataFilter, readFilter } from "@/lib/stores/query/filter";

/** A filter as Pinecone and Chroma write it. */
export const filterInput = z.record(z.string(), z.json()).transform((given, issues): MetadataFilter => {
  const filter = readFilter(given);
  if (!("wrong" in filter)) return filter;
  issues.addIssue({ code: "custom", message: filter.wrong });
  return z.NEVER;
});
