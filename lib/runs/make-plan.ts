import { z } from "zod";
import type { Database } from "@/lib/db/contract";
import { Digest } from "@/lib/plan/digest";
import { estimateWork } from "@/lib/plan/estimate";
import { type RunSettings, runSettingsSchema } from "@/lib/shapes/run";
import type { EngineParts } from "./parts";

const sumsSchema = z.object({
  creates: z.number(),
  unchanged: z.number(),
  orphans: z.number(),
  problems: z.number(),
  texts: z.number(),
  tokens: z.coerce.number(),
  bytes: z.coerce.number(),
});
const digestSchema = z.object({ digest: z.string() });
const runSchema = z.object({ planId: z.string().nullable(), kind: z.string(), settings: runSettingsSchema });

/** Adds up a plan's chunks once its last namespace is walked: counts, hash, estimate. It doesn't change after that. */
export async function completePlan(parts: EngineParts, runId: string): Promise<void> {
  const { database } = parts;
  const [run] = await database.rows(runSchema, `SELECT "planId", "kind", "settings" FROM "Run" WHERE "id" = $1`, [
    runId,
  ]);
  if (!run?.planId) return;
  const [sums] = await database.rows(
    sumsSchema,
    `SELECT coalesce(sum(cardinality("creates") - "problems"), 0)::int AS "creates", coalesce(sum("unchanged"), 0)::int AS "unchanged",
            coalesce(sum(cardinality("orphans")), 0)::int AS "orphans", coalesce(sum("problems"), 0)::int AS "problems",
            coalesce(sum("texts"), 0)::int AS "texts", coalesce(sum("tokens"), 0)::text AS "tokens", coalesce(sum("bytes"), 0)::text AS "bytes"
       FROM "Chunk" WHERE "planId" = $1`,
    [run.planId],
  );
  if (!sums) return;
  const estimate =
    run.kind === "plan"
      ? JSON.stringify(
          estimateWork(
            {
              sourceIds: sums.creates + sums.problems + sums.unchanged,
              targetIds: sums.unchanged + sums.orphans,
              creates: sums.creates + sums.problems,
              texts: sums.texts,
              tokens: sums.tokens,
              metadataBytes: sums.bytes,
            },
            await ratesOf(parts, run.settings),
          ),
        )
      : null;
  await database.run(
    `UPDATE "Plan" SET "state" = $2, "creates" = $3, "unchanged" = $4, "orphans" = $5, "problems" = $6, "hash" = $7, "estimate" = $8::jsonb,
            "readyAt" = clock_timestamp()
      WHERE "id" = $1 AND "state" IN ('planning', 'failed')`,
    [
      run.planId,
      run.kind === "plan" ? "ready" : "applied",
      sums.creates,
      sums.unchanged,
      sums.orphans,
      sums.problems,
      await hashOf(database, run.planId),
      estimate,
    ],
  );
}

/** The sum of all chunks' digests, a thousand rows at a time. */
async function hashOf(database: Database, planId: string): Promise<string> {
  const digest = new Digest();
  const page = 1000;
  for (let offset = 0; ; offset += page) {
    const rows = await database.rows(
      digestSchema,
      `SELECT "digest" FROM "Chunk" WHERE "planId" = $1 ORDER BY "namespace", "sequence" LIMIT ${page} OFFSET $2`,
      [planId, offset],
    );
    for (const row of rows) digest.addAll(row.digest);
    if (rows.length < page) return digest.toString();
  }
}

async function ratesOf(parts: EngineParts, settings: RunSettings): Promise<Parameters<typeof estimateWork>[1]> {
  const { config, source, target, embedder } = parts;
  const shape = await source.inspect(settings.source.index).catch(() => null);
  const { perSecond } = config.pinecone;
  return {
    sourceDimension: shape?.dimension ?? 0,
    targetDimension: settings.embedder.dimension,
    embeddingBatch: Math.min(settings.embeddingBatchSize, embedder.limits.textsPerCall),
    fetchBatch: Math.min(settings.queryBatchSize, source.can.limits.fetchIds),
    upsertBatch: Math.min(settings.upsertBatchSize, target.can.limits.upsertRecords),
    upsertBytes: target.can.limits.upsertBytes,
    listPage: source.can.limits.listPage,
    ...config.gemini.quota,
    upsertsPerSecond: perSecond.upserts,
    fetchesPerSecond: perSecond.fetches,
    listsPerSecond: perSecond.lists,
    prices: config.prices,
  };
}
