import { z } from "zod";
import { isServiceFailure } from "@/lib/failures";
import { missingModels } from "@/lib/gate/questions";
import { askCanary, asksByRecord, canaryQuestions, checkCanary } from "@/lib/gate/run-canary";
import type { GateInput, GivenQuestion } from "@/lib/gate/sides";
import { spread } from "@/lib/gate/spread";
import { isOperatorError, OperatorError } from "@/lib/operator-error";
import { readConnection } from "@/lib/routes/open-connection";
import { routeOf } from "@/lib/routes/route-now";
import { newIdentifier } from "@/lib/runs/lifecycle/identifiers";
import type { Canary, CanaryFigures } from "@/lib/shapes/cut-over/canary";
import type { GateDetail } from "@/lib/shapes/cut-over/gate";
import { setName } from "@/lib/shapes/cut-over/questions";
import { routeName } from "@/lib/shapes/routes/route";
import { putChannelDelivery } from "@/lib/webhooks/outbox";
import { readGate, readGates } from "../gate/gate-rows";
import { asGiven } from "../gate/prepare-gate";
import { questionInput } from "../questions/question-lines";
import { readSet } from "../questions/question-rows";
import { askedSide, isCopied, type NamedEmbedders, noteReads, openSides } from "../search/route-sides";
import { embeddersInput } from "../search/search-route";
import { renamedBy } from "../switch/against-target";
import { lastSwitch } from "../switch/switch-rows";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import type { VerbOptions } from "../verbs/verb";
import { readCanaries } from "./canary-rows";

export const runCanaryInput = z.strictObject({
  route: routeName,
  set: setName.optional(),
  /** Left out: those of the verdict. */
  ...embeddersInput,
});

const nothingAsked: CanaryFigures = {
  ...{
    asked: 0,
    overlap: null,
    found: null,
    foundSource: null,
    fewerRows: 0,
    lost: 0,
    failed: { source: 0, target: 0 },
    p95: null,
    sourceP95: null,
  },
};

/**
 * Asks both sides the questions of the verdict on which the route was switched, and holds the answers against it. Reads only. When it turns red or green
 * the webhook is told.
 * @throws OperatorError `no-baseline`, `route-not-found`
 */
export async function runCanary(
  context: Context,
  input: z.infer<typeof runCanaryInput>,
  { signal }: VerbOptions = {},
): Promise<Canary> {
  const ctx = await onRoute(context, input.route);
  const gate = await baselineOf(ctx, routeOf(ctx).name);
  const questions = input.set === undefined ? null : (await readSet(ctx, input.set)).questions;
  const given = questions && spread(z.array(questionInput).parse(questions), canaryQuestions).map(asGiven);
  const { set, sourceEmbedder, targetEmbedder } = input;
  // A name that is wrong is whoever asks' mistake, and no failing of the target.
  for (const name of [sourceEmbedder, targetEmbedder]) if (name !== undefined) await readConnection(ctx, name);
  return checkedAgain(ctx, gate, { signal, given, set, embedders: { sourceEmbedder, targetEmbedder } });
}

/** The same for nothing: only questions that records ask by their own vectors. `null`: the verdict has none. */
export async function runFreeCanary(context: Context, route: string, signal: AbortSignal): Promise<Canary | null> {
  const ctx = await onRoute(context, route);
  const gate = await baselineOf(ctx, routeOf(ctx).name);
  const questions = gate.questions.filter(asksByRecord);
  return questions.length === 0 ? null : checkedAgain(ctx, { ...gate, questions }, { signal });
}

type Asked = {
  signal?: AbortSignal | undefined;
  given?: GivenQuestion[] | null;
  set?: string | undefined;
  embedders?: NamedEmbedders;
};

