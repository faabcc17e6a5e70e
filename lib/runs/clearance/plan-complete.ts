import { z } from "zod";
import { type DocumentRates, estimateDocuments } from "@/lib/plan/estimate/estimate-documents";
import type { PlanWorkload } from "@/lib/plan/estimate/left";
import { type ClearanceSettings, clearanceSummarySchema } from "@/lib/shapes/documents/clearance";
import type { EngineParts } from "../lifecycle/parts";
import { packFacets } from "../review/facet-blocks";
import { readLoads, refreshStatistics } from "../review/mirror-plan";
import { hashOf } from "../review/plan-sums";
import { measuredPace } from "./measured-pace";

/** Documents a second that a small server takes in bulk updates of one field. */
const usualPerSecond = 5000;

const sumsSchema = z.object({
  creates: z.number(),
  updates: z.number(),
  unchanged: z.number(),
  problems: z.number(),
  bytes: z.coerce.number(),
  summary: clearanceSummarySchema.nullable(),
});

/** Adds up the chunks of a clearance's plan once its scan has ended. Its changes don't change after that. */
export async function completeClearancePlan(
  { database }: EngineParts,
  planId: string,
  settings: ClearanceSettings,
): Promise<void> {
  const int = (column: string, name: string) => `coalesce(sum("${column}"), 0)::int AS "${name}"`;
  const [sums] = await database.rows(
    sumsSchema,
    `SELECT ${int("createCount", "creates")}, ${int("updates", "updates")}, ${int("unchanged", "unchanged")},
            ${int("problems", "problems")}, coalesce(sum("bytes"), 0)::text AS "bytes",
            (SELECT p."summary" FROM "Plan" p WHERE p."id" = $1) AS "summary" FROM "Chunk" WHERE "planId" = $1`,
    [planId],
  );
  if (!sums) return;
  const rates = await ratesOf(database, settings);
  const workload: PlanWorkload = { ...(await readLoads(database, planId)), rates };
  const estimate = estimateDocuments({ documents: sums.creates + sums.updates, bytes: sums.bytes }, rates);
  await packFacets(database, planId);
  await refreshStatistics(database);
  await database.run(
    `UPDATE "Plan" SET "state" = 'ready', "creates" = $2, "updates" = $3, "unchanged" = $4, "problems" = $5, "metadataOnly" = $3,
            "hash" = $6, "estimate" = $7::jsonb, "workload" = $8::jsonb, "readyAt" = clock_timestamp()
      WHERE "id" = $1 AND "state" IN ('planning', 'failed')`,
    [
      planId,
      sums.creates,
      sums.updates,
      // Documents that a plan for those without a value didn't scan are known by counting.
      sums.summary === null ? sums.unchanged : sums.summary.right + sums.summary.kept,
      sums.problems,
      await hashOf(database, planId, settings),
      JSON.stringify(estimate),
      JSON.stringify(workload),
    ],
  );
}

/** The limit that was set where it is the slower one; else what earlier runs came to, or a small server does. */
async function ratesOf(database: EngineParts["database"], settings: ClearanceSettings): Promise<DocumentRates> {
  const { batchDocuments, batchBytes, documentsPerSecond: limit, target } = settings;
  const measured = await measuredPace(database, target);
  const perSecond = measured ?? usualPerSecond;
  if (limit !== null && limit <= perSecond) return { batchDocuments, batchBytes, perSecond: limit, from: "limit" };
  return { batchDocuments, batchBytes, perSecond, from: measured === null ? "usual" : "measured" };
}
