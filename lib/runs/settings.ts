import { createHash } from "node:crypto";
import type { Config } from "@/lib/config";
import { clearanceKey } from "@/lib/plan/target-metadata";
import { type AnySettings, type RunSettings, runSettingsSchema } from "@/lib/shapes/run";

export type SettingOverrides = {
  limit?: number;
  batchSize?: number;
  sample?: number;
  full?: boolean;
  only?: RunSettings["only"];
};

/** Records compared after a run when nothing else is said: finds a fault of 2 % with a chance of 98 %. */
export const defaultSample = 200;

/** What a run works under, fixed when it starts: a changed environment doesn't change it half-way. */
export function settingsFor(config: Config, overrides: SettingOverrides = {}): RunSettings {
  return runSettingsSchema.parse({
    source: { index: config.pinecone.source.index },
    target: { index: config.pinecone.target.index },
    embedder: { model: config.gemini.model, dimension: config.gemini.dimension, task: config.gemini.task },
    clearanceLevel: config.policy.clearanceLevel,
    // The level is never the source's to change, whatever else the operator lists.
    targetOwnedKeys: [...new Set([...config.policy.targetOwnedKeys, clearanceKey])],
    textKey: config.policy.textKey,
    longTextPolicy: config.policy.longText,
    updatePolicy: config.policy.update,
    only: overrides.only ?? "both",
    queryBatchSize: config.batches.query,
    embeddingBatchSize: overrides.batchSize ?? config.batches.embedding,
    upsertBatchSize: config.batches.upsert,
    batchDelaySeconds: config.batches.delaySeconds,
    limit: overrides.limit ?? null,
    verifySample: overrides.sample ?? defaultSample,
    verifyFull: overrides.full ?? false,
  });
}

/** Equal for the same verb over the same namespaces under the same settings: such a start resumes what was interrupted. */
export function hashSettings(kind: string, namespaces: readonly string[], settings: AnySettings): string {
  const named = JSON.stringify([kind, [...namespaces].sort(), settings]);
  return createHash("sha256").update(named).digest("hex");
}
