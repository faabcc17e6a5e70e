import { z } from "zod";
import { routeDefinitionSchema, routeName } from "./route";
import { conflictSchema } from "./route-preview";

/** What is asked for: each collection of a source to a collection of its own, or to a namespace of one. */
export const severalRoutesInput = z.strictObject({
  /** Each route is called by it and by its collection. */
  name: routeName,
  /** Connection whose collections are read. */
  source: routeName,
  target: z.strictObject({
    connection: routeName,
    /** Named: each collection goes into a namespace of this one. */
    collection: z.string().min(1).max(512).nullable().default(null),
  }),
  /** Under which name a collection is written; `""`: it is left out. */
  table: z.record(z.string(), z.string().max(512)).default({}),
  /** Whether collections that the table doesn't name go, too, under names made of their own. */
  others: z.boolean().default(true),
  rules: routeDefinitionSchema.omit({ source: true, target: true, namespaces: true }),
  /** Only say what would be saved. */
  dryRun: z.boolean().default(false),
});

export const severalRoutesSchema = z.object({
  routes: z.array(
    z.object({
      name: z.string(),
      from: z.string(),
      /** The collection that is written, and the namespace where it goes into one. */
      to: z.string(),
      namespace: z.string().nullable(),
      /** What is made where the target isn't there. */
      creates: z.object({ dimension: z.number(), metric: z.string() }).nullable(),
      conflicts: z.array(conflictSchema),
    }),
  ),
  /** Collections that nothing can be copied of and nobody asked for by name. */
  leftOut: z.array(z.object({ from: z.string(), words: z.string() })),
  /** What stands against all of it: nothing is saved while there is any. */
  problems: z.array(z.string()),
  saved: z.boolean(),
});
export type SeveralRoutes = z.infer<typeof severalRoutesSchema>;
