import { createHash } from "node:crypto";
import type { Config } from "@/lib/config";
import { clearanceKey } from "@/lib/plan/target-metadata";
import { type AnySettings, type End, isClearance, type RunSettings, runSettingsSchema } from "@/lib/shapes/run";
import { defaultReembedSample } from "@/lib/shapes/verdict-words";

export type SettingOverrides = {
  limit?: number;
  batchSize?: number;
  sample?: number;
  full?: boolean;
  reembedSample?: number;
  only?: RunSettings["only"];
};

/** Records compared after a run when nothing else is said: finds a fault of 2 % with a chance of 98 %. */
export const defaultSample = 200;

/** Both indexes as they were found; see `ends.ts`. */
export type Ends = { source: End | null; target: End | null };

/**
 * What a run works under, fixed when it starts: a changed environment doesn't change it half-way.
 * @param ends the indexes as they were found; the worker that takes the run up first notes them where they are left out
 */
export function settingsFor(config: Config, overrides: SettingOverrides = {}, ends?: Ends): RunSettings {
  const { modelKey } = config.policy;
  return runSettingsSchema.parse({
    source: ends?.source ?? { index: config.pinecone.source.index },
    target: ends?.target ?? { index: config.pinecone.target.index },
    embedder: {
      model: config.gemini.model,
      dimension: config.gemini.dimension,
      task: config.gemini.task,
      address: config.mode === "sandbox" ? "the sandbox" : (config.gemini.baseUrl ?? "Google's own address"),
    },
    clearanceLevel: config.policy.clearanceLevel,
    // The level is never the source's to change, whatever else the operator lists.
    targetOwnedKeys: [
      ...new Set([...config.policy.targetOwnedKeys, clearanceKey, ...(modelKey === null ? [] : [modelKey])]),
    ],
    ...(modelKey === null ? {} : { modelKey }),
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
    reembedSample: overrides.reembedSample ?? defaultReembedSample,
  });
}

/**
 * Equal for the same verb over the same namespaces under the same settings: such a start resumes what was interrupted. Of indexes and
 * embedder their names alone, as earlier versions had them: whether these still are the same ones is compared apart (`world.ts`).
 */
export function hashSettings(kind: string, namespaces: readonly string[], settings: AnySettings): string {
  const named = JSON.stringify([kind, [...namespaces].sort(), isClearance(settings) ? settings : byName(settings)]);
  return createHash("sha256").update(named).digest("hex");
}

function byName({ source, target, embedder, ...rest }: RunSettings) {
  const { model, dimension, task } = embedder;
  return {
    source: { index: source.index },
    target: { index: target.index },
    embedder: { model, dimension, task },
    ...rest,
  };
}
