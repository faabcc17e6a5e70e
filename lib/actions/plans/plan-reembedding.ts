import type { z } from "zod";
import { createRun } from "@/lib/runs/lifecycle/create-run";
import { settingsFor } from "@/lib/runs/lifecycle/settings";
import { checkStart } from "../connections/check-start";
import {
  choiceWarnings,
  namedOrAll,
  type ReembeddingInput,
  readingCeilingsInput,
  reembeddingInput,
  rowsOf,
} from "../runs/run-input";
import { readRun } from "../runs/run-view";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { readingCeilings } from "./ceilings";
import { readPlan } from "./plan-view";

export const planReembeddingInput = reembeddingInput.extend(readingCeilingsInput);

/**
 * Dry run: makes the plan of a re-embedding, with what it would cost. Reads only. Planning goes on in the engine: watch the run, then
 * show the plan. The same choice, interrupted earlier, is resumed (`resumed`). Throws an `OperatorError`.
 */
export async function planReembedding(asked: Context, input: z.infer<typeof planReembeddingInput>) {
  const ctx = await onRoute(asked, input.route, rowsOf(input));
  const { namespaces, expected, ends, warnings } = await checkStart(ctx, namedOrAll(input), {
    target: true,
    embedder: false,
    missing: "later",
  });
  const settings = settingsFor(ctx, overridesOf(input), ends);
  const { runId, resumed } = await createRun(ctx.database, {
    kind: "plan",
    namespaces,
    expected,
    warnings: [...choiceWarnings(input), ...warnings],
    settings,
    startedBy: ctx.actor,
    ...readingCeilings(ctx, input),
  });
  await ctx.wake();
  const run = await readRun(ctx.database, runId);
  if (run.planId === null) throw new Error(`${runId} has no plan`);
  return { plan: await readPlan(ctx.database, run.planId), run, resumed };
}

export function overridesOf(input: ReembeddingInput) {
  return {
    ...(input.limit === undefined ? {} : { limit: input.limit }),
    ...(input.batchSize === undefined ? {} : { batchSize: input.batchSize }),
  };
}
