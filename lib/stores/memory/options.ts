import type { Metric, Place, StoreCapabilities, StoreLimits, VectorRecord, VectorTarget } from "../contract";

export type MemoryOperation =
  | "inspect"
  | "collections"
  | "namespaces"
  | "count"
  | "listIds"
  | "fetchHeads"
  | "fetchRecords"
  | "ensureIndex"
  | "upsert"
  | "settle"
  | "query";

/** One call as a fault hook sees it. */
export type MemoryCall = { operation: MemoryOperation; place: Place | null; ids: readonly string[] };

export type MemoryIndex = {
  dimension: number;
  metric?: Metric;
  namespaces?: Record<string, readonly VectorRecord[]>;
};

export type MemoryStoreOptions = {
  indexes?: Record<string, MemoryIndex>;
  service?: string;
  /** Which account its indexes belong to. */
  account?: string;
  listing?: StoreCapabilities["listing"];
  /** `eventual`: a write is seen by no read before `settle` was called for it. */
  visibility?: StoreCapabilities["visibility"];
  count?: StoreCapabilities["count"];
  sparse?: boolean;
  metadata?: StoreCapabilities["metadata"];
  limits?: Partial<StoreLimits>;
  /** Bytes of each record fetched that it bills as egress; left out: it bills none. */
  bills?: number;
  /** Called before each call has its effect; what it throws, the call throws. */
  before?: (call: MemoryCall) => void | Promise<void>;
  /** Called after the effect and before the answer: throwing here is a reset after the effect. */
  after?: (call: MemoryCall) => void | Promise<void>;
};

/** A store in memory with the whole contract's semantics, and a back door for tests. */
export interface MemoryStore extends VectorTarget {
  /** Calls so far, by operation. */
  readonly calls: Record<MemoryOperation, number>;
  /** IDs written by `upsert` so far, in order, repeats included. */
  readonly written: readonly string[];
  /** Whether its indexes take sparse values. */
  takesSparse: boolean;
  /** Puts records in without a call; makes the index's namespace. Visible at once. */
  put(place: Place, records: readonly VectorRecord[]): void;
  /** Takes a record out without a call, as a customer would. */
  remove(place: Place, id: string): void;
  /** Everything that the place holds, settled or not, in byte order. */
  contents(place: Place): VectorRecord[];
}

/** Those of a Pinecone serverless index. */
export const defaultLimits: StoreLimits = {
  fetchIds: 1000,
  fetchBytes: 1_000_000,
  listPage: 100,
  upsertRecords: 1000,
  upsertBytes: 2_097_152,
  metadataBytes: 40_960,
  idLength: 512,
  dimensions: 20_000,
};

export function noCalls(): Record<MemoryOperation, number> {
  return {
    inspect: 0,
    collections: 0,
    namespaces: 0,
    count: 0,
    listIds: 0,
    fetchHeads: 0,
    fetchRecords: 0,
    ensureIndex: 0,
    upsert: 0,
    settle: 0,
    query: 0,
  };
}
