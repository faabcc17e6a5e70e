import { z } from "zod";
import { type ClearanceSettings, clearanceSummarySchema } from "@/lib/shapes/clearance";
import type { Estimate } from "@/lib/shapes/plan";
import { packFacets } from "../facet-blocks";
import { refreshStatistics } from "../mirror-plan";
import type { EngineParts } from "../parts";
import { hashOf } from "../plan-sums";

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
type Sums = z.infer<typeof sumsSchema>;

/** Adds up the chunks of a clearance's plan once its walk has ended. Its changes don't change after that. */
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
  await packFacets(database, planId);
  await refreshStatistics(database);
  await database.run(
    `UPDATE "Plan" SET "state" = 'ready', "creates" = $2, "updates" = $3, "unchanged" = $4, "problems" = $5, "metadataOnly" = $3,
            "hash" = $6, "estimate" = $7::jsonb, "readyAt" = clock_timestamp()
      WHERE "id" = $1 AND "state" IN ('planning', 'failed')`,
    [
      planId,
      sums.creates,
      sums.updates,
      // Documents that a plan for those without a value didn't walk through are known by counting.
      sums.summary === null ? sums.unchanged : sums.summary.right + sums.summary.kept,
      sums.problems,
      await hashOf(database, planId),
      JSON.stringify(estimateClearance(sums, settings)),
    ],
  );
}

/** What setting the field would take. It costs no money: the server is the operator's own. */
export function estimateClearance(
  { creates, updates, bytes }: Pick<Sums, "creates" | "updates" | "bytes">,
  { batchDocuments, batchBytes, documentsPerSecond }: ClearanceSettings,
): Estimate {
  const documents = creates + updates;
  const bulks = Math.max(Math.ceil(documents / batchDocuments), Math.ceil(bytes / batchBytes));
  const perSecond = Math.min(documentsPerSecond ?? Number.POSITIVE_INFINITY, usualPerSecond);
  const pace =
    documentsPerSecond !== null && documentsPerSecond <= usualPerSecond
      ? "the speed limit of"
      : "a small server's usual";
  return {
    texts: 0,
    tokens: 0,
    usd: { embedding: 0, reads: 0, writes: 0, total: 0 },
    bytes: { read: 0, written: bytes },
    seconds: documents / perSecond,
    requests: bulks === 0 ? {} : { "elasticsearch.bulk": bulks },
    basis:
      documents === 0
        ? "nothing to write"
        : `bulk requests of up to ${batchDocuments.toLocaleString("en-US")} documents, at ${pace} ${perSecond.toLocaleString("en-US")} documents a second`,
  };
}
