import { z } from "zod";
import { isServiceFailure } from "@/lib/failures";
import { askCanary, asksByRecord, checkCanary } from "@/lib/gate/run-canary";
import type { GivenQuestion } from "@/lib/gate/sides";
import { isOperatorError, OperatorError } from "@/lib/operator-error";
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
import { isCopied, noteReads, openSides } from "../search/route-sides";
import { renamedBy } from "../switch/against-target";
import { lastSwitch } from "../switch/switch-rows";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import type { VerbOptions } from "../verbs/verb";
import { readCanaries } from "./canary-rows";

export const runCanaryInput = z.strictObject({ route: routeName, set: setName.optional() });

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
  const given = questions && z.array(questionInput).parse(questions).map(asGiven);
  return checkedAgain(ctx, gate, { signal, given, set: input.set });
}

/** The same for nothing: only questions that records ask by their own vectors. `null`: the verdict has none. */
export async function runFreeCanary(context: Context, route: string, signal: AbortSignal): Promise<Canary | null> {
  const ctx = await onRoute(context, route);
  const gate = await baselineOf(ctx, routeOf(ctx).name);
  const questions = gate.questions.filter(asksByRecord);
  return questions.length === 0 ? null : checkedAgain(ctx, { ...gate, questions }, { signal });
}

type Asked = { signal?: AbortSignal | undefined; given?: GivenQuestion[] | null; set?: string | undefined };

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
async function asked(ctx: Context, gate: Baseline, { signal, given, set }: Asked) {
  const { settings, result } = gate;
  const questions = given ?? gate.questions;
  const route = routeOf(ctx);
  try {
    const { sourceEmbedder, targetEmbedder } = settings;
    const sides = await openSides(ctx, { sourceEmbedder, targetEmbedder }, signal);
    const renamed = renamedBy(ctx);
    const embedderOf = ({ asking }: typeof sides.source) => ("embedder" in asking ? asking.embedder : null);
    const asking = askCanary(
      {
        source: { ...sides.source, embedder: embedderOf(sides.source) },
        target: { ...sides.target, embedder: embedderOf(sides.target) },
        copied: isCopied(route),
        namespaces: [...new Set(questions.map((one) => one.namespace))].map((source) => ({
          source,
          target: renamed(source),
        })),
        ...{
          owned: [],
          text: { textKey: "text", text: route.text },
          settings,
          given: given ?? [],
          brokenLines: 0,
          signal,
        },
        explained: async () => new Set<string>(),
      },
      gate.questions,
    );
    const figures = await asking.finally(() => noteReads(ctx, sides));
    return { figures, ...checkCanary(figures, { settings, baseline: result, set }) };
  } catch (error) {
    signal?.throwIfAborted();
    if (!isOperatorError(error) && !isServiceFailure(error)) throw error;
    const words = isOperatorError(error) ? error.what : `${error.service} failed: ${error.message}.`;
    return { figures: nothingAsked, state: "red" as const, reasons: [{ code: "not-asked", words }] };
  }
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
