import type { z } from "zod";
import { refused } from "@/lib/operator-error";
import { lowerCeilings, mergeCeilings } from "@/lib/plan/estimate/ceilings";
import { settingsFor } from "@/lib/runs/lifecycle/settings";
import { createMirrorRetry } from "@/lib/runs/plans/retry-mirror";
import { createRetry } from "@/lib/runs/plans/retry-run";
import { retryCeilings } from "@/lib/shapes/runs/confirmed-ceilings";
import { checkModels, unknownAdds } from "../connections/check-models";
import { checkStart } from "../connections/check-start";
import { clearanceNow } from "../documents/clearance-plan";
import { ceilingsFor } from "../plans/ceilings";
import type { Context } from "../verbs/context";
import { onRun } from "../verbs/on-route";
import { retryCost } from "./estimate-retry";
import { retryChoice, type retryFindingsInput } from "./retry-choice";
import { readRun } from "./run-view";

/**
 * Tries again just the records or documents that a run left out, after their cause was mended, under the settings of now,
 * and pauses beyond what the retry comes to by its estimate, unless other ceilings are given.
 * Throws an `OperatorError` (`run-not-found`, `not-retryable`, `nothing-to-retry`), before anything is spent.
 */
export async function retryFindings(asked: Context, input: z.infer<typeof retryFindingsInput>) {
  const ctx = await onRun(asked, input.id);
  const run = await readRun(ctx.database, input.id);
  if (run.kind !== "reembed" && run.kind !== "mirror" && run.kind !== "clearance")
    throw refused("not-retryable", `${run.id} wrote nothing.`, "Retry the findings of a run that writes.");
  if (input.kind === "drifted")
    throw refused(
      "not-retryable",
      "What drifted isn't what was reviewed any more.",
      "Analyse again and review the new plan.",
    );
  if (!["succeeded", "succeeded-with-findings", "cancelled", "failed"].includes(run.state)) {
    throw refused("not-retryable", `${run.id} is still ${run.state}.`, "Retry when it has ended.");
  }
  const clearance = run.kind === "clearance" && run.planId !== null ? await clearanceNow(ctx, run.planId) : null;
  const checked =
    clearance === null ? await checkStart(ctx, run.namespaces.slice(0, 1), { target: true, embedder: true }) : null;
  const choice = retryChoice(run, input);
  const { given } = ceilingsFor(ctx, input);
  const confirmed = retryCeilings(await retryCost(ctx, run, choice));
  const ceilings = mergeCeilings(lowerCeilings(ctx.config.ceilings, confirmed), given);
  const more = { startedBy: ctx.actor, ...(run.kind === "clearance" ? {} : { ceilings }) };
  const settings = settingsFor(ctx, {}, checked?.ends);
  if (clearance === null) await checkModels(ctx, settings, unknownAdds(run.namespaces, settings));
  const runId =
    run.kind !== "reembed" && run.planId !== null
      ? await createMirrorRetry(
          ctx.database,
          { ...choice, planId: run.planId },
          { settings: clearance ?? settings, ...more },
        )
      : await createRetry(ctx.database, choice, { settings, ...more });
  if (runId === null)
    throw refused(
      "nothing-to-retry",
      `${run.id} left nothing out that could be tried again.`,
      `See its findings with portage runs findings ${run.id}.`,
    );
  await ctx.wake();
  return { run: await readRun(ctx.database, runId) };
}
