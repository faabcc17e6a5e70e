import { z } from "zod";
import { attentionCauses, attentionStates } from "./names";

export { type AttentionCause, attentionCauses, attentionStates } from "./names";

export const attentionItemSchema = z.object({
  id: z.string(),
  cause: z.enum(attentionCauses),
  state: z.enum(attentionStates),
  level: z.enum(["warn", "error"]),
  /** What it is about: those that there are. */
  runId: z.string().nullable(),
  planId: z.string().nullable(),
  scheduleId: z.string().nullable(),
  /** The route that it is about; `null`: of none, such as clearance of documents. */
  route: z.string().nullable(),
  /** The first 20 of `namespaceCount`. */
  namespaces: z.array(z.string()),
  namespaceCount: z.number().int(),
  what: z.string(),
  /** What to do about it, and where. */
  next: z.string(),
  href: z.string(),
  /** Records that it is about, where they can be counted. */
  records: z.number().nullable(),
  since: z.string(),
  /** When and by what it was solved: a later run, an application, a newer plan. */
  solved: z.object({ at: z.string(), by: z.string() }).nullable(),
  acknowledged: z.object({ at: z.string(), by: z.string() }).nullable(),
});
export type AttentionItem = z.infer<typeof attentionItemSchema>;

/** What is open, by cause: causes without anything are left out. */
export const attentionCountsSchema = z.object({
  open: z.number().int(),
  causes: z.array(
    z.object({ cause: z.enum(attentionCauses), open: z.number().int(), records: z.number(), since: z.string() }),
  ),
});
export type AttentionCounts = z.infer<typeof attentionCountsSchema>;
