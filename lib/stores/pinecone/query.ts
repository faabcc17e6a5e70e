import type { CallOptions, Hit, Metric, Place, VectorQuery } from "../contract";
import { checkQuery } from "../query/exact-query";
import { asJsonFilter } from "../query/filter";
import { malformed, service } from "./failures";
import { isAbsentNamespace } from "./listing";
import { wireName } from "./place";
import type { Project } from "./project";
import { readHead } from "./records";
import { parseWire, queryReply } from "./wire";

const operation = "query";

/**
 * The service gives the square of the Euclidean distance (docs, "Similarity metrics": "the most similar results are those with the lowest similarity
 * score"), and of the other metrics what is the higher the nearer.
 */
const scoreOf = (metric: Metric, score: number): number =>
  metric === "euclidean" ? -Math.sqrt(Math.max(0, score)) : score;

/** Asks the index. `metricOf` is asked once an index: the answer doesn't name it. */
export async function queryVectors(
  project: Project,
  metricOf: (index: string, signal?: AbortSignal) => Promise<Metric>,
  place: Place,
  question: VectorQuery,
  { signal, answered }: CallOptions,
): Promise<Hit[]> {
  checkQuery(service, question, null);
  const { values, k, filter, metadata = false } = question;
  const metric = await metricOf(place.index, signal);
  const options = {
    vector: [...values],
    topK: k,
    includeMetadata: metadata,
    includeValues: false,
    namespace: wireName(place.namespace),
    ...(filter && { filter: asJsonFilter(filter) }),
  };
  try {
    const { json } = await project.data(place.index, { operation, signal, answered }, (data) => data.query(options));
    const matches = parseWire(queryReply, json, operation).matches ?? [];
    return matches.map((match): Hit => {
      const hit = { id: match.id, score: scoreOf(metric, match.score) };
      if (!metadata) return hit;
      const head = readHead(match.id, { metadata: match.metadata });
      if ("wrong" in head) throw malformed(operation, `${service} gave ${match.id} with metadata that can't be read`);
      return { ...hit, metadata: head.value.metadata };
    });
  } catch (error) {
    if (isAbsentNamespace(error)) return [];
    throw error;
  }
}
