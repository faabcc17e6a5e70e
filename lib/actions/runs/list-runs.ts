import { z } from "zod";
import { runKinds, runSchema, runStates } from "@/lib/shapes/runs/run";
import { amount, anywhere } from "../answers/columns";
import { fromCursor, toCursor } from "../answers/cursor";
import type { Context } from "../verbs/context";
import { limitInput, namespaceInput } from "../verbs/parse-input";
import { ofRoute, ofRouteInput } from "./run-input";
import { readRuns } from "./run-view";

export const listRunsInput = z.strictObject({
  state: z.array(z.enum(runStates)).optional(),
  kind: z.enum(runKinds).optional(),
  namespace: namespaceInput.optional(),
  /** Part of a run's ID, of a namespace's name or of who started it. */
  search: z.string().max(512).optional(),
  ...ofRouteInput,
  cursor: z.string().optional(),
  limit: limitInput,
});
export const listRunsAnswer = z.object({
  runs: z.array(runSchema),
  next: z.string().nullable(),
  /** Runs that match, over all pages. */
  matching: z.number(),
});

/** Conditions over `"Run" r`; its five values are `$first` and on. */
const conditions = (first: number) => `
  ($${first}::text[] IS NULL OR r."state" = ANY($${first}::text[]))
  AND ($${first + 1}::text IS NULL OR r."kind" = $${first + 1}::text)
  AND ($${first + 2}::text IS NULL OR $${first + 2}::text = ANY(r."namespaces"))
  AND ($${first + 3}::text IS NULL OR r."id" ILIKE $${first + 3}::text OR r."startedBy" ILIKE $${first + 3}::text
    OR EXISTS (SELECT 1 FROM unnest(r."namespaces") AS n(name) WHERE n.name ILIKE $${first + 3}::text))
  AND r."removing" IS NULL AND ${ofRoute("r", `$${first + 4}`)}`;

/** Runs, newest first, with their sums. `next` is the cursor of the following page, `null` on the last. */
export async function listRuns(ctx: Context, input: z.infer<typeof listRunsInput>) {
  const [at, id] = input.cursor ? fromCursor(z.tuple([z.iso.datetime(), z.string()]), input.cursor) : [null, null];
  const filters = [
    input.state?.length ? input.state : null,
    input.kind ?? null,
    input.namespace ?? null,
    input.search ? anywhere(input.search) : null,
    input.route ?? null,
  ];
  const runs = await readRuns(
    ctx.database,
    `WHERE ${conditions(2)} AND ($7::timestamptz IS NULL OR (r."createdAt", r."id") < ($7::timestamptz, $8::text))
     ORDER BY r."createdAt" DESC, r."id" DESC LIMIT $9::int`,
    [...filters, at, id, input.limit + 1],
  );
  const [counted] = await ctx.database.rows(
    z.object({ matching: amount }),
    `SELECT count(*)::float8 AS matching FROM "Run" r WHERE ${conditions(1)}`,
    filters,
  );
  const page = runs.slice(0, input.limit);
  const last = page.at(-1);
  return {
    runs: page,
    next: runs.length > page.length && last ? toCursor([last.createdAt, last.id]) : null,
    matching: counted?.matching ?? 0,
  };
}
