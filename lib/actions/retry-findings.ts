import { z } from "zod";
import { OperatorError } from "@/lib/operator-error";
import { createRetry } from "@/lib/runs/retry-run";
import { settingsFor } from "@/lib/runs/settings";
import { reasonSchema } from "@/lib/shapes/reason";
import { checkStart } from "./check-start";
import type { Context } from "./context";
import { idInput } from "./parse-input";
import { readRun } from "./run-view";

export const retryFindingsInput = z.strictObject({
  id: idInput,
  /** Only skipped or only failed records; both when left out. */
  kind: z.enum(["skipped", "failed", "drifted"]).optional(),
  reason: reasonSchema.optional(),
});

/**
 * Tries again just the records that a re-embedding left out, after their cause was mended, under the settings of now.
 * Throws an `OperatorError` (`run-not-found`, `not-retryable`, `nothing-to-retry`), before anything is spent.
 */
export async function retryFindings(ctx: Context, input: z.infer<typeof retryFindingsInput>) {
  const run = await readRun(ctx.database, input.id);
  if (run.kind !== "reembed")
    throw refused("not-retryable", `${run.id} is not a re-embedding.`, "Retry the findings of a re-embedding.");
  if (!["succeeded", "succeeded-with-findings", "cancelled", "failed"].includes(run.state)) {
    throw refused("not-retryable", `${run.id} is still ${run.state}.`, "Retry when it has ended.");
  }
  await checkStart(ctx, run.namespaces.slice(0, 1), { target: true, embedder: true });
  const choice = {
    runId: run.id,
    kinds: input.kind ? [input.kind] : (["skipped", "failed", "drifted"] as const),
    reasons: input.reason ? [input.reason] : null,
  };
  const runId = await createRetry(ctx.database, choice, { settings: settingsFor(ctx.config), startedBy: ctx.actor });
  if (runId === null)
    throw refused(
      "nothing-to-retry",
      `${run.id} left nothing out that could be tried again.`,
      `See its findings with portage runs findings ${run.id}.`,
    );
  await ctx.wake();
  return { run: await readRun(ctx.database, runId) };
}

function refused(code: string, what: string, next: string): OperatorError {
  return new OperatorError({
    kind: "refused",
    code,
    what,
    notLost: "Nothing was started and nothing was spent.",
    next,
  });
}
