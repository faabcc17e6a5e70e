import { knownModel } from "@/lib/embedders/gemini/models";
import type { PlanWarning } from "@/lib/shapes/plans/plan";
import type { IndexShape } from "@/lib/stores/contract";
import type { Context } from "../verbs/context";
import { setBy } from "../verbs/service-words";

/** `stop`: it can't work. `warn`: it works, and an operator should know. */
export type Remark = PlanWarning & { level: "stop" | "warn"; next: string };

/** What an index's kind means for a migration, from what its service says of it. */
export function remarksOnIndex(ctx: Context, side: "source" | "target", shape: IndexShape): Remark[] {
  const { space } = ctx.embedder;
  const remarks: Remark[] = [];
  if (shape.unfit) {
    const { words, next } = shape.unfit;
    return [{ level: "stop", code: "wrong-kind", words: `The ${side} can't be used: ${words}.`, next }];
  }
  if (shape.pods) {
    remarks.push({
      level: "stop",
      code: "pod-index",
      words: `The ${side} index ${shape.name} is a pod-based index: its IDs can't be listed, so its records can't be compared or migrated.`,
      next:
        side === "source"
          ? `Make a serverless index of it first (a backup or a collection of it, restored as serverless), and set ${setBy(ctx, side)} to that.`
          : `Set ${setBy(ctx, side)} to a serverless index.`,
    });
  }
  if (side === "source" && shape.dimension === null) {
    remarks.push({
      level: "warn",
      code: "sparse-source",
      words: `The source index ${shape.name} holds sparse vectors only: records with sparse values can be written only to a target with the dotproduct metric.`,
      next: "See what the dry run says of its records.",
    });
  }
  if (side === "target" && shape.embedsBy !== undefined && shape.embedsBy !== space.model) {
    remarks.push({
      level: "warn",
      code: "embeds-by-itself",
      words: `The target index ${shape.name} embeds texts itself with ${shape.embedsBy}: searches by text there would compare its vectors with those of ${space.model}, which have nothing in common.`,
      next: `Search it by vectors of ${space.model} only, or set ${setBy(ctx, side)} to an index without integrated embedding.`,
    });
  }
  if (side === "target" && shape.metric === "euclidean") {
    remarks.push({
      level: "warn",
      code: "metric",
      words: `The target index ${shape.name} compares by euclidean distance, where Portage would have made it with cosine: of vectors of length 1 the order of results is the same, their scores are not.`,
      next: "Check that what searches this index expects distances.",
    });
  }
  return remarks;
}

/** What isn't known of the embedder's model, or doesn't fit what is. */
export function remarksOnModel(ctx: Context): Remark[] {
  const { model, dimension } = ctx.embedder.space;
  if (ctx.embedder.limits.tokensPerText === null) {
    return [
      {
        level: "warn",
        code: "unknown-model",
        words: `It isn't known how many tokens ${model} reads of one text: nothing is cut here, and what is beyond its limit may be left out or refused by the service.`,
        next: `Check the model's name (${setBy(ctx, "model")}) and its limit.`,
      },
    ];
  }
  const known = knownModel(model);
  if (!known || (dimension >= known.dimensions.least && dimension <= known.dimensions.most)) return [];
  const { least, most } = known.dimensions;
  return [
    {
      level: "warn",
      code: "unusual-dimension",
      words: `${model} is known to make vectors of ${least} to ${most.toLocaleString("en-US")} numbers, not of ${dimension}.`,
      next: `Check ${setBy(ctx, "dimension")}.`,
    },
  ];
}
