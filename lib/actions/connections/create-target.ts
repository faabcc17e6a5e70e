import { z } from "zod";
import { refreshInventory } from "../namespaces/inventory";
import { forgetShore } from "../namespaces/shores";
import { attempt } from "../verbs/attempt";
import type { Context } from "../verbs/context";

export const createTargetInput = z.strictObject({});
export const createTargetAnswer = z.object({
  index: z.string(),
  dimension: z.number().int(),
  metric: z.string(),
  outcome: z.enum(["created", "matched"]),
});
type Options = { signal?: AbortSignal };

/** Vectors of one embedding model are compared by their direction. */
const metric = "cosine";

/**
 * Creates the target index in the embedder's dimension and waits until it is ready; does nothing when it stands already in that shape.
 * Throws an `OperatorError` (`conflict`) when one of another shape stands there.
 */
export async function createTarget(ctx: Context, _input: z.infer<typeof createTargetInput>, options: Options = {}) {
  const { index } = ctx.config.pinecone.target;
  const { dimension } = ctx.embedder.space;
  const outcome = await attempt(
    "target",
    () => ctx.target.ensureIndex({ name: index, dimension, metric }, options),
    options.signal,
  );
  forgetShore(ctx, "target");
  await refreshInventory(ctx).catch((error: unknown) =>
    ctx.log.warn({ error }, "The counts of the indexes could not be refreshed; the last ones stay."),
  );
  ctx.log.info({ index, dimension, outcome, actor: ctx.actor }, "The target index was asked for.");
  return { index, dimension, metric, outcome };
}
