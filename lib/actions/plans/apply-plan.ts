import { z } from "zod";
import { OperatorError } from "@/lib/operator-error";
import { mergeCeilings, noCeilings } from "@/lib/plan/estimate/ceilings";
import { overLimits } from "@/lib/plan/estimate/limits";
import { clearanceSettingsNow } from "@/lib/runs/clearance/settings";
import { settingsFor } from "@/lib/runs/lifecycle/settings";
import * as runs from "@/lib/runs/plans/apply-plan";
import { editedRoute } from "@/lib/runs/plans/edited-route";
import { plannedVectors } from "@/lib/runs/transfer/guard-models";
import { type Plan, planSchema } from "@/lib/shapes/plans/plan";
import { type AnySettings, isClearance, runSchema } from "@/lib/shapes/runs/run";
import { checkModels } from "../connections/check-models";
import { checkStart } from "../connections/check-start";
import { readPlanSettings, requireWritable } from "../documents/clearance-plan";
import { configuredDocuments } from "../documents/documents";
import { ceilingsInput, limitsInput } from "../runs/run-input";
import { readRun } from "../runs/run-view";
import { startEstimated } from "../runs/start-reembedding";
import type { Context } from "../verbs/context";
import { onPlan } from "../verbs/on-route";
import { idInput, largestInteger } from "../verbs/parse-input";
import { askedBy, beyond, ceilingsFor, requireWithin } from "./ceilings";
import { requireHash, requireSecondPerson } from "./four-eyes";
import { readPlan } from "./plan-view";

export const applyPlanInput = z.strictObject({
  id: idInput,
  only: z.enum(["both", "creates", "updates"]).default("both"),
  /** The hash of what was reviewed: refused when the plan's is another. */
  hash: z.string().max(100).optional(),
  /** As when approving, for a plan that nobody has approved. */
  revision: z.int().min(0).max(largestInteger).optional(),
  maxCreates: limitsInput.maxCreates,
  maxUpdates: limitsInput.maxUpdates,
  ...ceilingsInput,
  /** Of a plan over documents: those without a value that came since the review are set as well. */
  includeNew: z.boolean().default(false),
  /** `false`: refused when some records can't be migrated. */
  allowProblems: z.boolean().default(true),
});
export const applyPlanAnswer = z.object({
  plan: planSchema,
  /** `null` when there was nothing to apply. */
  run: runSchema.nullable(),
  /** The run was begun earlier: it was interrupted, or is under way. */
  resumed: z.boolean(),
  /** All of it was applied before, by `run`: nothing was started. */
  already: z.boolean(),
});

/**
 * Applies a plan, approving it on behalf of whoever asks where nobody has. Its changes are carried out and no others; a second
 * application changes nothing and says so. Throws an `OperatorError` (`plan-not-found`, `plan-not-ready`, `plan-stale`, `plan-moved`,
 * `over-limits`, `namespace-busy`, `documents-busy`, or what stands against writing to documents).
 */
export async function applyPlan(asked: Context, input: z.infer<typeof applyPlanInput>) {
  const ctx = await onPlan(asked, input.id);
  const plan = await readPlan(ctx.database, input.id);
  requireHash(ctx, plan.id, input.hash);
  requireSecondPerson(ctx, plan);
  if (plan.kind === "reembed" && input.only === "updates") throw onlyCreates(plan.id);
  const open = plan.state === "ready" || plan.state === "approved";
  const over = open ? overLimits(plan, input, input.only) : [];
  if (over.length > 0)
    throw beyond(
      plan.id,
      over,
      `Review it (portage plan changes ${plan.id}), then apply it (portage apply ${plan.id}).`,
    );
  // The configuration's ceilings are for what is embedded: documents cost nothing.
  const { ceilings, given } =
    plan.kind === "clearance"
      ? { ceilings: mergeCeilings(noCeilings, input), given: askedBy(ctx, {}) }
      : ceilingsFor(ctx, input);
  if (open && plan.kind !== "reembed") requireWithin(plan, ceilings, input.only);
  if (plan.kind === "reembed") {
    const { id: planId, hash, revision } = input;
    const { run, resumed, already } = await startEstimated(ctx, { ...given, planId, hash, revision });
    return { plan: await readPlan(ctx.database, planId), run, resumed, already };
  }
  const { runId, how } = await runs.applyPlan(ctx.database, {
    planId: input.id,
    settings: await settingsNow(ctx, plan, open, input),
    edited: await editedRoute(ctx, await readPlanSettings(ctx, input.id)),
    actor: ctx.actor,
    ...(plan.kind === "mirror" ? { ceilings, given } : {}),
    ...(input.hash === undefined ? {} : { hash: input.hash }),
    ...(input.revision === undefined ? {} : { revision: input.revision }),
  });
  await ctx.wake();
  return {
    plan: await readPlan(ctx.database, input.id),
    run: runId === null ? null : await readRun(ctx.database, runId),
    resumed: how === "resumed",
    already: how === "already",
  };
}

/** What the plan would be made under now. One that is still to be applied is checked against its services first. */
async function settingsNow(
  ctx: Context,
  plan: Plan,
  open: boolean,
  input: Pick<z.infer<typeof applyPlanInput>, "only" | "includeNew" | "hash">,
): Promise<AnySettings> {
  const { only, includeNew } = input;
  const then = await readPlanSettings(ctx, plan.id);
  if (then !== null && isClearance(then)) {
    if (!open) return { ...then, only, includeNew };
    const { shape } = await requireWritable(configuredDocuments(ctx), then.target, then.request);
    return { ...clearanceSettingsNow(then, ctx.config, shape), only, includeNew };
  }
  if (includeNew) throw onlyDocuments(plan.id);
  const { create } = plan.counts;
  const embedder = (only !== "updates" && create > 0) || plan.updates.textChanged > 0;
  if (!open) return settingsFor(ctx, { only });
  // Nothing is made for somebody who saw another plan: they are refused later.
  const seen = input.hash === undefined || input.hash === plan.hash || input.hash === plan.approved?.hash;
  const missing = seen ? "now" : "later";
  const { ends } = await checkStart(ctx, [], { target: true, embedder, missing, steps: plan.target?.steps });
  const settings = settingsFor(ctx, { only }, ends);
  await checkModels(ctx, settings, await plannedVectors(ctx.database, plan.id, settings));
  return settings;
}

function onlyCreates(planId: string): OperatorError {
  return new OperatorError({
    kind: "usage",
    code: "invalid-value",
    what: `${planId} is the plan of a migration: it creates records and updates none.`,
    notLost: "Nothing was embedded or written; the plan is kept.",
    next: "Leave --only out, or plan a mirroring for updates.",
  });
}

function onlyDocuments(planId: string): OperatorError {
  return new OperatorError({
    kind: "usage",
    code: "invalid-value",
    what: `${planId} is about records: what came since it was made is never included.`,
    notLost: "Nothing was embedded or written; the plan is kept.",
    next: "Leave it out (--include-new is for documents), and analyse again for what came since.",
  });
}
