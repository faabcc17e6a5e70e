import { OperatorError } from "@/lib/operator-error";
import { routeOf } from "@/lib/routes/route-now";
import type { IndexShape } from "@/lib/stores/contract";
import { attempt } from "../verbs/attempt";
import type { Context } from "../verbs/context";
import { usedBy } from "../verbs/used-by";

/**
 * Refuses a standing index that lacks a field which the route names: it may have been made again since the route was saved.
 * @throws OperatorError `fields-differ`
 */
export async function refuseFields(ctx: Context, { name, dimension, metric }: IndexShape): Promise<void> {
  const { target } = ctx;
  if (routeOf(ctx).targetFields === undefined || !target.fieldsOf || dimension === null) return;
  const shown = await attempt(usedBy(ctx, "target"), async () => target.fieldsOf?.({ name, dimension, metric }));
  if (!shown || shown.stops.length === 0) return;
  throw new OperatorError({
    kind: "usage",
    code: "fields-differ",
    what: `${name} can't be written as the route says: ${shown.stops.join("; ")}.`,
    notLost: "Nothing was started and nothing was spent.",
    next: "Its fields can't be changed: name in the route those that it has, or choose another index.",
  });
}
