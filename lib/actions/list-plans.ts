import { z } from "zod";
import { planSchema } from "@/lib/shapes/plan";
import type { Context } from "./context";
import { fromCursor, toCursor } from "./cursor";
import { limitInput } from "./parse-input";
import { readPlans } from "./plan-view";

export const listPlansInput = z.strictObject({ cursor: z.string().optional(), limit: limitInput });
export const listPlansAnswer = z.object({ plans: z.array(planSchema), next: z.string().nullable() });

/** Plans, newest first. `next` is the cursor of the following page, `null` on the last. */
export async function listPlans(ctx: Context, input: z.infer<typeof listPlansInput>) {
  const [at, id] = input.cursor ? fromCursor(z.tuple([z.iso.datetime(), z.string()]), input.cursor) : [null, null];
  const plans = await readPlans(
    ctx.database,
    `WHERE $1::timestamptz IS NULL OR (p."createdAt", p."id") < ($1::timestamptz, $2::text)
     ORDER BY p."createdAt" DESC, p."id" DESC LIMIT $3::int`,
    [at, id, input.limit + 1],
  );
  const page = plans.slice(0, input.limit);
  const last = page.at(-1);
  return { plans: page, next: plans.length > page.length && last ? toCursor([last.createdAt, last.id]) : null };
}
