import { ServiceFailure } from "@/lib/failures";
import { compareBytes } from "../byte-order";
import type {
  CallOptions,
  Count,
  Fetched,
  IndexShape,
  ListPage,
  Metric,
  NamespacePage,
  Place,
  Receipt,
  RecordHead,
  StoreCapabilities,
  Upserted,
  VectorRecord,
} from "../contract";
import { fetchCost } from "../fetch-cost";
import { checkQuery } from "../query/exact-query";
import { ExactSearch } from "../query/exact-search";
import { meets } from "../query/filter";
import { accept, sizeOfRecord } from "./acceptance";
import { defaultLimits, type MemoryOperation, type MemoryStore, type MemoryStoreOptions, noCalls } from "./options";
import { copy, Space } from "./space";
import { startAfter } from "./start-after";

export type { MemoryCall, MemoryIndex, MemoryOperation, MemoryStore, MemoryStoreOptions } from "./options";

type Index = { dimension: number; metric: Metric; spaces: Map<string, Space> };

/**
 * Makes a store in memory. Listings come in byte order, a page at a time (or scattered, see `listing`); limits are enforced as a
 * real service does; every call is counted and can be made to fail before or after its effect.
 */
export function createMemoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const service = options.service ?? "Memory";
  const can: StoreCapabilities = {
    listing: options.listing ?? "byte-ordered",
    visibility: options.visibility ?? "immediate",
    count: options.count ?? "exact",
    metadata: options.metadata ?? "flat",
    metrics: ["cosine", "dotproduct", "euclidean"],
    limits: { ...defaultLimits, ...options.limits },
  };
  const calls = noCalls();
  const written: string[] = [];
  const indexes = new Map<string, Index>();
  const exact = can.count === "exact";

  const failure = (
    operation: MemoryOperation,
    code: "not-found" | "aborted" | "invalid" | "conflict",
    message: string,
  ) => new ServiceFailure({ code, service, operation, message });
  const indexOf = (operation: MemoryOperation, name: string): Index => {
    const index = indexes.get(name);
    if (!index) throw failure(operation, "not-found", `There is no index ${name}`);
    return index;
  };
  const spaceOf = (index: Index, namespace: string): Space => {
    const known = index.spaces.get(namespace);
    if (known) return known;
    const made = new Space(can.listing !== "unordered");
    index.spaces.set(namespace, made);
    return made;
  };
  const call = async <T>(
    operation: MemoryOperation,
    place: Place | null,
    ids: readonly string[],
    signal: AbortSignal | undefined,
    effect: () => T,
  ): Promise<T> => {
    const checkAborted = () => {
      if (signal?.aborted) throw failure(operation, "aborted", "The call was cancelled");
    };
    checkAborted();
    calls[operation] += 1;
    await options.before?.({ operation, place, ids });
    checkAborted();
    const answer = effect();
    await options.after?.({ operation, place, ids });
    checkAborted();
    return answer;
  };

  const fetchAs = <R>(
    operation: "fetchHeads" | "fetchRecords",
    place: Place,
    ids: readonly string[],
    { signal, answered }: CallOptions,
    shape: (record: VectorRecord) => R,
  ): Promise<Fetched<R>> =>
    call(operation, place, ids, signal, () => {
      const index = indexOf(operation, place.index);
      const bytes = ids.reduce((sum, id) => sum + fetchCost(id), 0);
      if (ids.length > can.limits.fetchIds || bytes > can.limits.fetchBytes) {
        throw failure(operation, "invalid", `${ids.length} IDs of ${bytes} bytes in one fetch`);
      }
      const space = index.spaces.get(place.namespace);
      const fetched: Fetched<R> = { records: [], missing: [], unreadable: [] };
      for (const id of new Set(ids)) {
        const record = space?.get(id);
        if (record) fetched.records.push(shape(copy(record)));
        else fetched.missing.push(id);
      }
      if (options.bills !== undefined) answered?.(fetched.records.length * options.bills);
      return fetched;
    });

  const store: MemoryStore = {
    can,
    service,
    calls,
    written,
    takesSparse: options.sparse ?? true,
    put(place, records) {
      const space = spaceOf(indexOf("upsert", place.index), place.namespace);
      for (const record of records) space.write(copy(record), true);
    },
    remove(place, id) {
      indexOf("upsert", place.index).spaces.get(place.namespace)?.remove(id);
    },
    contents(place) {
      const all = indexOf("fetchRecords", place.index).spaces.get(place.namespace)?.all() ?? [];
      return all.map(copy).sort((a, b) => compareBytes(a.id, b.id));
    },
    inspect: (name, { signal }: CallOptions = {}) =>
      call("inspect", null, [], signal, (): IndexShape | null => {
        const index = indexes.get(name);
        if (!index) return null;
        const sizes = [...index.spaces.values()].map((space) => space.size).filter((size) => size > 0);
        return {
          name,
          dimension: index.dimension,
          metric: index.metric,
          ready: true,
          account: options.account ?? "memory",
          sparse: store.takesSparse,
          vectors: { value: sizes.reduce((sum, size) => sum + size, 0), exact },
          namespaces: sizes.length,
        };
      }),
    async *collections({ signal } = {}) {
      const all = await call("collections", null, [], signal, () => [...indexes]);
      for (const [name, { dimension, metric }] of all) yield { name, dimension, metric };
    },
    async *namespaces(name, { signal, prefix = "" } = {}) {
      const all = await call("namespaces", null, [], signal, () =>
        [...indexOf("namespaces", name).spaces]
          .filter(([namespace, space]) => space.size > 0 && namespace.startsWith(prefix))
          .map(([namespace, space]) => ({ name: namespace, count: { value: space.size, exact } }))
          .sort((a, b) => compareBytes(a.name, b.name)),
      );
      for (let start = 0; start < all.length; start += can.limits.listPage) {
        const end = start + can.limits.listPage;
        yield {
          namespaces: all.slice(start, end),
          next: end < all.length ? String(end) : null,
        } satisfies NamespacePage;
      }
    },
    count: (place, { signal } = {}) =>
      call("count", place, [], signal, (): Count => {
        return { value: indexOf("count", place.index).spaces.get(place.namespace)?.size ?? 0, exact };
      }),
    listIds: (place, { signal, cursor, prefix = "", limit = can.limits.listPage } = {}) =>
      call("listIds", place, [], signal, (): ListPage => {
        if (can.listing === "none") throw failure("listIds", "invalid", "This store can't list");
        if (limit < 1 || limit > can.limits.listPage) throw failure("listIds", "invalid", `A page of ${limit} IDs`);
        const space = indexOf("listIds", place.index).spaces.get(place.namespace);
        const ids = space?.ids() ?? [];
        const start = cursor === undefined ? 0 : startAfter(ids, cursor, can.listing === "byte-ordered");
        const page: string[] = [];
        for (let at = start; at < ids.length; at++) {
          const id = ids[at] ?? "";
          if (!id.startsWith(prefix)) continue;
          if (page.length === limit) return { ids: page, next: page.at(-1) ?? null };
          page.push(id);
        }
        return { ids: page, next: null };
      }),
    fetchHeads: (place, ids, asked = {}) =>
      fetchAs<RecordHead>("fetchHeads", place, ids, asked, ({ id, metadata, sparseValues }) => ({
        id,
        metadata,
        ...(sparseValues && { sparseValues }),
      })),
    fetchRecords: (place, ids, asked = {}) =>
      fetchAs<VectorRecord>("fetchRecords", place, ids, asked, (record) => record),
    ensureIndex: (shape, { signal } = {}) =>
      call("ensureIndex", null, [], signal, () => {
        const standing = indexes.get(shape.name);
        if (!standing) {
          indexes.set(shape.name, { dimension: shape.dimension, metric: shape.metric, spaces: new Map() });
          return "created" as const;
        }
        if (standing.dimension !== shape.dimension || standing.metric !== shape.metric) {
          throw failure("ensureIndex", "conflict", `Index ${shape.name} has another dimension or metric`);
        }
        return "matched" as const;
      }),
    upsert: (place, records, { signal } = {}) =>
      call(
        "upsert",
        place,
        records.map((record) => record.id),
        signal,
        (): Upserted => {
          const index = indexOf("upsert", place.index);
          accept(service, can, { dimension: index.dimension, sparse: store.takesSparse }, records);
          const space = spaceOf(index, place.namespace);
          const ids = records.map((record) => record.id);
          for (const record of records) space.write(copy(record), can.visibility === "immediate");
          written.push(...ids);
          return { accepted: ids, rejected: [], receipt: { token: String(written.length), ids } satisfies Receipt };
        },
      ),
    settle: (place, receipt, { signal } = {}) =>
      call("settle", place, receipt.ids, signal, () => {
        indexOf("settle", place.index).spaces.get(place.namespace)?.settle(receipt.ids);
        return true;
      }),
    query: (place, question, { signal } = {}) =>
      call("query", place, [], signal, () => {
        const index = indexOf("query", place.index);
        checkQuery(service, question, index.dimension);
        const { values, k, filter, metadata = false } = question;
        const { dimension, metric } = index;
        const search = new ExactSearch({ metric, dimension, questions: [values], k });
        const space = index.spaces.get(place.namespace);
        for (const id of space?.ids() ?? []) {
          const record = space?.get(id);
          if (record && (filter === undefined || meets(filter, record.metadata))) search.add(id, record.values);
        }
        return search
          .nearest(0)
          .map((hit) => ({ ...hit, ...(metadata && { metadata: space?.get(hit.id)?.metadata ?? {} }) }));
      }),
    sizeOf: sizeOfRecord,
    close: async () => {},
  };

  for (const [name, { dimension, metric = "cosine", namespaces = {} }] of Object.entries(options.indexes ?? {})) {
    indexes.set(name, { dimension, metric, spaces: new Map() });
    for (const [namespace, records] of Object.entries(namespaces)) store.put({ index: name, namespace }, records);
  }
  return store;
}
