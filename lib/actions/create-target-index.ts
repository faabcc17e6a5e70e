import { z } from "zod";
import { attempt } from "./attempt";
import type { Context } from "./context";
import { unknownIndex } from "./service-words";

export const createTargetIndexInput = z.strictObject({});
export const createTargetIndexAnswer = z.object({
  index: z.string(),
  dimension: z.number(),
  metric: z.string(),
  outcome: z.enum(["created", "matched"]),
});

/** Creates the target index for the embedder's vectors when it is missing, with the source's metric. Throws an `OperatorError`. */
export async function createTargetIndex(
  ctx: Context,
  _input: z.infer<typeof createTargetIndexInput>,
): Promise<z.infer<typeof createTargetIndexAnswer>> {
  const { source, target } = ctx.config.pinecone;
  const shape = await attempt("source", () => ctx.source.inspect(source.index));
  if (!shape) throw unknownIndex(ctx, "source");
  const { dimension } = ctx.embedder.space;
  const outcome = await attempt("target", () =>
    ctx.target.ensureIndex({ name: target.index, dimension, metric: shape.metric }),
  );
  return { index: target.index, dimension, metric: shape.metric, outcome };
}
