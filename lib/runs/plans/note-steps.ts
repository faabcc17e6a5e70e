import { z } from "zod";
import { isServiceFailure, retryable } from "@/lib/failures";
import type { RunSettings } from "@/lib/shapes/runs/run";
import type { TargetSteps } from "@/lib/shapes/runs/steps";
import type { Metric } from "@/lib/stores/contract";
import type { EngineParts } from "../lifecycle/parts";

const sumsSchema = z.object({ creates: z.coerce.number() });
const metricSchema = z.enum(["cosine", "dotproduct", "euclidean"]).catch("cosine");

/**
 * Notes what the target will do around a plan's records, before the plan's hash is taken: whoever approves the plan approves these. A target that can't
 * say it now gets nothing done but records written.
 */
export async function noteSteps(
  { database, target }: Pick<EngineParts, "database" | "target">,
  { planId, settings }: { planId: string; settings: RunSettings },
): Promise<void> {
  if (target.steps === undefined) return;
  const [sums] = await database.rows(
    sumsSchema,
    `SELECT coalesce(sum(greatest("createCount", cardinality("creates") - "problems")), 0)::text AS "creates" FROM "Chunk" WHERE "planId" = $1`,
    [planId],
  );
  const metric: Metric = settings.vectors === "source" ? metricSchema.parse(settings.source.metric) : "cosine";
  const { dimension } = settings.embedder;
  const steps = await target
    .steps({ name: settings.target.index, dimension, metric, records: sums?.creates ?? 0 })
    .catch((error: unknown): TargetSteps => {
      if (!isServiceFailure(error) || retryable[error.code]) throw error;
      return {
        steps: [],
        notes: [`What the target would do isn't known: ${error.message}. It does nothing but write records.`],
        query: null,
      };
    });
  await database.run(`UPDATE "Plan" SET "steps" = $2::jsonb WHERE "id" = $1 AND "state" IN ('planning', 'failed')`, [
    planId,
    JSON.stringify(steps),
  ]);
}
