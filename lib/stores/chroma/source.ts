import type { CallOptions, IndexShape, StoreCapabilities, VectorSource } from "../contract";
import { headRules } from "../files/head-settings";
import { failure, service } from "./failures";
import { countOf, type Listing, listCollection } from "./listing";
import { queryCollection } from "./query";
import { getRecords, headBy, recordBy, sortOut } from "./records";
import { type ChromaServer, type ServedCollection, vectorsInAnswer } from "./server";
import type { ChromaSettings } from "./settings";
import { dimensionOf, metricOf } from "./shape";

/**
 * Limits of Chroma Cloud where it has some (documentation, "Quotas and limits", 2026-11: 300 records a request); a server of one's own takes more, and a request of 300 records
 * loses little there.
 */
export const chromaCapabilities = (): StoreCapabilities => ({
  listing: "byte-ordered",
  visibility: "immediate",
  count: "exact",
  metadata: "json",
  metrics: ["cosine", "dotproduct", "euclidean"],
  limits: {
    fetchIds: 300,
    fetchBytes: 2_000_000,
    listPage: 1000,
    upsertRecords: 300,
    upsertBytes: 16_000_000,
    metadataBytes: 500_000,
    idLength: 2000,
    dimensions: 100_000,
  },
});

/** A source, and what a target needs of it: which collection a name is. */
export function createChromaSource(
  server: ChromaServer,
  settings: ChromaSettings,
): { source: VectorSource; find(name: string, operation: string, signal?: AbortSignal): Promise<ServedCollection> } {
  const can = chromaCapabilities();
  const rules = headRules(settings);
  const known = new Map<string, ServedCollection>();
  const listings = new Map<string, Promise<Listing>>();

  const find = async (name: string, operation: string, signal?: AbortSignal): Promise<ServedCollection> => {
    const standing = known.get(name) ?? (await server.collection(name, { operation, signal }));
    if (standing === null) throw failure("not-found", operation, `${service}: there is no collection ${name}`);
    // One that was empty gets its dimension by its first record.
    if (dimensionOf(standing) !== null) known.set(name, standing);
    return standing;
  };
  const listed = (
    name: string,
    id: string,
    isNew: boolean,
    operation: string,
    signal?: AbortSignal,
  ): Promise<Listing> => {
    const before = listings.get(name);
    if (before !== undefined && !isNew) return before;
    const listing = listCollection(server, id, { operation, signal });
    listings.set(name, listing);
    listing.catch(() => listings.get(name) === listing && listings.delete(name));
    if (before) before.then(({ ids }) => ids.close()).catch(() => {});
    return listing;
  };
  const countIn = async (name: string, id: string, operation: string, signal?: AbortSignal) => {
    const value = await countOf(server, id, { operation, signal });
    const listing = await listings.get(name)?.catch(() => null);
    const note = "The collection changed each time it was listed: a record may have been passed over.";
    return { value, exact: true, ...(listing?.moved && { note }) };
  };
  const fetchAs = async <R>(
    operation: string,
    place: { index: string; namespace: string },
    ids: readonly string[],
    { signal }: CallOptions,
    shape: Parameters<typeof sortOut<R>>[2],
    values: boolean,
  ) => {
    const collection = await find(place.index, operation, signal);
    const asked = place.namespace === "" ? ids : [];
    const atOnce = values ? vectorsInAnswer(dimensionOf(collection)) : can.limits.fetchIds;
    const found: Awaited<ReturnType<typeof getRecords>> = new Map();
    for (let at = 0; at < asked.length; at += atOnce) {
      const some = asked.slice(at, at + atOnce);
      for (const one of await getRecords(server, collection.id, some, { operation, signal }, values)) found.set(...one);
    }
    return sortOut(ids, found, shape);
  };

  const source: VectorSource = {
    can,
    service,
    inspect: async (name, { signal } = {}): Promise<IndexShape | null> => {
      const operation = "inspect";
      const collection = await server.collection(name, { operation, signal });
      known.delete(name);
      if (collection === null) return null;
      const metric = metricOf(collection);
      if (metric === null)
        throw failure("invalid", operation, `${service}: ${name} measures in a way that isn't known`);
      const vectors = await countIn(name, collection.id, operation, signal);
      return {
        name,
        dimension: dimensionOf(collection),
        metric,
        ready: true,
        account: `${server.place}, collection ${collection.id}`,
        sparse: false,
        // Direction and length are stored apart, and older versions give the direction alone.
        ...(metric === "cosine" && { keeps: "direction" }),
        vectors,
        namespaces: vectors.value > 0 ? 1 : 0,
      };
    },
    collections: async function* ({ signal } = {}) {
      for await (const one of server.collections({ operation: "collections", signal }))
        yield { name: one.name, dimension: dimensionOf(one), metric: metricOf(one) };
    },
    namespaces: async function* (name, { signal, prefix = "" } = {}) {
      const { id } = await find(name, "namespaces", signal);
      const count = await countIn(name, id, "namespaces", signal);
      yield { namespaces: prefix === "" && count.value > 0 ? [{ name: "", count }] : [], next: null };
    },
    count: async (place, { signal } = {}) => {
      const { id } = await find(place.index, "count", signal);
      return place.namespace === "" ? countIn(place.index, id, "count", signal) : { value: 0, exact: true };
    },
    listIds: async (place, { signal, cursor, prefix = "", limit = can.limits.listPage } = {}) => {
      const { id } = await find(place.index, "listIds", signal);
      if (place.namespace !== "") return { ids: [], next: null };
      const { ids } = await listed(place.index, id, cursor === undefined, "listIds", signal);
      const page = ids.page({ after: cursor ?? null, prefix, limit: limit + 1 });
      return { ids: page.slice(0, limit), next: page.length > limit ? (page[limit - 1] ?? null) : null };
    },
    fetchHeads: (place, ids, options = {}) => fetchAs("fetchHeads", place, ids, options, headBy(rules), false),
    fetchRecords: (place, ids, options = {}) => fetchAs("fetchRecords", place, ids, options, recordBy(rules), true),
    query: async (place, question, options = {}) => {
      const collection = await find(place.index, "query", options.signal);
      return place.namespace === "" ? queryCollection(server, collection, rules, question, options) : [];
    },
    close: async () => {
      const all = [...listings.values()];
      listings.clear();
      for (const listing of all) await listing.then(({ ids }) => ids.close()).catch(() => {});
    },
  };
  return { source, find };
}
