import { z } from "zod";
import { createRun } from "@/lib/runs/lifecycle/create-run";
import { settingsFor } from "@/lib/runs/lifecycle/settings";
import { checkStart } from "../connections/check-start";
import { readingCeilings } from "../plans/ceilings";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { chosenInput, namedOrAll, readingCeilingsInput, routedInput } from "./run-input";
import { readRun } from "./run-view";

export const startVerificationInput = z.strictObject({
  ...chosenInput,
  ...routedInput,
  ...readingCeilingsInput,
  /** Records of each namespace that are fetched and compared. */
  sample: z.int().min(0).max(1_000_000).optional(),
  /** Compare every record. */
  full: z.boolean().optional(),
  /** Texts of each namespace that are embedded again, and paid for, where it isn't known which vectors were written; 5 when left out. */
  reembedSample: z.int().min(0).max(10_000).optional(),
});

/** Starts to read back what stands in the target: listings whole, records by sample or all. Reads only. Throws an `OperatorError`. */
export async function startVerification(asked: Context, input: z.infer<typeof startVerificationInput>) {
  const ctx = await onRoute(asked, input.route);
  const { namespaces, expected, ends } = await checkStart(ctx, namedOrAll(input), { target: true, embedder: false });
  const settings = settingsFor(
    ctx,
    {
      ...(input.sample === undefined ? {} : { sample: input.sample }),
      ...(input.full === undefined ? {} : { full: input.full }),
      ...(input.reembedSample === undefined ? {} : { reembedSample: input.reembedSample }),
    },
    ends,
  );
  const { runId } = await createRun(ctx.database, {
    kind: "verify",
    namespaces,
    expected,
    settings,
    startedBy: ctx.actor,
    ...readingCeilings(ctx, input),
  });
  await ctx.wake();
  return { run: await readRun(ctx.database, runId) };
}
