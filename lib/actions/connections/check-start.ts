import { isServiceFailure } from "@/lib/failures";
import { OperatorError } from "@/lib/operator-error";
import { meeting, renamingOf } from "@/lib/routes/namespaces";
import { routeOf } from "@/lib/routes/route-now";
import type { Ends } from "@/lib/runs/lifecycle/settings";
import { endOf } from "@/lib/runs/lifecycle/world";
import type { PlanWarning } from "@/lib/shapes/plans/plan";
import { defaultRoute } from "@/lib/shapes/routes/route";
import type { RunSettings } from "@/lib/shapes/runs/run";
import type { Step } from "@/lib/shapes/runs/steps";
import type { IndexShape } from "@/lib/stores/contract";
import { attempt } from "../verbs/attempt";
import type { Context } from "../verbs/context";
import { missingTargetNext } from "../verbs/missing-target";
import { asOperatorError, setBy, unknownIndex } from "../verbs/service-words";
import { usedBy } from "../verbs/used-by";
import { createTarget } from "./create-target";
import { type Remark, remarksOnIndex, remarksOnModel } from "./index-remarks";
import { refuseFields } from "./refused-fields";
import { refuseNamespaces } from "./refused-namespaces";
import { everyNamespace, namedNamespaces } from "./start-namespaces";

/** What a run may begin with: names in the order asked for, and the records to expect in each from statistics. */
export type Checked = {
  namespaces: string[];
  expected: Map<string, number>;
  /** Both indexes as they were found: what a run is made for. The target where it was looked at. */
  ends: Ends;
  /** What an operator should know before anything is confirmed. */
  warnings: PlanWarning[];
};

const unspent = "Nothing was started and nothing was spent.";

type Needs = {
  target: boolean;
  embedder: boolean;
  /** What becomes of a saved route's target that isn't there: a plan leaves it for later, a start makes it. Left out: it is an error. */
  missing?: "later" | "now";
  /** What was agreed to be run to make it. */
  steps?: readonly Step[] | undefined;
};

/**
 * Everything that can be known to go wrong is found here, before anything is spent: keys, indexes, dimensions, namespaces.
 * @throws OperatorError naming the first thing that is wrong
 */
export async function checkStart(ctx: Context, chosen: string[] | "all", needs: Needs): Promise<Checked> {
  const { source, target } = routeOf(ctx);
  const shape = await attempt(usedBy(ctx, "source"), () => ctx.source.inspect(source.index));
  if (!shape) throw unknownIndex(ctx, "source");
  const copies = routeOf(ctx).embedder === null;
  refuseUnfit(remarksOnIndex(ctx, "source", shape));
  const standing = needs.target ? await checkTargetShape(ctx, target.index, copies ? shape : null, needs) : null;
  if (standing) refuseOne(ctx, shape, standing);
  if (standing) await refuseFields(ctx, standing);
  const remarks = remarksOnIndex(ctx, "source", shape);
  if (standing && !copies) {
    remarks.push(...remarksOnIndex(ctx, "target", standing));
    remarks.push(...remarksOnModel(ctx));
  }
  refuseUnfit(remarks);
  const checked = chosen === "all" ? await everyNamespace(ctx) : await namedNamespaces(ctx, chosen);
  refuseMeeting(checked.namespaces, renamingOf(routeOf(ctx).namespaces));
  if (standing) await refuseNamespaces(ctx, checked.namespaces);
  if (needs.embedder && !copies) await checkKey(ctx);
  return {
    ...checked,
    ends: { source: endOf(shape), target: standing && endOf(standing) },
    warnings: [
      ...(needs.target && standing === null ? [toBeMade(target.index, madeAs(ctx, copies ? shape : null))] : []),
      ...remarks.map(({ code, words, next }) => ({ code, words: `${words} ${next}` })),
    ],
  };
}

/** The target isn't there when a plan is made. */
export const toBeMadeCode = "target-missing";

const toBeMade = (index: string, as: string) => ({
  code: toBeMadeCode,
  words: `The target ${index === "" ? "" : `${index} `}doesn't exist yet: it is created when the plan is applied${as}.`,
});

/** As `wantedShape` of `create-target.ts` makes it. */
function madeAs({ embedder }: Context, copied: IndexShape | null): string {
  const { dimension, metric } = copied ?? { dimension: embedder.space.dimension, metric: "cosine" };
  return dimension === null ? "" : `, with ${dimension.toLocaleString("en-US")} dimensions, ${metric}`;
}

/** Two namespaces that would be written into one: records of the same ID would take each other's place. */
function refuseMeeting(namespaces: readonly string[], rule: RunSettings["namespaces"]): void {
  const found = meeting(namespaces, rule);
  if (found === null) return;
  const names = found.names.slice(0, 5).map((name) => JSON.stringify(name === "" ? "__default__" : name));
  throw new OperatorError({
    kind: "usage",
    code: "namespaces-meet",
    what: `${names.join(" and ")} would be written into one namespace, ${JSON.stringify(found.into)}: records of the same ID would take each other's place.`,
    notLost: unspent,
    next: "Choose one of them at a time, each with a route of its own, or change the route's namespaces.",
  });
}

