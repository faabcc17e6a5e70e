import { z } from "zod";

const object = z.custom<Record<string, unknown>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "not an object",
);
const pagination = z.object({ next: z.string().nullish() }).nullish();
const usage = z.object({ read_units: z.number().nullish(), egress_bytes: z.number().nullish() }).nullish().catch(null);

/** POST .../documents/fetch; the documents are checked one by one. */
export const fetchedDocuments = z.object({ documents: object.nullish(), pagination, usage });
/** POST .../documents/list. */
export const documentList = z.object({
  documents: z.array(z.object({ _id: z.string() })).nullish(),
  pagination,
  usage,
});
/** POST .../documents/search. */
export const searchReply = z.object({ matches: z.array(object).nullish() });
export const searchMatch = z.looseObject({ _id: z.string(), _score: z.number() });
/** POST .../documents/upsert. */
export const upsertReply = z.object({ upserted_count: z.number().nullish() });
