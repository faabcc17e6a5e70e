import { z } from "zod";
import { findingKinds, reasons } from "./reason-names";

export { type FindingKind, findingKinds, type Reason, reasons, reasonWords } from "./reason-names";

export const reasonSchema = z.enum(reasons);
export const findingSchema = z.object({
  runId: z.string(),
  namespace: z.string(),
  /** Of a document: several indexes may hold the same ID. */
  index: z.string().optional(),
  id: z.string(),
  kind: z.enum(findingKinds),
  reason: reasonSchema,
  detail: z.string(),
  attempts: z.number().int(),
  at: z.string(),
});
export type Finding = z.infer<typeof findingSchema>;
