import { z } from "zod";
import { changeKinds, changeSigns } from "@/lib/shapes/plans/change";
import { reasonSchema } from "@/lib/shapes/runs/reason";
import { idInput, namespaceInput } from "../verbs/parse-input";

/** Which changes of a plan are meant: those for which all that is given holds. */
export const changeFilters = {
  id: idInput,
  kind: z.enum(changeKinds).optional(),
  namespace: namespaceInput.optional(),
  /** A metadata key that differs: under `sign`, or under any. */
  key: z.string().max(50_000).optional(),
  sign: z.enum(changeSigns).optional(),
  textChanged: z.boolean().optional(),
  /** The value that a document holds and that would be overwritten, as text. */
  present: z.string().max(50_000).optional(),
  /** Why a problem is one. */
  reason: reasonSchema.optional(),
  /** Any part of a record's ID, letter by letter. */
  search: z.string().min(1).max(512).optional(),
  /** Only those that were taken out, or only those that weren't. */
  excluded: z.boolean().optional(),
};
/** For who shows the first rows before all are found: answers soon with what a search has found by then, and says so. */
export const quickInput = z.boolean().optional();
export type ChangeFilters = z.infer<z.ZodObject<typeof changeFilters>>;
