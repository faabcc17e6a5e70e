import { OperatorError } from "@/lib/operator-error";
import { lowerCeilings, mergeCeilings, noCeilings, overCeilings } from "@/lib/plan/estimate/ceilings";
import type { Plan } from "@/lib/shapes/plans/plan";
import type { AskedCeilings, Ceilings, GivenCeilings } from "@/lib/shapes/runs/ceilings";
import { confirmedCeilings } from "@/lib/shapes/runs/confirmed-ceilings";
import type { AnySettings } from "@/lib/shapes/runs/run";
import type { Context } from "../verbs/context";
import { requireRaiser } from "./four-eyes";

/**
 * The ceilings of a run that is being started: those asked for, else the configuration's. Where it carries out a confirmed estimate,
 * what that allows is the limit as well, unless something else was asked for.
 */
export function ceilingsFor(
  ctx: Context,
  input: GivenCeilings,
  confirmed?: Plan,
): { ceilings: Ceilings; given: AskedCeilings } {
  const { maxUsd, maxTexts, maxRecords, maxEgress } = input;
  const given = { maxUsd, maxTexts, maxRecords, maxEgress };
  const standing = confirmed ? lowerCeilings(ctx.config.ceilings, confirmedCeilings(confirmed)) : ctx.config.ceilings;
  return { ceilings: mergeCeilings(standing, given), given: askedBy(ctx, given) };
}

/** The same of what only reads, and spends nothing else that is limited: an analysis, a verification. */
export function readingCeilings(
  ctx: Context,
  { maxEgress }: Pick<GivenCeilings, "maxEgress">,
): { ceilings: Ceilings; given: AskedCeilings } {
  const standing = { ...noCeilings, maxEgress: ctx.config.ceilings.maxEgress };
  return { ceilings: mergeCeilings(standing, { maxEgress }), given: askedBy(ctx, { maxEgress }) };
}

/** Ceilings asked for by whoever asks: of a run that stands already, raised only where they may. */
export function askedBy(ctx: Context, given: GivenCeilings): AskedCeilings {
  return { ...given, mayRaise: (run) => requireRaiser(ctx, run) };
}

/** @throws OperatorError `over-limits` (exit code 4) when a plan is over a ceiling before it is begun */
export function requireWithin(plan: Plan, ceilings: Ceilings, only: AnySettings["only"] = "both"): void {
  const create = only === "updates" ? 0 : plan.counts.create - plan.excluded.create;
  const update = only === "creates" ? 0 : plan.counts.update - plan.excluded.update;
  const { texts, usd, bytes } = plan.left?.[only] ?? plan.estimate;
  const over = overCeilings(
    { usd: usd.total, texts, records: create + update, egress: (bytes.egress ?? 0) / 1e9 },
    ceilings,
  );
  if (over.length > 0) throw beyond(plan.id, over, "Raise the ceiling, or take less at a time.");
}

/** A plan that isn't begun, since it is over something that was set. */
export function beyond(planId: string, over: readonly string[], next: string): OperatorError {
  return new OperatorError({
    kind: "refused",
    code: "over-limits",
    what: `${planId} is over the limits: ${over.join("; ")}.`,
    notLost: "Nothing was embedded or written; the plan is kept.",
    next,
  });
}