function refuseUnfit(remarks: readonly Remark[]): void {
  const stop = remarks.find((remark) => remark.level === "stop");
  if (!stop) return;
  throw new OperatorError({ kind: "usage", code: stop.code, what: stop.words, notLost: unspent, next: stop.next });
}

/** Two keys may open one project: the configuration alone can't tell then that source and target are one index. */
function refuseOne(ctx: Context, source: IndexShape, target: IndexShape): void {
  // A table's rows get vectors of their own texts, and nothing else of them is written.
  if (ctx.target.can.fills && routeOf(ctx).embedder !== null) return;
  const byAddress = source.address !== undefined && source.address === target.address;
  const byAccount =
    routeOf(ctx).name !== defaultRoute && source.account === target.account && source.name === target.name;
  if (!byAddress && !byAccount) return;
  throw new OperatorError({
    kind: "usage",
    code: "source-is-target",
    what: `Source and target are the same index, ${source.name}: both keys open the same project.`,
    notLost: unspent,
    next: byAccount
      ? "Give the route another target."
      : "Set PINECONE_OLD_INDEX and PINECONE_NEW_INDEX to two different indexes, or PINECONE_TARGET_API_KEY to another project's key.",
  });
}

/** @param copied the source's index, where vectors are copied: the target must take them as they are */
async function checkTargetShape(
  ctx: Context,
  index: string,
  copied: IndexShape | null,
  { missing, steps }: Needs,
): Promise<IndexShape | null> {
  const { dimension, model } = copied
    ? { dimension: copied.dimension, model: `vectors of ${copied.name}` }
    : ctx.embedder.space;
  let shape = await attempt(usedBy(ctx, "target"), () => ctx.target.inspect(index));
  if (!shape && missing !== undefined && routeOf(ctx).name !== defaultRoute) {
    if (missing === "later") return null;
    await createTarget(ctx, {}, { steps });
    shape = await attempt(usedBy(ctx, "target"), () => ctx.target.inspect(index));
  }
  if (!shape && routeOf(ctx).name !== defaultRoute) throw nothingMigrated(ctx, index);
  if (!shape) {
    throw new OperatorError({
      kind: "usage",
      code: "target-index-missing",
      what: `The target index ${index} doesn't exist yet.`,
      notLost: unspent,
      next: missingTargetNext(ctx, { dimension, metric: copied?.metric ?? "cosine" }),
    });
  }
  if (shape.unfit) refuseUnfit(remarksOnIndex(ctx, "target", shape));
  if (shape.dimension !== dimension) {
    const takes = `The target index ${index} takes vectors of dimension ${shape.dimension ?? "none (sparse)"}`;
    throw new OperatorError({
      kind: "usage",
      code: "dimension-mismatch",
      what: copied
        ? `${takes}, but the source's ${copied.name} has dimension ${dimension ?? "none (sparse)"}: they can't be copied.`
        : `${takes}, but ${model} is set to make ${dimension}.`,
      notLost: unspent,
      next: copied
        ? `Set ${setBy(ctx, "target")} to an index of dimension ${dimension ?? "none"}, or embed the texts again.`
        : `Set ${setBy(ctx, "dimension")} to ${shape.dimension ?? "the index's dimension"}, or ${setBy(ctx, "target")} to an index of dimension ${dimension}.`,
    });
  }
  if (copied && shape.metric !== copied.metric) {
    throw new OperatorError({
      kind: "usage",
      code: "metric-mismatch",
      what: `The target index ${index} compares by ${shape.metric}, the source's ${copied.name} by ${copied.metric}: the same vectors would be ranked differently.`,
      notLost: unspent,
      next: `Set ${setBy(ctx, "target")} to an index with the ${copied.metric} metric.`,
    });
  }
  if (!shape.ready) {
    throw new OperatorError({
      kind: "usage",
      code: "target-index-not-ready",
      what: `The target index ${index} isn't ready yet.`,
      notLost: unspent,
      next: "Try again in a minute.",
    });
  }
  return shape;
}

/** A saved route makes its target as it migrates: until then there is nothing to look at. */
const nothingMigrated = (ctx: Context, index: string): OperatorError =>
  new OperatorError({
    kind: "usage",
    code: "nothing-migrated-yet",
    what: `The target index ${index} doesn't exist yet: nothing was migrated along this route.`,
    notLost: unspent,
    next: missingTargetNext(ctx),
  });

/** Asks the embedder for something that is free: a wrong key shows before anything is spent. */
async function checkKey(ctx: Context): Promise<void> {
  try {
    await ctx.embedder.countTokens("key");
  } catch (error) {
    if (isServiceFailure(error) && error.code === "auth") throw asOperatorError(error, usedBy(ctx, "embedder"));
  }
}
