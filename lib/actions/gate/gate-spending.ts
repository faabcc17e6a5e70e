import type { Embedder } from "@/lib/embedders/contract";
import { priced } from "@/lib/gate/cost";
import { OperatorError } from "@/lib/operator-error";
import {
  type Amount,
  amountWords,
  ceilingHit,
  ceilingOf,
  ceilingWords,
  mergeCeilings,
  overCeilings,
} from "@/lib/plan/estimate/ceilings";
import { estimateTokens } from "@/lib/plan/estimate/tokens";
import type { GateSpent } from "@/lib/shapes/cut-over/gate-cost";
import type { Ceilings, GivenCeilings } from "@/lib/shapes/runs/ceilings";
import type { Context } from "../verbs/context";
import type { GateAsked, PreparedGate } from "./prepare-gate";

/** Of what a gate takes; it writes nothing. */
export function gateCeilings({ config }: Context, { maxUsd, maxTexts, maxEgress }: GateAsked): Ceilings {
  const given: GivenCeilings = { maxUsd, maxTexts, maxEgress, maxRecords: null };
  return mergeCeilings(config.ceilings, given);
}

const amountOf = ({ usd, texts, egressBytes }: GateSpent): Amount => ({
  ...{ usd: usd.total, texts, records: 0, egress: egressBytes / 1e9 },
});
const raise = "Raise the ceiling (--max-cost, --max-texts, --max-egress), or ask fewer questions or namespaces.";

/** @throws OperatorError `over-limits` (exit code 4) where the gate would go beyond a ceiling */
export function requireRoom({ cost }: PreparedGate, ceilings: Ceilings): void {
  const over = overCeilings(amountOf(cost), ceilings);
  if (over.length === 0) return;
  throw new OperatorError({
    kind: "refused",
    code: "over-limits",
    what: `The gate is over the limits: ${over.join("; ")}.`,
    notLost: "Nothing was asked and nothing was embedded.",
    next: raise,
  });
}

/** Counts what the gate takes while it is at work, and ends it at its ceiling. */
export function spendingOf({ gate, prices, sides }: PreparedGate, ceilings: Ceilings) {
  const embedded = { source: { texts: 0, tokens: 0 }, target: { texts: 0, tokens: 0 } };
  const spent = (): GateSpent =>
    priced(
      {
        texts: embedded.source.texts + embedded.target.texts,
        tokens: { source: embedded.source.tokens, target: embedded.target.tokens },
        readUnits: { source: Math.round(sides.source.meter.units), target: Math.round(sides.target.meter.units) },
        bytes: { source: sides.source.meter.bytes, target: sides.target.meter.bytes },
      },
      prices,
    );
  const nothing: Amount = { usd: 0, texts: 0, records: 0, egress: 0 };
  const stop = () => {
    const taken = amountOf(spent());
    const kind = ceilingHit(nothing, taken, ceilings);
    if (kind !== null)
      throw atCeiling(
        `${ceilingWords(kind, ceilingOf(ceilings, kind) ?? 0)} (${amountWords(kind, taken[kind])} so far)`,
      );
  };
  for (const { meter } of [sides.source, sides.target]) meter.onRead = stop;
  const counted = (name: "source" | "target", embedder: Embedder | null): Embedder | null =>
    embedder && {
      ...{ service: embedder.service, space: embedder.space, limits: embedder.limits },
      async embed(texts, options) {
        const answer = await embedder.embed(texts, options);
        embedded[name].texts += texts.length;
        embedded[name].tokens += texts.reduce((sum, text) => sum + estimateTokens(text), 0);
        stop();
        return answer;
      },
      countTokens: (...given) => embedder.countTokens(...given),
      probe: (...given) => embedder.probe(...given),
    };
  return {
    spent,
    gate: {
      ...gate,
      source: { ...gate.source, embedder: counted("source", gate.source.embedder) },
      target: { ...gate.target, embedder: counted("target", gate.target.embedder) },
    },
  };
}

const atCeiling = (ceiling: string) =>
  new OperatorError({
    kind: "refused",
    code: "at-ceiling",
    what: `It reached its ceiling of ${ceiling}.`,
    notLost: "Nothing was written anywhere.",
    next: raise,
  });
