import { z } from "zod";
import { OperatorError } from "@/lib/operator-error";
import { routeOf } from "@/lib/routes/route-now";
import type { Step } from "@/lib/shapes/runs/steps";
import type { Metric, Origin } from "@/lib/stores/contract";
import { forgetIndexState } from "../namespaces/index-states";
import { inspectSide, refreshInventory } from "../namespaces/inventory";
import { routedInput } from "../runs/run-input";
import { attempt } from "../verbs/attempt";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { unknownIndex } from "../verbs/service-words";
import { usedBy } from "../verbs/used-by";

export const createTargetInput = z.strictObject(routedInput);
export const createTargetAnswer = z.object({
  index: z.string(),
  dimension: z.number().int(),
  metric: z.string(),
  outcome: z.enum(["created", "matched"]),
});
type Options = {
  signal?: AbortSignal;
  /** What was agreed to be run for it, where a plan said so. */
  steps?: readonly Step[] | undefined;
};

/**
 * Creates the target index in the embedder's dimension, or in the shape of the source where vectors are copied, and waits until it is
 * ready; does nothing when it stands already in that shape.
 * Throws an `OperatorError` (`conflict`) when one of another shape stands there.
 */
export async function createTarget(asked: Context, input: z.infer<typeof createTargetInput>, options: Options = {}) {
  const ctx = await onRoute(asked, input.route);
  const { index } = routeOf(ctx).target;
  const { dimension, metric, origin } = await wantedShape(ctx, options);
  const outcome = await attempt(
    usedBy(ctx, "target"),
    () =>
      ctx.target.ensureIndex(
        { name: index, dimension, metric, origin, ...(options.steps && { steps: options.steps }) },
        options.signal && { signal: options.signal },
      ),
    options.signal,
  );
  forgetIndexState(ctx, "target");
  await refreshInventory(ctx).catch((error: unknown) =>
    ctx.log.warn({ error }, "The counts of the indexes could not be refreshed; the last ones stay."),
  );
  ctx.log.info({ index, dimension, outcome, actor: ctx.actor }, "The target index was asked for.");
  return { index, dimension, metric, outcome };
}

/** Vectors of one embedding model are compared by their direction; copied ones as they were in the source. */
async function wantedShape(
  ctx: Context,
  options: Options,
): Promise<{ dimension: number; metric: Metric; origin: Origin }> {
  const { source, embedder } = routeOf(ctx);
  const from = { kind: source.kind, index: source.index };
  const made = ctx.embedder.space;
  if (embedder !== null)
    return { dimension: made.dimension, metric: "cosine", origin: { ...from, account: "", model: made.model } };
  const shape = await inspectSide(ctx, "source", options);
  if (!shape) throw unknownIndex(ctx, "source");
  if (shape.dimension !== null)
    return { dimension: shape.dimension, metric: shape.metric, origin: { ...from, account: shape.account } };
  throw new OperatorError({
    kind: "usage",
    code: "no-dimension",
    what: `The source ${shape.name} doesn't say of which dimension its vectors are, so no target can be made for them.`,
    notLost: "Nothing was created.",
    next: "Create the target by hand, in the dimension of the vectors.",
  });
}
