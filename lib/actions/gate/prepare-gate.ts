import { z } from "zod";
import { type GateCounts, type GatePrices, gateCost, storedBytes } from "@/lib/gate/cost";
import type { GateInput, GivenQuestion, NamespacePair } from "@/lib/gate/sides";
import { OperatorError } from "@/lib/operator-error";
import { samePlace } from "@/lib/routes/conflicts";
import { renamingOf, writtenAs } from "@/lib/routes/namespaces";
import { readConnection } from "@/lib/routes/open-connection";
import { routeOf } from "@/lib/routes/route-now";
import { embedderRates } from "@/lib/routes/route-rates";
import { type GateSettings, questionSources } from "@/lib/shapes/cut-over/gate";
import type { GateCost } from "@/lib/shapes/cut-over/gate-cost";
import { setName } from "@/lib/shapes/cut-over/questions";
import { routeName } from "@/lib/shapes/routes/route";
import { readNamespaces } from "../namespaces/inventory";
import { questionInput } from "../questions/question-lines";
import { readSet } from "../questions/question-rows";
import { ceilingsInput } from "../runs/run-input";
import { askedSide, isCopied, openSides, type RouteSide } from "../search/route-sides";
import { embeddersInput } from "../search/search-route";
import type { Context } from "../verbs/context";
import { onPlan, onRoute } from "../verbs/on-route";
import { idInput, largestInteger, namespaceInput } from "../verbs/parse-input";
import { explainedIds } from "./explained-ids";

export const startGateInput = z.strictObject({
  route: routeName.optional(),
  /** A plan instead: its route and its namespaces. */
  plan: idInput.optional(),
  namespaces: z.array(namespaceInput).min(1).optional(),
  /** Left out: `file` where questions are given, `documents` where vectors were copied, `known-items` else. */
  queries: z.enum(questionSources).optional(),
  questions: z.array(questionInput).max(10_000).optional(),
  /** A set of questions instead. */
  set: setName.optional(),
  /** Lines of a file of questions that couldn't be read. */
  brokenLines: z.int().min(0).default(0),
  n: z.int().min(1).max(10_000).default(200),
  k: z.int().min(1).max(100).default(10),
  // Below and beyond these no answer could speak against a target: a verdict that can't be NO-GO is none.
  threshold: z.number().min(0.5).max(1).default(0.9),
  margin: z.number().min(0).max(0.2).default(0.02),
  /** A key of metadata: questions of each of its values are checked each for itself, too, from 30 on. */
  by: z.string().min(1).max(200).optional(),
  seed: z.int().min(0).max(largestInteger).default(1),
  /** Refused where it would go beyond one, and ended as INCONCLUSIVE where it does; left out: as the configuration says, `null`: none. */
  maxUsd: ceilingsInput.maxUsd,
  maxTexts: ceilingsInput.maxTexts,
  maxEgress: ceilingsInput.maxEgress,
  ...embeddersInput,
});
export type GateAsked = z.infer<typeof startGateInput>;

/** All that a gate works with, and what it is going to cost: nothing was asked yet but for shapes and counts. */
export type PreparedGate = {
  ctx: Context;
  gate: GateInput;
  /** As they are kept. */
  settings: GateSettings;
  cost: GateCost;
  prices: GatePrices;
  sides: { source: RouteSide; target: RouteSide };
};

/** @throws OperatorError `unknown-index`, `cant-search`, `route-not-found`, `plan-not-found`, `source-is-target` */
export async function prepareGate(context: Context, input: GateAsked, signal?: AbortSignal): Promise<PreparedGate> {
  const ctx = await contextOf(context, input);
  const questions = await questionsOf(ctx, input);
  const route = routeOf(ctx);
  const sides = await openSides(ctx, input, signal);
  const copied = isCopied(route);
  const settings: GateSettings = {
    queries: input.queries ?? (questions ? "file" : copied ? "documents" : "known-items"),
    ...{ n: questions?.length ?? input.n, k: input.k, threshold: input.threshold },
    ...{ seed: input.seed, margin: input.margin },
    ...(input.by !== undefined && { by: input.by }),
  };
  if (samePlace(sides.source.shape, sides.target.shape)) throw sameSides(sides.target.shape.name);
  const placeOf = ({ shape }: RouteSide) => ({ index: shape.name, account: shape.account });
  const places = { source: placeOf(sides.source), target: placeOf(sides.target) };
  const { pairs, chosen, counts } = await namespacesOf(ctx, input, signal);
  for (const name of ["source", "target"] as const) {
    const { meter, shape } = sides[name];
    meter.sizeOf = (namespace) => storedBytes(counts[name].get(namespace) ?? 0, shape.dimension);
  }
  const gate: GateInput = {
    source: askedSide(sides.source),
    target: askedSide(sides.target),
    copied,
    namespaces: pairs,
    owned: [...route.owned, ...(route.modelKey === null ? [] : [route.modelKey])],
    text: { textKey: "text", text: route.text },
    ...{ settings, given: questions?.map(asGiven) ?? [], brokenLines: input.brokenLines },
    explained: (namespace, ids) => explainedIds(ctx.database, places, namespace, ids),
  };
  const prices = await pricesOf(ctx, input);
  const { listsPerSecond, fetchesPerSecond } = {
    listsPerSecond: ctx.config.pinecone.perSecond.lists,
    fetchesPerSecond: ctx.config.pinecone.perSecond.fetches,
  };
  const cost = gateCost(gate, counts, prices, { listsPerSecond, fetchesPerSecond });
  const { sourceEmbedder, targetEmbedder } = input;
  return {
    ...{ ctx, gate, cost, prices, sides },
    settings: {
      ...{ ...settings, namespaces: chosen, cost },
      ...(input.set !== undefined && { set: input.set }),
      ...(sourceEmbedder !== undefined && { sourceEmbedder }),
      ...(targetEmbedder !== undefined && { targetEmbedder }),
    },
  };
}

