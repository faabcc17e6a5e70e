import { z } from "zod";
import { isServiceFailure } from "@/lib/failures";
import { runGate } from "@/lib/gate/run-gate";
import type { GateInput, GivenQuestion, NamespacePair } from "@/lib/gate/sides";
import { isOperatorError, OperatorError } from "@/lib/operator-error";
import { samePlace } from "@/lib/routes/conflicts";
import { renamingOf, writtenAs } from "@/lib/routes/namespaces";
import { routeOf } from "@/lib/routes/route-now";
import { newIdentifier } from "@/lib/runs/lifecycle/identifiers";
import { type GateDetail, type GateResult, type GateSettings, questionSources } from "@/lib/shapes/cut-over/gate";
import { routeName } from "@/lib/shapes/routes/route";
import { readNamespaces } from "../namespaces/inventory";
import { isCopied, openSides } from "../search/route-sides";
import { embeddersInput, filterInput } from "../search/search-route";
import type { Context } from "../verbs/context";
import { onPlan, onRoute } from "../verbs/on-route";
import { idInput, largestInteger, namespaceInput } from "../verbs/parse-input";
import type { VerbOptions } from "../verbs/verb";
import { explainedIds } from "./explained-ids";
import { readGate } from "./gate-rows";

const questionInput = z
  .strictObject({
    text: z.string().trim().min(1).max(8000).optional(),
    vector: z.array(z.number()).min(1).max(100_000).optional(),
    namespace: namespaceInput.default(""),
    filter: filterInput.optional(),
    /** IDs that should be found. */
    expected: z.array(z.string().min(1)).max(1000).optional(),
  })
  .refine(({ text, vector }) => (text === undefined) !== (vector === undefined), "give text or vector");

export const startGateInput = z.strictObject({
  route: routeName.optional(),
  /** A plan instead: its route and its namespaces. */
  plan: idInput.optional(),
  namespaces: z.array(namespaceInput).min(1).optional(),
  /** Left out: `file` where questions are given, `documents` where vectors were copied, `known-items` else. */
  queries: z.enum(questionSources).optional(),
  questions: z.array(questionInput).max(10_000).optional(),
  /** Lines of a file of questions that couldn't be read. */
  brokenLines: z.int().min(0).default(0),
  n: z.int().min(1).max(10_000).default(200),
  k: z.int().min(1).max(100).default(10),
  // Below and beyond these no answer could speak against a target: a verdict that can't be NO-GO is none.
  threshold: z.number().min(0.5).max(1).default(0.9),
  margin: z.number().min(0).max(0.2).default(0.02),
  seed: z.int().min(0).max(largestInteger).default(1),
  ...embeddersInput,
});
type Start = z.infer<typeof startGateInput>;

/** How often a gate says that it is at work. Milliseconds; see `silentFor`. */
const beatEvery = 10_000;

/**
 * Begins to judge a route and answers at once: {@link showGate} tells when the verdict is there. Both sides are only read. Until it is finished, and
 * for ever if its process ends before, the verdict is INCONCLUSIVE.
 * @throws OperatorError `unknown-index`, `cant-search`, `route-not-found`, `plan-not-found`
 */
export async function startGate(context: Context, input: Start, { signal }: VerbOptions = {}): Promise<GateDetail> {
  const ctx = await contextOf(context, input);
  const route = routeOf(ctx);
  const sides = await openSides(ctx, input, signal);
  const embedderOf = ({ asking }: typeof sides.source) => ("embedder" in asking ? asking.embedder : null);
  const copied = isCopied(route);
  const settings: GateSettings = {
    queries: input.queries ?? (input.questions ? "file" : copied ? "documents" : "known-items"),
    ...{ n: input.questions?.length ?? input.n, k: input.k, threshold: input.threshold },
    ...{ seed: input.seed, margin: input.margin },
  };
  if (samePlace(sides.source.shape, sides.target.shape)) throw sameSides(sides.target.shape.name);
  const placeOf = ({ shape }: typeof sides.source) => ({ index: shape.name, account: shape.account });
  const places = { source: placeOf(sides.source), target: placeOf(sides.target) };
  const id = newIdentifier("gate");
  const judgedNamespaces = await namespacesOf(ctx, input, signal);
  const gate: GateInput = {
    source: { ...sides.source, embedder: embedderOf(sides.source) },
    target: { ...sides.target, embedder: embedderOf(sides.target) },
    copied,
    namespaces: judgedNamespaces.pairs,
    owned: [...route.owned, ...(route.modelKey === null ? [] : [route.modelKey])],
    text: { textKey: "text", text: route.text },
    ...{ settings, given: input.questions?.map(asGiven) ?? [], brokenLines: input.brokenLines },
    explained: (namespace, ids) => explainedIds(ctx.database, places, namespace, ids),
  };
  const ends = {
    source: { ...route.source, account: places.source.account },
    target: { ...route.target, account: places.target.account },
    model: route.embedder?.model ?? null,
  };
  const { sourceEmbedder, targetEmbedder } = input;
  const kept: GateSettings = {
    ...{ ...settings, namespaces: judgedNamespaces.chosen },
    ...(sourceEmbedder !== undefined && { sourceEmbedder }),
    ...(targetEmbedder !== undefined && { targetEmbedder }),
  };
  await ctx.database.run(
    `INSERT INTO "Gate" ("id", "routeName", "routeRevision", "planId", "ends", "words", "settings", "startedBy")
     VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7::jsonb, $8)`,
    [
      id,
      route.name,
      route.revision,
      input.plan ?? null,
      JSON.stringify(ends),
      unfinished,
      JSON.stringify(kept),
      ctx.actor,
    ],
  );
  void judgeBehind(ctx, id, gate);
  return readGate(ctx, id);
}

