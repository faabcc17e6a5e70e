import { z } from "zod";
import { warningSchema } from "../runs/warning";

export const canaryStates = ["green", "red", "unknown"] as const;
export type CanaryState = (typeof canaryStates)[number];

export const canaryFiguresSchema = z.object({
  asked: z.number().int(),
  /** Mean share of hits in common; `null` where the source didn't answer, or two models aren't to agree. */
  overlap: z.number().nullable(),
  /** Share of what was to be found that the target found; `null` where nothing was known. */
  found: z.number().nullable(),
  /** The same of the source. */
  foundSource: z.number().nullable().default(null),
  /** Questions to which the target gave fewer rows than the source. */
  fewerRows: z.number().int(),
  /** Records that ask by themselves, which the source still has and the target does not. */
  lost: z.number().int().default(0),
  failed: z.object({ source: z.number().int(), target: z.number().int() }),
  /** Milliseconds that 95 % of the target's answers stayed below. */
  p95: z.number().nullable(),
  /** The same of the source's: where both are slower, it isn't the target that is. */
  sourceP95: z.number().nullable().default(null),
});
export type CanaryFigures = z.infer<typeof canaryFiguresSchema>;

export const canarySchema = z.object({
  id: z.string(),
  route: z.string(),
  /** The verdict that it is measured by. */
  gateId: z.string(),
  /** The set of questions that was asked; `null`: the verdict's own. */
  set: z.string().nullable().default(null),
  state: z.enum(canaryStates),
  words: z.string(),
  reasons: z.array(warningSchema),
  figures: canaryFiguresSchema,
  at: z.string(),
});
export type Canary = z.infer<typeof canarySchema>;

export const paritySchema = z.object({
  state: z.enum(canaryStates),
  /** The last canary of each route whose application asks the target. */
  routes: z.array(
    z.object({ route: z.string(), state: z.enum(canaryStates), words: z.string(), at: z.string().nullable() }),
  ),
});
export type Parity = z.infer<typeof paritySchema>;
