import { z } from "zod";
import type { Metric } from "../contract";
import type { ServedCollection } from "./server";

const metrics: Record<string, Metric> = { l2: "euclidean", ip: "dotproduct", cosine: "cosine" };
export const spaces: Record<Metric, string> = { euclidean: "l2", dotproduct: "ip", cosine: "cosine" };
export const spaceKey = "hnsw:space";
/** Chroma knows a collection's dimension only once it holds a record: an empty one that Portage made says it here. */
export const dimensionKey = "portage:dimension";

const space = z.object({ space: z.string() });
const configuration = z
  .object({ hnsw: space.nullish().catch(null), spann: space.nullish().catch(null) })
  .catch({ hnsw: null, spann: null });

/** Metadata first: of folders that older versions made, the configuration says l2 whatever is computed. */
export function metricOf({ metadata, configuration_json }: ServedCollection): Metric | null {
  const { hnsw, spann } = configuration.parse(configuration_json ?? {});
  const own = metadata?.[spaceKey];
  return metrics[typeof own === "string" ? own : (hnsw?.space ?? spann?.space ?? "l2")] ?? null;
}

export function dimensionOf({ dimension, metadata }: ServedCollection): number | null {
  const own = metadata?.[dimensionKey];
  return dimension ?? (typeof own === "number" ? own : null);
}
