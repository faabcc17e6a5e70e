import type { RunSettings } from "@/lib/shapes/runs/run";

/** What an estimate was asked for beside its namespaces, so that the same can be asked for again. */
export function estimateAgain({ limit, embeddingBatchSize, vectors, fill }: RunSettings) {
  return {
    ...(limit === null ? {} : { limit }),
    ...(vectors === "source" ? {} : { batchSize: embeddingBatchSize }),
    ...(fill?.where === undefined ? {} : { where: fill.where }),
    ...(fill?.again === undefined ? {} : { force: true }),
  };
}
