import { z } from "zod";
import type { RetryChoice } from "@/lib/runs/plans/retried-findings";
import type { RetryEstimate } from "@/lib/shapes/runs/estimate";
import type { Run } from "@/lib/shapes/runs/run";
import type { Context } from "../verbs/context";
import { retryChoice, retryFindingsInput } from "./retry-choice";
import { readRun } from "./run-view";

export const estimateRetryInput = retryFindingsInput.omit({ maxUsd: true, maxTexts: true, maxRecords: true });

/** What trying findings again would come to at most. Reads only. Throws an `OperatorError` (`run-not-found`). */
export async function estimateRetry(ctx: Context, input: z.infer<typeof estimateRetryInput>) {
  const run = await readRun(ctx.database, input.id);
  return retryCost(ctx, run, retryChoice(run, input));
}

/** The records that are chosen, and what embedding them costs by what the run's texts cost on average. */
export async function retryCost(ctx: Context, run: Run, { kinds, reasons }: RetryChoice): Promise<RetryEstimate> {
  const [found] = await ctx.database.rows(
    z.object({ records: z.number() }),
    `SELECT count(*)::int AS records FROM (
       SELECT DISTINCT "namespace", "index", "recordId" FROM "Finding"
        WHERE "runId" = $1 AND "kind" = ANY($2) AND ($3::text[] IS NULL OR "reason" = ANY($3)) AND "retriedBy" IS NULL) f`,
    [run.id, kinds, reasons],
  );
  const records = found?.records ?? 0;
  if (run.kind === "clearance") return { records, texts: 0, usd: 0 };
  const each = usdPerText(run);
  return { records, texts: records, usd: each === null ? null : records * each };
}

function usdPerText({ embedded, cost, estimate }: Run): number | null {
  if (cost && embedded.texts > 0) return cost.total / embedded.texts;
  return estimate && estimate.texts > 0 ? estimate.usd.total / estimate.texts : null;
}
