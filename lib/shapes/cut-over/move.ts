import { z } from "zod";

/** The steps of a move, in order. */
export const moveSteps = [
  "inspect",
  "connect",
  "plan",
  "review",
  "migrate",
  "index",
  "verify",
  "gate",
  "differences",
  "switch",
  "watch",
  "back",
] as const;
export type MoveStepName = (typeof moveSteps)[number];

/** `next`: what is to be done now. `attention`: was done, and something speaks against going on. `open`: comes later, or isn't needed. */
export const moveStates = ["done", "running", "next", "attention", "open"] as const;
export type MoveState = (typeof moveStates)[number];

export const moveStepSchema = z.object({
  step: z.enum(moveSteps),
  state: z.enum(moveStates),
  /** What is known of it, in a sentence. */
  words: z.string(),
  at: z.string().nullable(),
  /** Where it is done or looked at. */
  action: z.object({ label: z.string(), href: z.string() }).nullable(),
});
export type MoveStep = z.infer<typeof moveStepSchema>;

/** A route's move from nothing to switched. */
export const moveSchema = z.object({
  route: z.string(),
  source: z.object({ connection: z.string(), index: z.string() }),
  target: z.object({ connection: z.string(), index: z.string() }),
  active: z.enum(["source", "target"]),
  steps: z.array(moveStepSchema),
});
export type Move = z.infer<typeof moveSchema>;