/** Those that were given, or those of the set. @throws OperatorError `question-set-not-found` */
async function questionsOf(ctx: Context, { questions, set }: GateAsked) {
  return set === undefined ? questions : z.array(questionInput).parse((await readSet(ctx, set)).questions);
}

/** What each side takes for being read, and the model that makes its questions. */
async function pricesOf(ctx: Context, { sourceEmbedder, targetEmbedder }: GateAsked): Promise<GatePrices> {
  const { prices } = ctx.config;
  const tokens = async (name: string | undefined) => {
    const rates = name === undefined ? null : embedderRates(await readConnection(ctx, name));
    return rates?.usdPerMillionTokens ?? prices.perMillionTokens;
  };
  return {
    source: {
      ...{ perMillionReadUnits: prices.perMillionReadUnits, perGbEgress: prices.perGbEgress },
      perMillionTokens: await tokens(sourceEmbedder ?? targetEmbedder),
    },
    target: {
      ...{ perMillionReadUnits: prices.perMillionTargetReadUnits, perGbEgress: prices.perGbTargetEgress },
      perMillionTokens: await tokens(targetEmbedder),
    },
  };
}

async function contextOf(context: Context, { route, plan }: GateAsked): Promise<Context> {
  if (plan === undefined) return onRoute(context, route);
  const found = await context.database.prisma.plan.findUnique({ where: { id: plan }, select: { kind: true } });
  if (found?.kind === "clearance")
    throw new OperatorError({
      kind: "usage",
      code: "not-a-move",
      what: `${plan} is about levels of documents: it moves no vectors, so there is nothing to check.`,
      notLost: "Nothing was asked.",
      next: "Name a route, or a plan that migrates or mirrors.",
    });
  if (found) return onPlan(context, plan);
  throw new OperatorError({
    kind: "not-found",
    code: "plan-not-found",
    what: `There is no plan ${JSON.stringify(plan)}.`,
    notLost: "Nothing was asked.",
    next: "See `portage plan list`, or name a route.",
  });
}

/** The namespaces that are checked: those that were named, those of the plan, or all of the source. */
async function namespacesOf(
  ctx: Context,
  { namespaces, plan }: GateAsked,
  signal?: AbortSignal,
): Promise<{ pairs: NamespacePair[]; chosen: string[] | null; counts: GateCounts }> {
  const rule = renamingOf(routeOf(ctx).namespaces);
  const planned =
    plan === undefined
      ? undefined
      : (await ctx.database.prisma.plan.findUnique({ where: { id: plan }, select: { namespaces: true } }))?.namespaces;
  const options = signal ? { signal } : {};
  const [found, there] = await Promise.all([
    readNamespaces(ctx, "source", options),
    readNamespaces(ctx, "target", options),
  ]);
  const valuesOf = (of: typeof found) => new Map([...of].map(([name, { value }]) => [name, value]));
  const names = namespaces ?? planned ?? [...found].filter(([, { value }]) => value > 0).map(([name]) => name);
  const pairs = names.map((source) => ({ source, target: writtenAs(source, rule) }));
  const counts = { source: valuesOf(found), target: valuesOf(there) };
  return { pairs, chosen: namespaces ?? planned ?? null, counts };
}

export function asGiven(question: z.output<typeof questionInput>): GivenQuestion {
  const { namespace, text, vector, record, filter, expected } = question;
  return { namespace, text, vector, record, filter, expected };
}

const sameSides = (name: string): OperatorError =>
  new OperatorError({
    kind: "usage",
    code: "source-is-target",
    what: `Both ends of the route are ${name}: it would be held against itself.`,
    notLost: "Nothing was asked and nothing was changed.",
    next: "Check a route that leads to another collection.",
  });
