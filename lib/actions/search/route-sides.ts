import type { Embedder } from "@/lib/embedders/contract";
import { ReadMeter } from "@/lib/gate/read-meter";
import type { GateSide } from "@/lib/gate/sides";
import { OperatorError } from "@/lib/operator-error";
import { openEmbedderOf, readConnection } from "@/lib/routes/open-connection";
import { type RouteNow, routeOf } from "@/lib/routes/route-now";
import { addEgress } from "@/lib/runs/lifecycle/egress-rows";
import { readSpaces } from "@/lib/runs/lifecycle/vector-spaces";
import type { IndexShape, VectorSource } from "@/lib/stores/contract";
import { inspectSide } from "../namespaces/inventory";
import type { Context } from "../verbs/context";
import { unknownIndex } from "../verbs/service-words";

export type SideName = "source" | "target";

/** What makes vectors of questions to a side, or why nothing does. `by`: which connection it is, as it stands. */
export type Asking = { embedder: Embedder; by: string } | { why: string; next: string };

/** One end of a route as it can be searched. */
export type RouteSide = { name: SideName; store: VectorSource; shape: IndexShape; asking: Asking; meter: ReadMeter };

/** Connections of embedders by which questions are made, where the route doesn't say. */
export type NamedEmbedders = { sourceEmbedder?: string | undefined; targetEmbedder?: string | undefined };

/** Whether both sides hold vectors of one model: those of the target were copied. */
export const isCopied = (route: RouteNow): boolean => route.embedder === null;

/**
 * Both ends of the context's route. A side is only ever asked with vectors of its own model: the route names the target's; the source's is named by
 * whoever asks.
 * @throws OperatorError `unknown-index`, `cant-search`
 */
export async function openSides(
  ctx: Context,
  named: NamedEmbedders,
  signal?: AbortSignal,
): Promise<{ source: RouteSide; target: RouteSide }> {
  const route = routeOf(ctx);
  const open = async (name: SideName): Promise<RouteSide> => {
    const shape = await inspectSide(ctx, name, signal ? { signal } : {});
    if (!shape) throw unknownIndex(ctx, name);
    const { query, service } = ctx[name];
    if (!query) throw cantSearch(service);
    const meter = new ReadMeter();
    const store: VectorSource = meter.over(ctx[name]);
    return { name, store, shape, meter, asking: fitting(await askingOf(ctx, route, name, named), shape) };
  };
  const [source, target] = await Promise.all([open("source"), open("target")]);
  const ownModel = async (side: RouteSide): Promise<RouteSide> => ({ ...side, asking: await byItsOwnModel(ctx, side) });
  return { source: await ownModel(source), target: await ownModel(target) };
}

/** The side as gate and canary ask it. */
export const askedSide = ({ store, shape, asking }: RouteSide): GateSide =>
  "embedder" in asking
    ? { store, shape, embedder: asking.embedder }
    : { store, shape, embedder: null, why: `${asking.why} ${asking.next}` };

/** Adds what was read of both sides, as far as it is billed, to the month's egress. */
export async function noteReads({ database }: Context, sides: { source: RouteSide; target: RouteSide }): Promise<void> {
  await addEgress(database, sides.source.meter.take() + sides.target.meter.take());
}

async function askingOf(ctx: Context, route: RouteNow, name: SideName, named: NamedEmbedders): Promise<Asking> {
  const given = named[`${name}Embedder`];
  // Copied vectors are of one model on both sides.
  const shared = isCopied(route) ? (named.sourceEmbedder ?? named.targetEmbedder) : undefined;
  const chosen = given ?? shared;
  if (chosen !== undefined) {
    const opened = await readConnection(ctx, chosen);
    return { embedder: openEmbedderOf(ctx.config, opened), by: `${opened.name}@${opened.revision}` };
  }
  if (name === "target" && !isCopied(route))
    return { embedder: ctx.embedder, by: `route ${route.name}@${route.revision}` };
  return {
    why: `Which model made the vectors of ${route[name].index} isn't known to the route.`,
    next: `Name the connection of its embedder (--${name}-embedder), or ask by records.`,
  };
}

function fitting(asking: Asking, { name, dimension }: IndexShape): Asking {
  if (!("embedder" in asking) || dimension === null || asking.embedder.space.dimension === dimension) return asking;
  const { model, dimension: made } = asking.embedder.space;
  return {
    why: `${model} makes vectors of ${made.toLocaleString("en-US")} numbers, and ${name} holds vectors of ${dimension.toLocaleString("en-US")}.`,
    next: "Name the connection of the model that made them.",
  };
}

/** Vectors that Portage wrote itself it knows the model of: another one's question finds noise. */
async function byItsOwnModel(ctx: Context, { shape, asking }: RouteSide): Promise<Asking> {
  if (!("embedder" in asking)) return asking;
  const held = await readSpaces(ctx.database, { index: shape.name, account: shape.account });
  const models = [...new Set(held.map(({ model }) => model))];
  const { model } = asking.embedder.space;
  // Copied vectors are noted under what was copied.
  if (models.length === 0 || models.includes(model) || models.some((one) => one.startsWith("vectors of ")))
    return asking;
  return {
    why: `${shape.name} holds vectors of ${models.join(" and ")}, and the question would be one of ${model}.`,
    next: "Name the connection of the model that made them.",
  };
}

const cantSearch = (service: string) =>
  new OperatorError({
    kind: "usage",
    code: "cant-search",
    what: `${service} can't be searched by Portage.`,
    notLost: "Nothing was asked and nothing was changed.",
    next: "Choose a route between stores that can.",
  });