async function checkedAgain(ctx: Context, gate: Baseline, of: Asked): Promise<Canary> {
  const { name } = routeOf(ctx);
  const [before] = await readCanaries(ctx, name, 1);
  const { figures, ...checked } = await asked(ctx, gate, of);
  const words = checked.reasons[0]?.words ?? `${figures.asked} questions were answered as when the route was checked.`;
  const id = newIdentifier("canary");
  await ctx.database.transaction(async (sql) => {
    await sql.run(
      `INSERT INTO "Canary" ("id", "routeName", "gateId", "set", "state", "words", "reasons", "figures") VALUES ($1, $2, $3, $8, $4, $5, $6::jsonb, $7::jsonb)`,
      [
        ...[id, name, gate.id, checked.state, words, JSON.stringify(checked.reasons), JSON.stringify(figures)],
        of.set ?? null,
      ],
    );
    if (
      ctx.config.switching.webhook === null ||
      before?.state === checked.state ||
      (!before && checked.state === "green")
    )
      return;
    await putChannelDelivery(sql, "switch", {
      ...{ version: 1, id: newIdentifier("delivery"), event: "parity.changed", at: new Date().toISOString() },
      canary: { id, route: name, state: checked.state, words, gate: gate.id, figures },
    });
  });
  const [canary] = await readCanaries(ctx, name, 1);
  if (!canary) throw new Error("the canary that was asked isn't there");
  return canary;
}

/** A side that can't be opened at all is the target's failing, or leaves it unknown. */
async function asked(ctx: Context, gate: Baseline, { signal, given, set, embedders = {} }: Asked) {
  const { settings, result } = gate;
  const questions = given ?? gate.questions;
  const route = routeOf(ctx);
  try {
    const sides = await openSides(
      ctx,
      {
        sourceEmbedder: embedders.sourceEmbedder ?? settings.sourceEmbedder,
        targetEmbedder: embedders.targetEmbedder ?? settings.targetEmbedder,
      },
      signal,
    );
    const renamed = renamedBy(ctx);
    const names = [...new Set(questions.map((one) => one.namespace))];
    const input: GateInput = {
      source: askedSide(sides.source),
      target: askedSide(sides.target),
      copied: isCopied(route),
      namespaces: names.map((source) => ({ source, target: renamed(source) })),
      ...{ owned: [], text: { textKey: "text", text: route.text }, given: given ?? [], brokenLines: 0, signal },
      settings: given ? { ...settings, queries: "file", n: canaryQuestions } : settings,
      explained: async () => new Set<string>(),
    };
    const figures = await askCanary(input, gate.questions).finally(() => noteReads(ctx, sides));
    const noModels = missingModels(input);
    return { figures, ...checkCanary(figures, { settings, baseline: result, set, noModels }) };
  } catch (error) {
    signal?.throwIfAborted();
    if (!isOperatorError(error) && !isServiceFailure(error)) throw error;
    const words = isOperatorError(error) ? error.what : `${error.service} failed: ${error.message}.`;
    const state = (await isTargets(ctx, error)) ? "red" : "unknown";
    return { figures: nothingAsked, state, reasons: [{ code: "not-asked", words }] } as const;
  }
}

/** Milliseconds. */
const patience = 5000;

/** Whether it is the target that failed: a model or a source that does says nothing against it. Both sides may be of one service. */
async function isTargets(ctx: Context, error: unknown): Promise<boolean> {
  const answers = async (side: "source" | "target") => {
    const signal = AbortSignal.timeout(patience);
    const shape = await ctx[side].inspect(routeOf(ctx)[side].index, { signal, counts: false }).catch(() => null);
    return shape !== null;
  };
  if (!isServiceFailure(error)) return !(await answers("target"));
  return error.service === ctx.target.service && (await answers("source"));
}

type Baseline = GateDetail & { result: NonNullable<GateDetail["result"]> };

/** The verdict on which it was switched; before that, the last one. */
async function baselineOf(ctx: Context, name: string): Promise<Baseline> {
  const last = await lastSwitch(ctx, name);
  const [newest] = await readGates(ctx, name, 1);
  const id = last?.gateId ?? newest?.id;
  const gate = id === undefined ? null : await readGate(ctx, id);
  if (gate && gate.result !== null) return { ...gate, result: gate.result };
  throw new OperatorError({
    kind: "refused",
    code: "no-baseline",
    what: `There is no verdict on ${name} to hold the answers against.`,
    notLost: "Nothing was asked.",
    next: `Run \`portage gate ${name}\` first.`,
  });
}
