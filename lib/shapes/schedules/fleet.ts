import { z } from "zod";
import { fleetStates, runKinds, runStates } from "../names";
import { countSchema, gathersSchema, writtenAsSchema } from "../namespaces/namespaces";
import { onRouteSchema } from "../routes/route";

export { type FleetState, fleetStates } from "../names";

/** Records that differ, by what mirroring would do with them; `outOfSync` is the sum of creates, updates and problems. */
export const differencesSchema = z.object({
  outOfSync: z.number(),
  create: z.number(),
  update: z.number(),
  orphan: z.number(),
  problem: z.number(),
});
export type Differences = z.infer<typeof differencesSchema>;

/** How many records were out of sync at a time. */
export const differencesPointSchema = z.object({
  at: z.string(),
  ...differencesSchema.shape,
  /** `false`: that look was by ID, so that edits weren't known. */
  compared: z.boolean(),
});
export type DifferencesPoint = z.infer<typeof differencesPointSchema>;

export const fleetRowSchema = z.object({
  name: z.string(),
  writtenAs: writtenAsSchema,
  gathers: gathersSchema,
  source: countSchema.nullable(),
  target: countSchema.nullable(),
  state: z.enum(fleetStates),
  /** As of the last look: the analysis, or the application after it. `null` when there was none. */
  standing: z
    .object({
      ...differencesSchema.shape,
      unchanged: z.number(),
      /** `null` where no comparison was made: a re-embedding or a verification looked. */
      planId: z.string().nullable(),
      /** `false`: records of the same ID were not compared, so that edits aren't known. */
      compared: z.boolean(),
      /** By its counts, more is missing in the target than was known then. */
      changedSince: z.boolean(),
      analysedAt: z.string(),
      appliedAt: z.string().nullable(),
    })
    .nullable(),
  /** The run that is at work on it, else the one that failed. */
  run: z.object({ id: z.string(), kind: z.enum(runKinds), state: z.enum(runStates) }).nullable(),
  /** The schedule that is due next. */
  schedule: z.object({ id: z.string(), nextAt: z.string() }).nullable(),
  /** `outOfSync` at the last looks, oldest first. */
  trend: z.array(z.object({ at: z.string(), outOfSync: z.number() })),
});
export type FleetRow = z.infer<typeof fleetRowSchema>;

/** One page of all namespaces of the source, and of those analysed before. */
export const fleetPageSchema = z.object({
  route: onRouteSchema,
  rows: z.array(fleetRowSchema),
  /** Rows that match search and state, over all pages. */
  matching: z.number(),
  totals: z.object({
    namespaces: z.number(),
    states: z.record(z.enum(fleetStates), z.number()),
    ...differencesSchema.shape,
    unchanged: z.number(),
    /** Of those unchanged: known by ID only, or compared before counts showed that records moved. */
    uncompared: z.number(),
  }),
  /** When the list of namespaces was read from the indexes. */
  asOf: z.string(),
});
export type FleetPage = z.infer<typeof fleetPageSchema>;

/** How many records differed between the sides were over time: of one namespace, or of all of them together. */
export const differencesOverTimeSchema = z.object({ route: onRouteSchema, points: z.array(differencesPointSchema) });
export type DifferencesOverTime = z.infer<typeof differencesOverTimeSchema>;
