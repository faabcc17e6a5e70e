import { z } from "zod";
import type { Database } from "@/lib/db/contract";
import { Digest } from "@/lib/plan/digest";
import type { Rates } from "@/lib/plan/estimate/estimate";
import type { AnySettings, RunSettings } from "@/lib/shapes/runs/run";
import { stepSchema } from "@/lib/shapes/runs/steps";
import { jsonFloatBytes } from "@/lib/stores/kind";
import { storeKinds } from "@/lib/stores/registry";
import type { EngineParts } from "../lifecycle/parts";
import { routePrint } from "../lifecycle/route-print";

const digestSchema = z.object({ digest: z.string() });

const stepsSchema = z.object({ steps: z.object({ steps: z.array(stepSchema) }).nullable() });

/**
 * A plan's hash: the sum of all chunks' digests, read a thousand rows at a time, of where it leads and by which rules, and of what the target is to run
 * beside. Those of earlier versions hold the changes alone.
 */
export async function hashOf(database: Database, planId: string, settings: AnySettings): Promise<string> {
  const digest = new Digest();
  digest.add("route", routePrint(settings));
  const [plan] = await database.rows(stepsSchema, `SELECT "steps" FROM "Plan" WHERE "id" = $1`, [planId]);
  for (const [at, { when, statement }] of (plan?.steps?.steps ?? []).entries())
    digest.add("step", when, String(at), statement);
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

/** A run of the environment's route names no kinds: both are Pinecone's. */
const floatBytesOf = (kind: string | undefined) => storeKinds.get(kind ?? "")?.floatBytes ?? jsonFloatBytes;

/** What indexes and quotas allow, for an estimate. */
export async function ratesOf(parts: Omit<EngineParts, "workerName">, settings: RunSettings): Promise<Rates> {
  const { config, source, target, embedder } = parts;
  const shape = await source.inspect(settings.source.index, { counts: false }).catch(() => null);
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
    floatBytes: { source: floatBytesOf(settings.source.kind), target: floatBytesOf(settings.target.kind) },
    services: { source: source.service, target: target.service, embedder: embedder.service },
  };
}
