import { z } from "zod";
import { createRun } from "@/lib/runs/lifecycle/create-run";
import { settingsFor } from "@/lib/runs/lifecycle/settings";
import { checkStart } from "../connections/check-start";
import { chosenInput, namedOrAll, readingCeilingsInput, routedInput } from "../runs/run-input";
import { readRun } from "../runs/run-view";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { readingCeilings } from "./ceilings";
import { readPlan } from "./plan-view";

export const planMirrorInput = z.strictObject({ ...chosenInput, ...routedInput, ...readingCeilingsInput });

/**
 * Begins to compare the chosen namespaces, record by record, and to store what mirroring would change. Reads only; goes on in the
 * engine: watch the run, then show the plan. The same choice, interrupted earlier, is resumed (`resumed`). Throws an `OperatorError`.
 */
export async function planMirror(asked: Context, input: z.infer<typeof planMirrorInput>) {
  const ctx = await onRoute(asked, input.route);
  const { namespaces, expected, ends, warnings } = await checkStart(ctx, namedOrAll(input), {
    target: true,
    embedder: false,
    missing: "later",
  });
  const { runId, resumed } = await createRun(ctx.database, {
    kind: "plan",
    planKind: "mirror",
    namespaces,
    expected,
    warnings,
    settings: settingsFor(ctx, {}, ends),
    startedBy: ctx.actor,
    ...readingCeilings(ctx, input),
  });
  await ctx.wake();
  const run = await readRun(ctx.database, runId);
  if (run.planId === null) throw new Error(`${runId} has no plan`);
  return { plan: await readPlan(ctx.database, run.planId), run, resumed };
}
