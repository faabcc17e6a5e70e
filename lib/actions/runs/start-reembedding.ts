import { z } from "zod";
import { OperatorError } from "@/lib/operator-error";
import { createRun } from "@/lib/runs/lifecycle/create-run";
import { settingsFor } from "@/lib/runs/lifecycle/settings";
import { applyPlan } from "@/lib/runs/plans/apply-plan";
import { editedRoute } from "@/lib/runs/plans/edited-route";
import { plannedVectors } from "@/lib/runs/transfer/guard-models";
import type { GivenCeilings } from "@/lib/shapes/runs/ceilings";
import { checkModels, unknownAdds } from "../connections/check-models";
import { checkStart } from "../connections/check-start";
import { readPlanSettings } from "../documents/clearance-plan";
import { ceilingsFor, requireWithin } from "../plans/ceilings";
import { refuseUnreviewed, requireSecondPerson } from "../plans/four-eyes";
import { overridesOf } from "../plans/plan-reembedding";
import { readPlan } from "../plans/plan-view";
import type { Context } from "../verbs/context";
import { onPlan, onRoute } from "../verbs/on-route";
import { idInput, largestInteger } from "../verbs/parse-input";
import { ceilingsInput, namedOrAll, reembeddingInput, rowsOf } from "./run-input";
import { readRun } from "./run-view";

export const startReembeddingInput = reembeddingInput.extend({
  /** The estimate that was confirmed: just its records are created, under its settings. */
  planId: idInput.optional(),
  /** The estimate's hash, as it was shown to whoever confirmed. */
  hash: z.string().max(100).optional(),
  /** How often exclusions had been changed when they looked: refused when it is another. */
  revision: z.int().min(0).max(largestInteger).optional(),
  /** Without an estimate, whatever the target lacks of the choice by the time it is read is created, up to the ceilings; `false` refuses that. */
  yes: z.boolean().optional(),
  ...ceilingsInput,
});
export type StartReembeddingInput = z.infer<typeof startReembeddingInput>;

/**
 * Starts to create in the target what it lacks of the chosen namespaces, embedded again; or goes on with the same run where it was
 * interrupted (`resumed`). With `planId` and `hash`, just what that estimate found is created, once (`already`). What the target has by
 * ID is left as it is. Throws an `OperatorError`, before anything is spent.
 */
export async function startReembedding(asked: Context, input: StartReembeddingInput) {
  // A plan says itself along which route it goes.
  if (input.planId !== undefined) return startConfirmed(asked, { ...input, planId: input.planId });
  if (input.hash !== undefined) throw misused("A hash was given without the estimate that it belongs to.");
  refuseUnreviewed(asked, null);
  if (input.yes === false) throw unconfirmed();
  const ctx = await onRoute(asked, input.route, rowsOf(input));
  const { namespaces, expected, ends } = await checkStart(ctx, namedOrAll(input), {
    target: true,
    embedder: true,
    missing: "now",
  });
  const settings = settingsFor(ctx, overridesOf(input), ends);
  await checkModels(ctx, settings, unknownAdds(namespaces, settings));
  const started = await createRun(ctx.database, {
    kind: "reembed",
    namespaces,
    expected,
    settings,
    startedBy: ctx.actor,
    ...ceilingsFor(ctx, input),
  });
  await ctx.wake();
  return { run: await readRun(ctx.database, started.runId), resumed: started.resumed, already: false };
}

async function startConfirmed(ctx: Context, input: StartReembeddingInput & { planId: string }) {
  if (input.hash === undefined) throw misused("The estimate's hash is missing.");
  const choice = [
    input.yes,
    input.namespaces,
    input.all,
    input.limit,
    input.batchSize,
    input.route,
    input.where,
    input.force,
  ];
  if (choice.some((value) => value !== undefined))
    throw misused("Namespaces, route, rows, limit and batch size are the estimate's: they can't be chosen again.");
  return startEstimated(ctx, { ...input, planId: input.planId, hash: input.hash });
}

/** Carries out an estimate of a re-embedding. Throws an `OperatorError` (`plan-not-found`, `plan-moved`, `plan-stale`, `over-limits`, ...). */
export async function startEstimated(
  asked: Context,
  of: GivenCeilings & { planId: string; hash?: string | undefined; revision?: number | undefined },
) {
  const ctx = await onPlan(asked, of.planId);
  const plan = await readPlan(ctx.database, of.planId);
  if (plan.kind !== "reembed") throw notAMigration(plan.id);
  requireSecondPerson(ctx, plan);
  const open = plan.state === "ready" || plan.state === "approved";
  const capped = ceilingsFor(ctx, of, plan);
  if (plan.state === "ready") requireWithin(plan, capped.ceilings);
  const checked = open
    ? await checkStart(ctx, [], {
        ...{ target: true, embedder: plan.counts.create > plan.excluded.create, steps: plan.target?.steps },
        // Nothing is made for somebody who saw another plan: they are refused below.
        missing: of.hash === undefined || [plan.hash, plan.approved?.hash].includes(of.hash) ? "now" : "later",
      })
    : null;
  const settings = settingsFor(ctx, {}, checked?.ends);
  if (open) await checkModels(ctx, settings, await plannedVectors(ctx.database, plan.id, settings));
  const { runId, how } = await applyPlan(ctx.database, {
    planId: of.planId,
    ...(of.hash === undefined ? {} : { hash: of.hash }),
    ...(of.revision === undefined ? {} : { revision: of.revision }),
    ...capped,
    settings,
    edited: await editedRoute(ctx, await readPlanSettings(ctx, plan.id)),
    actor: ctx.actor,
  });
  await ctx.wake();
  if (runId === null) throw new Error(`${of.planId} was applied by no run`);
  return { run: await readRun(ctx.database, runId), resumed: how === "resumed", already: how === "already" };
}

function misused(what: string): OperatorError {
  return new OperatorError({
    kind: "usage",
    code: "estimate-misused",
    what,
    notLost: "Nothing was started and nothing was spent.",
    next: "Give the planId and the hash of an estimate, or namespaces without either.",
  });
}

const unconfirmed = (): OperatorError =>
  new OperatorError({
    kind: "usage",
    code: "not-estimated",
    what: "No estimate was confirmed: how much would be embedded and written isn't known.",
    notLost: "Nothing was started and nothing was spent.",
    next: "Estimate first and start with the plan's ID and hash, or leave out `yes`, with a ceiling where there is to be one.",
  });

const notAMigration = (planId: string): OperatorError =>
  new OperatorError({
    kind: "refused",
    code: "not-a-reembedding",
    what: `${planId} isn't the plan of a migration.`,
    notLost: "Nothing was changed and nothing was spent.",
    next: "Estimate again.",
  });
