import { z } from "zod";
import { OperatorError } from "@/lib/operator-error";
import { routeOf } from "@/lib/routes/route-now";
import type { Coverage } from "@/lib/shapes/routes/fill";
import { routeName } from "@/lib/shapes/routes/route";
import { attempt } from "../verbs/attempt";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { usedBy } from "../verbs/used-by";
import type { VerbOptions } from "../verbs/verb";

export const showCoverageInput = z.strictObject({ name: routeName });

/** How far the rows of a route's target have vectors. Throws an `OperatorError` (`no-coverage`) for a store without rows that have none. */
export async function showCoverage(
  asked: Context,
  { name }: z.infer<typeof showCoverageInput>,
  { signal }: VerbOptions = {},
): Promise<Coverage> {
  const ctx = await onRoute(asked, name);
  const { connection, index } = routeOf(ctx).target;
  const { coverage } = ctx.target;
  if (!coverage)
    throw new OperatorError({
      kind: "usage",
      code: "no-coverage",
      what: `The route ${name} leads to ${ctx.target.service}, where each record has its vector.`,
      notLost: "Nothing was read or changed.",
      next: "See `portage namespaces` for its counts.",
    });
  const found = await attempt(usedBy(ctx, "target"), () => coverage(index, signal ? { signal } : {}), signal);
  return { connection, collection: index, ...found };
}
