import { z } from "zod";
import { stateNow } from "@/lib/runs/plans/plan-standing";
import { planKinds, planSchema, planStates } from "@/lib/shapes/plans/plan";
import { amount, anywhere } from "../answers/columns";
import { fromCursor, toCursor } from "../answers/cursor";
import { ofRoute, ofRouteInput } from "../runs/run-input";
import type { Context } from "../verbs/context";
import { limitInput, namespaceInput } from "../verbs/parse-input";
import { readPlans } from "./plan-view";

export const listPlansInput = z.strictObject({
  kind: z.enum(planKinds).optional(),
  state: z.array(z.enum(planStates)).optional(),
  /** Plans over this namespace, alone or among others. */
  namespace: namespaceInput.optional(),
  /** Part of a plan's ID, of a namespace's name or of who made it. */
  search: z.string().max(512).optional(),
  /** So many of each plan's namespaces, which may be thousands, are named; all of them without it. */
  names: z.int().min(0).max(1000).optional(),
  ...ofRouteInput,
  cursor: z.string().optional(),
  limit: limitInput,
});
export const listPlansAnswer = z.object({
  plans: z.array(planSchema),
  next: z.string().nullable(),
  /** Plans that match, over all pages. */
  matching: z.number(),
});

/** Conditions over `"Plan" p`; its five values are `$1` and on. The namespaces are looked up in their index. */
const conditions = `($1::text IS NULL OR p."kind" = $1::text) AND ($2::text[] IS NULL OR ${stateNow} = ANY($2::text[]))
  AND ($3::text[] IS NULL OR p."namespaces" @> $3::text[])
  AND ($4::text IS NULL OR p."id" ILIKE $4::text OR p."createdBy" ILIKE $4::text
    OR EXISTS (SELECT 1 FROM unnest(p."namespaces") AS n(name) WHERE n.name ILIKE $4::text))
  AND ${ofRoute("p", "$5")}`;

/** Plans, newest first. `next` is the cursor of the following page, `null` on the last. */
export async function listPlans(ctx: Context, input: z.infer<typeof listPlansInput>) {
  const [at, id] = input.cursor ? fromCursor(z.tuple([z.iso.datetime(), z.string()]), input.cursor) : [null, null];
  const filters = [
    input.kind ?? null,
    input.state?.length ? input.state : null,
    input.namespace === undefined ? null : [input.namespace],
    input.search ? anywhere(input.search) : null,
    input.route ?? null,
  ];
  const plans = await readPlans(
    ctx.database,
    `WHERE ${conditions} AND ($6::timestamptz IS NULL OR (p."createdAt", p."id") < ($6::timestamptz, $7::text))
     ORDER BY p."createdAt" DESC, p."id" DESC LIMIT $8::int`,
    [...filters, at, id, input.limit + 1],
    input.names,
  );
  const [counted] = await ctx.database.rows(
    z.object({ matching: amount }),
    `SELECT count(*)::float8 AS matching FROM "Plan" p WHERE p."removing" IS NULL AND ${conditions}`,
    filters,
  );
  const page = plans.slice(0, input.limit);
  const last = page.at(-1);
  return {
    plans: page,
    next: plans.length > page.length && last ? toCursor([last.createdAt, last.id]) : null,
    matching: counted?.matching ?? 0,
  };
}
