import { createRun } from "@/lib/runs/create-run";
import { settingsFor } from "@/lib/runs/settings";
import { checkStart } from "./check-start";
import type { Context } from "./context";
import { overridesOf } from "./plan-reembedding";
import { namedOrAll, type ReembeddingInput, reembeddingInput } from "./run-input";
import { readRun } from "./run-view";

export const startReembeddingInput = reembeddingInput;

/**
 * Starts to create in the target what it lacks of the chosen namespaces, embedded anew; or goes on with the same run where it was
 * interrupted (`resumed`). What the target has by ID is left as it is. Throws an `OperatorError`, before anything is spent.
 */
export async function startReembedding(ctx: Context, input: ReembeddingInput) {
  const { namespaces, expected } = await checkStart(ctx, namedOrAll(input), { target: true, embedder: true });
  const settings = settingsFor(ctx.config, overridesOf(input));
  const started = await createRun(ctx.database, {
    kind: "reembed",
    namespaces,
    expected,
    settings,
    startedBy: ctx.actor,
  });
  await ctx.wake();
  return { run: await readRun(ctx.database, started.runId), resumed: started.resumed };
}
