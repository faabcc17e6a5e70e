import { z } from "zod";

/** `unknown`: its process ended before it could say. */
export const auditOutcomes = ["done", "refused", "failed", "unknown"] as const;

/** An entry of the audit trail. */
export const auditEntrySchema = z.object({
  number: z.number().int(),
  at: z.iso.datetime(),
  who: z.string(),
  role: z.string(),
  /** `machine`, `session`, `token`, or `process` for Portage itself. */
  by: z.string(),
  address: z.string(),
  act: z.string(),
  subject: z.string(),
  planHash: z.string(),
  outcome: z.enum(auditOutcomes),
  code: z.string(),
  /** What was asked and what stood there before; secrets are left out. */
  details: z.record(z.string(), z.unknown()),
  hash: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

/** What was begun, and of which isn't known how it ends: somebody is at it, or its process is gone. */
export const openActSchema = auditEntrySchema.omit({ number: true, hash: true, outcome: true, code: true });
export type OpenAct = z.infer<typeof openActSchema>;

/** Whether the trail is whole. */
export const auditVerdictSchema = z.object({
  ok: z.boolean(),
  entries: z.number(),
  /** The last entry: noted elsewhere, it shows whether later ones were cut off. */
  last: z.object({ number: z.number(), hash: z.string() }).nullable(),
  /** The first entry that isn't what it was when it was written, or whose predecessor is missing. */
  broken: z.object({ number: z.number(), words: z.string() }).nullable(),
  /** Acts that were begun and have no entry yet. */
  open: z.number(),
});
export type AuditVerdict = z.infer<typeof auditVerdictSchema>;
