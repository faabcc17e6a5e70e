import { ServiceFailure } from "@/lib/failures";
import type { Fetched, Place, StoreCapabilities, VectorSource } from "../contract";
import type { Answer, Call } from "./call";
import { service } from "./failures";
import { type IndexModel, kindWords, unfitFor } from "./index-model";
import { listIndexes } from "./indexes";
import { isAbsentNamespace, listIds } from "./listing";
import { wireName } from "./place";
import type { Project } from "./project";
import { queryVectors } from "./query";
import { readHead, readRecord, sortOut } from "./records";
import { namespaceCounts, readNamespaces, readStatistics, vectorsPlane } from "./statistics";
import { sweepHeads } from "./sweep";
import { fetchedVectors, parseWire } from "./wire";

/**
 * Pinecone's documented limits (docs: "Operation limits", "Identifier limits"; API 2026-04), some kept below: the length of a fetch's URL is not
 * documented, and servers and proxies commonly stop at 8 or 16 KiB of headers; 2 MB may be decimal, and the body has a frame around the records.
 */
export const pineconeCapabilities = (): StoreCapabilities => ({
  listing: "byte-ordered",
  visibility: "eventual",
  count: "approximate",
  metadata: "flat",
  metrics: ["cosine", "dotproduct", "euclidean"],
  ids: "printable-ascii",
  limits: {
    fetchIds: 100,
    fetchBytes: 6000,
    listPage: 100,
    upsertRecords: 1000,
    upsertBytes: 1_990_000,
    metadataBytes: 40_960,
    idLength: 512,
    dimensions: 20_000,
  },
});

/** Reads one vector collection in the service, and answers what it found; an absent namespace holds nothing. */
export async function fetchVectors(
  project: Project,
  place: Place,
  ids: readonly string[],
  call: Call & { skim: boolean },
): Promise<{ vectors: Record<string, unknown>; answer: Answer | null }> {
  const options = { ids: [...new Set(ids)], namespace: wireName(place.namespace) };
  try {
    const answer = await project.data(place.index, call, (data) => data.fetch(options));
    return { vectors: parseWire(fetchedVectors, answer.json, call.operation).vectors ?? {}, answer };
  } catch (error) {
    if (isAbsentNamespace(error)) return { vectors: {}, answer: null };
    throw error;
  }
}

/** A source over a project: it has no way to write, at run time either. */
export function createSource(project: Project): VectorSource {
  const can = pineconeCapabilities();
  const plane = vectorsPlane(project);
  const nothing = <R>(): Fetched<R> => ({ records: [], missing: [], unreadable: [] });
  const shapes = new Map<string, IndexModel>();
  const shapeOf = async (index: string, operation: string, signal?: AbortSignal): Promise<IndexModel> => {
    const shape = shapes.get(index) ?? (await project.describe("inspect", index, signal));
    if (!shape) {
      const message = `There is no index ${index}`;
      throw new ServiceFailure({ code: "not-found", service, operation, message });
    }
    shapes.set(index, shape);
    return shape;
  };
  const metricOf = async (index: string, signal?: AbortSignal) => (await shapeOf(index, "query", signal)).metric;
  return {
    can,
    service,
    inspect: async (index, { signal, counts = true } = {}) => {
      const model = await project.describe("inspect", index, signal);
      if (!model) return null;
      const unfit = unfitFor("vectors", model);
      const stats = counts && model.ready && !unfit ? await readStatistics(plane, index, "inspect", signal) : null;
      return {
        name: model.name,
        dimension: model.dimension,
        metric: model.metric,
        ready: model.ready,
        sort: kindWords[model.kind],
        ...(unfit && { unfit }),
        ...project.whereabouts(model),
        ...(model.kind === "pod" && { pods: true }),
        ...(model.embedsBy === null ? {} : { embedsBy: model.embedsBy }),
        // Of a dense index only those with the dotproduct metric can be queried by sparse values.
        sparse: model.metric === "dotproduct",
        vectors: { value: stats?.total ?? 0, exact: false },
        namespaces: stats?.namespaces?.size ?? 0,
      };
    },
    collections: (options) => listIndexes(project, "vectors", options),
    namespaces: (index, options) => readNamespaces(plane, index, options),
    count: namespaceCounts(plane),
    listIds: (place, options) => listIds(project, place, options),
    fetchHeads: async (place, ids, { signal, answered } = {}) => {
      if (ids.length === 0) return nothing();
      const operation = "fetchHeads";
      const { vectors } = await fetchVectors(project, place, ids, { operation, signal, answered, skim: true });
      return sortOut(operation, ids, vectors, readHead);
    },
    sweepHeads: async (place, most, options = {}) => {
      const { dimension } = await shapeOf(place.index, "fetchHeads", options.signal);
      return dimension === null ? { heads: [], readUnits: null } : sweepHeads(project, dimension, place, most, options);
    },
    fetchRecords: async (place, ids, { signal, answered } = {}) => {
      if (ids.length === 0) return nothing();
      const operation = "fetchRecords";
      const { vectors } = await fetchVectors(project, place, ids, { operation, signal, answered, skim: false });
      return sortOut(operation, ids, vectors, readRecord);
    },
    query: (place, question, options = {}) => queryVectors(project, metricOf, place, question, options),
    // Idle sockets belong to the process' fetch, which lets go of them within seconds and never holds the process open.
    close: async () => {},
  };
}
