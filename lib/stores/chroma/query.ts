import { z } from "zod";
import type { CallOptions, Hit, Metric, VectorQuery } from "../contract";
import type { HeadRules } from "../files/file-metadata";
import { checkQuery } from "../query/exact-query";
import { asJsonFilter } from "../query/filter";
import { failure, service } from "./failures";
import { getRecords, headBy } from "./records";
import { type ChromaServer, parse, type ServedCollection } from "./server";
import { dimensionOf, metricOf } from "./shape";

const operation = "query";
const answerSchema = z.object({
  ids: z.tuple([z.array(z.string())]),
  distances: z.tuple([z.array(z.number())]),
});

/** The service gives distances: 1 minus cosine or inner product, and the square of the Euclidean one (documentation, "Configure collections"). */
function scoreOf(metric: Metric, distance: number): number {
  return metric === "euclidean" ? -Math.sqrt(Math.max(0, distance)) : 1 - distance;
}

/** Asks the collection's index. */
export async function queryCollection(
  server: ChromaServer,
  collection: ServedCollection,
  rules: HeadRules,
  question: VectorQuery,
  { signal }: CallOptions,
): Promise<Hit[]> {
  checkQuery(service, question, dimensionOf(collection));
  const metric = metricOf(collection);
  if (metric === null)
    throw failure("invalid", operation, `${service}: ${collection.name} measures in a way that isn't known`);
  const { values, k, filter, metadata = false } = question;
  // One that holds nothing yet answers with an error.
  if ((collection.dimension ?? null) === null) return [];
  const body = {
    query_embeddings: [values],
    n_results: k,
    include: ["distances"],
    ...(filter && { where: asJsonFilter(filter) }),
  };
  const call = { operation, signal };
  const answer = parse(
    answerSchema,
    await server.records(collection.id, "query", { ...call, method: "POST", body }),
    operation,
  );
  const [[ids], [distances]] = [answer.ids, answer.distances];
  if (ids.length !== distances.length)
    throw failure("malformed", operation, `${service} gave lists of different lengths`);
  const hits = ids.map((id, at): Hit => ({ id, score: scoreOf(metric, distances[at] ?? 0) }));
  if (!metadata) return hits;
  // Read as records are, so that texts stand under their key and no number is rounded.
  const found = await getRecords(server, collection.id, ids, call, false);
  const read = headBy(rules);
  return hits.map((hit) => {
    const record = found.get(hit.id);
    const head = record ? read(hit.id, record) : { wrong: "it is gone" };
    return { ...hit, metadata: "wrong" in head ? {} : head.metadata };
  });
}