const unfinished = "It was not finished.";

async function contextOf(context: Context, { route, plan }: Start): Promise<Context> {
  if (plan === undefined) return onRoute(context, route);
  const found = await context.database.prisma.plan.findUnique({ where: { id: plan }, select: { kind: true } });
  if (found?.kind === "clearance")
    throw new OperatorError({
      kind: "usage",
      code: "not-a-move",
      what: `${plan} is about levels of documents: it moves no vectors, so there is nothing to judge.`,
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

/** The namespaces that are judged: those that were named, those of the plan, or all of the source. */
async function namespacesOf(
  ctx: Context,
  { namespaces, plan }: Start,
  signal?: AbortSignal,
): Promise<{ pairs: NamespacePair[]; chosen: string[] | null }> {
  const rule = renamingOf(routeOf(ctx).namespaces);
  const planned =
    plan === undefined
      ? undefined
      : (await ctx.database.prisma.plan.findUnique({ where: { id: plan }, select: { namespaces: true } }))?.namespaces;
  const found = await readNamespaces(ctx, "source", signal ? { signal } : {});
  const names = namespaces ?? planned ?? [...found].filter(([, { value }]) => value > 0).map(([name]) => name);
  const pairs = names.map((source) => ({ source, target: writtenAs(source, rule) }));
  return { pairs, chosen: namespaces ?? planned ?? null };
}

function asGiven({ namespace, text, vector, filter, expected }: z.infer<typeof questionInput>): GivenQuestion {
  return { namespace, text, vector, filter, expected };
}

/** Works after the answer was given; whatever goes wrong is written down as the reason of an INCONCLUSIVE verdict. */
async function judgeBehind({ database, log }: Context, id: string, gate: GateInput): Promise<void> {
  const beat = setInterval(() => {
    database.run(`UPDATE "Gate" SET "beatAt" = clock_timestamp() WHERE "id" = $1`, [id]).catch(() => {});
  }, beatEvery);
  beat.unref();
  try {
    const { result, questions } = await runGate(gate);
    await database.run(
      `UPDATE "Gate" SET "verdict" = $2, "words" = $3, "result" = $4::jsonb, "questions" = $5::jsonb, "endedAt" = clock_timestamp() WHERE "id" = $1`,
      [id, result.verdict, wordsOf(result), storable(result), storable(questions)],
    );
  } catch (error) {
    const words = isOperatorError(error)
      ? error.what
      : isServiceFailure(error)
        ? error.message
        : "Portage itself failed; the log holds why.";
    log.error({ error, gate: id }, "a gate was not finished");
    await database
      .run(`UPDATE "Gate" SET "words" = $2, "endedAt" = clock_timestamp() WHERE "id" = $1`, [
        id,
        `${unfinished} ${words}`,
      ])
      .catch(() => {});
  } finally {
    clearInterval(beat);
  }
}

const sameSides = (name: string): OperatorError =>
  new OperatorError({
    kind: "usage",
    code: "source-is-target",
    what: `Both ends of the route are ${name}: it would be held against itself.`,
    notLost: "Nothing was asked and nothing was changed.",
    next: "Judge a route that leads to another collection.",
  });

/** No database keeps a NUL character in JSON. */
const storable = (value: unknown) =>
  JSON.stringify(value, (_, part) => (typeof part === "string" ? part.replaceAll("\0", "") : part));

function wordsOf({ reasons, asked }: GateResult): string {
  const [first] = reasons;
  if (first && first.level !== "note") return first.words;
  const told = reasons.find(({ code }) => code === "overlap" || code === "worse-recallK");
  return told?.words ?? `${asked} questions were answered alike.`;
}
