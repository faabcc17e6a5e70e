import { z } from "zod";
import type { Database } from "@/lib/db/contract";
import { type Load, noLoad } from "@/lib/plan/estimate/costs";
import { estimateMirror, type MirrorWorkload, type Rates } from "@/lib/plan/estimate/estimate";
import { estimateLeft, noLoads, type PlanWorkload } from "@/lib/plan/estimate/left";
import type { Estimate } from "@/lib/shapes/plans/plan";
import type { RunSettings } from "@/lib/shapes/runs/run";
import { notePlan } from "../attention/note-plan";
import type { EngineParts } from "../lifecycle/parts";
import { packFacets } from "./facet-blocks";
import { hashOf, ratesOf } from "./plan-sums";

const sumsSchema = z.object({
  creates: z.number(),
  updates: z.number(),
  unchanged: z.number(),
  orphans: z.number(),
  problems: z.number(),
  textChanged: z.number(),
  texts: z.number(),
  otherTexts: z.number(),
  tokens: z.coerce.number(),
  otherTokens: z.coerce.number(),
  bytes: z.coerce.number(),
});

/**
 * Adds up the chunks of a plan once its last namespace is analysed. Its changes don't change after that. Does nothing for who comes late: the
 * analysis may have failed and been resumed meanwhile.
 */
export async function completeReviewedPlan(
  parts: EngineParts,
  { planId, kind, settings }: { planId: string; kind: "mirror" | "reembed"; settings: RunSettings },
): Promise<void> {
  const { database } = parts;
  const int = (column: string) => `coalesce(sum("${column}"), 0)::int AS "${column}"`;
  const long = (column: string) => `coalesce(sum("${column}"), 0)::text AS "${column}"`;
  const [sums] = await database.rows(
    sumsSchema,
    `SELECT coalesce(sum("createCount"), 0)::int AS "creates", coalesce(sum("orphanCount"), 0)::int AS "orphans",
            ${["updates", "unchanged", "problems", "textChanged", "texts", "otherTexts"].map(int).join(", ")},
            ${["tokens", "otherTokens", "bytes"].map(long).join(", ")}
       FROM "Chunk" WHERE "planId" = $1`,
    [planId],
  );
  if (!sums) return;
  const rates = await ratesOf(parts, settings);
  const loads = await readLoads(database, planId);
  const workload: PlanWorkload = kind === "mirror" ? { ...loads, rates } : { ...loads, rates, listed: listedBy(sums) };
  const estimate = kind === "mirror" ? estimateBoth(sums, settings, rates) : estimateLeft(workload, noLoads, "both");
  await packFacets(database, planId);
  await refreshStatistics(database);
  await database.run(
    `UPDATE "Plan" SET "state" = 'ready', "creates" = $2, "updates" = $3, "unchanged" = $4, "orphans" = $5, "problems" = $6,
            "textChanged" = $7, "metadataOnly" = $8, "hash" = $9, "estimate" = $10::jsonb, "workload" = $11::jsonb, "readyAt" = clock_timestamp()
      WHERE "id" = $1 AND "state" = 'planning' AND NOT EXISTS (
        SELECT 1 FROM "Run" r JOIN "Segment" s ON s."runId" = r."id"
         WHERE r."planId" = $1 AND r."kind" = 'plan' AND s."state" IN ('queued', 'running', 'waiting'))`,
    [
      planId,
      sums.creates,
      sums.updates,
      sums.unchanged,
      sums.orphans,
      sums.problems,
      sums.textChanged,
      sums.updates - sums.textChanged,
      await hashOf(database, planId, settings),
      JSON.stringify(estimate),
      JSON.stringify(workload),
    ],
  );
}

/** The embedded database has nobody who does this in the background; without it, queries of the review and the fleet may be planned badly. */
export async function refreshStatistics(database: Database): Promise<void> {
  await database.run(
    `ANALYZE "Chunk", "Change", "ChangeFacet", "FacetBlock", "ChangeRoster", "Exclusion", "Segment", "Reading", "Standing"`,
  );
}

/** What a migration lists of both indexes, and what of it can't be migrated. */
const listedBy = ({ creates, unchanged, orphans, problems }: z.infer<typeof sumsSchema>) => ({
  source: creates + unchanged + problems,
  target: unchanged + orphans,
  problems,
});

const loadSchema = z.object({
  kind: z.string(),
  records: z.number(),
  texts: z.number(),
  tokens: z.number(),
  bytes: z.number(),
});

/** What creates and updates hold, each for itself: what is left after exclusions is priced from it. */
export async function readLoads(database: Database, planId: string): Promise<{ creates: Load; updates: Load }> {
  const rows = await database.rows(
    loadSchema,
    `SELECT r."kind", sum(CASE r."kind" WHEN 'create' THEN c."createCount" ELSE c."updates" END)::int AS "records",
            sum(r."texts")::int AS "texts", sum(r."tokens")::float8 AS "tokens", sum(r."bytes")::float8 AS "bytes"
       FROM "ChangeRoster" r JOIN "Chunk" c ON c."planId" = r."planId" AND c."namespace" = r."namespace" AND c."sequence" = r."sequence"
      WHERE r."planId" = $1 AND r."kind" IN ('create', 'update') GROUP BY r."kind"`,
    [planId],
  );
  const of = (kind: string): Load => {
    const { kind: _kind, ...load } = rows.find((row) => row.kind === kind) ?? { kind, ...noLoad };
    return load;
  };
  return { creates: of("create"), updates: of("update") };
}

function estimateBoth(sums: z.infer<typeof sumsSchema>, settings: RunSettings, rates: Rates): Estimate {
  const always = settings.updatePolicy === "always";
  const own: MirrorWorkload = {
    creates: sums.creates,
    updates: sums.updates,
    texts: sums.texts,
    tokens: sums.tokens,
    metadataBytes: sums.bytes,
  };
  const direction = always ? -1 : 1;
  const other = estimateMirror(
    {
      ...own,
      texts: Math.max(0, sums.texts + direction * sums.otherTexts),
      tokens: Math.max(0, sums.tokens + direction * sums.otherTokens),
    },
    rates,
  );
  return {
    ...estimateMirror(own, rates),
    alternative: {
      policy: always ? "when-text-changed" : "always",
      texts: other.texts,
      tokens: other.tokens,
      usd: other.usd.total,
      seconds: other.seconds,
    },
  };
}

/**
 * Marks a plan as applied once runs have applied all of it: one of both phases, or one of each, where a phase without changes
 * needs none. To be called when a run's last namespace has ended well.
 */
export async function notePlanApplied(database: Database, planId: string): Promise<void> {
  await database.run(
    `UPDATE "Plan" p SET "state" = 'applied'
      WHERE p."id" = $1 AND p."state" = 'approved'
        AND (p."creates" <= p."excludedCreates" OR ${appliedBy("creates")})
        AND (p."updates" <= p."excludedUpdates" OR ${appliedBy("updates")})`,
    [planId],
  );
  await notePlan(database, planId);
}

/** Whether a run went through all changes of the phase; `p` is the plan. */
export function appliedBy(phase: "creates" | "updates"): string {
  return `EXISTS (SELECT 1 FROM "Run" r WHERE r."planId" = p."id" AND r."kind" = p."kind" AND r."retryOf" IS NULL
    AND r."settings" ->> 'only' IN ('both', '${phase}') AND r."state" <> 'cancelled'
    AND NOT EXISTS (SELECT 1 FROM "Segment" s WHERE s."runId" = r."id" AND s."state" <> 'done'))`;
}
