import type { Coverage, RowChoice } from "@/lib/shapes/routes/fill";
import type { IndexFields } from "@/lib/shapes/routes/index-fields";
import type { ShownFields } from "@/lib/shapes/routes/route-preview";
import type { Finished, Step, TargetSteps } from "@/lib/shapes/runs/steps";

/**
 * What a vector store must promise to be read from or written to by Portage. Connectors stay thin: they translate
 * one call into one request and whatever goes wrong into a `ServiceFailure`. Retries, pacing, splitting by limits
 * and bisecting belong to the run engine.
 */

import type { CollectionInfo, Count, IndexShape, Metric, StoreCapabilities } from "./index-shape";
import type { MetadataFilter } from "./query/filter";

export type * from "./index-shape";

/** A namespace of an index. The default namespace's name is `""` everywhere inside Portage. */
export type Place = { index: string; namespace: string };

/** Whatever JSON can say. Stores with `can.metadata === "flat"` give and take strings, numbers, booleans and lists of strings alone. */
export type MetadataValue = string | number | boolean | null | MetadataValue[] | { [key: string]: MetadataValue };
export type Metadata = Record<string, MetadataValue>;
export type SparseValues = { indices: number[]; values: number[] };

/** A record without its dense values: what planning needs. `values: false` reads answer this. */
export type RecordHead = { id: string; metadata: Metadata; sparseValues?: SparseValues };

/** A whole record. `values` is `number[dimension]`; empty when the store holds a sparse vector only. */
export type VectorRecord = RecordHead & { values: number[] };

export type CallOptions = {
  signal?: AbortSignal;
  /** Told the bytes of each answer that the service bills as egress; never called where none are billed. */
  answered?: Answered;
};
export type Answered = (bytes: number) => void;
export type ListPage = { ids: string[]; next: string | null };
export type NamespacePage = { namespaces: { name: string; count: Count }[]; next: string | null };
/** `records` in the order asked for; an ID is in `records`, in `missing` or in `unreadable`, never nowhere. */
export type Fetched<R> = { records: R[]; missing: string[]; unreadable: { id: string; detail: string }[] };

/** What a sweep brought, and the read units that the service says it took; `null`: it doesn't say. */
export type Swept = { heads: RecordHead[]; readUnits: number | null };

/** A question to an index: what is nearest to this vector? */
export type VectorQuery = {
  /** `number[dimension]`. */
  values: readonly number[];
  /** Hits at most, 1 to 1,000. */
  k: number;
  filter?: MetadataFilter;
  /** Whether hits bring their metadata along. */
  metadata?: boolean;
  /** How much the index searches, for this question alone: of a store with a {@link VectorSource.searchEffort}. */
  effort?: number;
};
/**
 * `score` is the higher the nearer, whatever the store says itself: the cosine, the inner product, or minus the Euclidean distance (not its square).
 */
export type Hit = { id: string; score: number; metadata?: Metadata };

/** A store that can be read. It has no way to write: a source can't be harmed through it. */
export interface VectorSource {
  readonly can: StoreCapabilities;
  /** How it is called in words: `Pinecone`. */
  readonly service: string;
  /** The index's shape, or `null` when there is no such index. One or two requests. With `counts: false` its counts may be left at 0. */
  inspect(index: string, options?: CallOptions & { counts?: boolean }): Promise<IndexShape | null>;
  /** What the store holds, as far as its listing tells: to choose from. Counts are left to {@link inspect}. */
  collections(options?: CallOptions): AsyncIterable<CollectionInfo>;
  /** All namespaces of the index with their counts, in pages. No request per namespace. */
  namespaces(index: string, options?: CallOptions & { prefix?: string }): AsyncIterable<NamespacePage>;
  /** Records in the place by the cheapest means; `{ value: 0 }` for a namespace that doesn't exist. */
  count(place: Place, options?: CallOptions): Promise<Count>;
  /**
   * One page of IDs. With `can.listing === "byte-ordered"` pages and IDs ascend by their UTF-8 bytes, and a page that breaks
   * that order throws `ServiceFailure("disorder")`. `cursor` is the previous page's `next`.
   */
  listIds(
    place: Place,
    options?: CallOptions & { cursor?: string; prefix?: string; limit?: number },
  ): Promise<ListPage>;
  /** Metadata (and sparse values) of the IDs; dense values are never parsed. At most `can.limits.fetchIds` IDs. */
  fetchHeads(place: Place, ids: readonly string[], options?: CallOptions): Promise<Fetched<RecordHead>>;
  /**
   * Heads of up to `most` records of the place, whichever the store finds, without their vectors and without sparse values: for comparing many
   * at a fraction of what fetching them costs. What it leaves out is there nevertheless. Left out by a store that fetches as cheaply.
   */
  sweepHeads?(place: Place, most: number, options?: CallOptions): Promise<Swept>;
  /** Whole records. At most `can.limits.fetchIds` IDs. */
  fetchRecords(place: Place, ids: readonly string[], options?: CallOptions): Promise<Fetched<VectorRecord>>;
  /**
   * The nearest of the place, nearest first, as the store's own index finds them: a graph or lists may miss some, and with a filter give fewer
   * than `k`. Left out by a store that can't search.
   */
  query?(place: Place, query: VectorQuery, options?: CallOptions): Promise<Hit[]>;
  /** Whether the store would answer the question by an index over its vectors, where it tells. */
  explainQuery?(place: Place, query: VectorQuery, options?: CallOptions): Promise<QueryPlan>;
  /** By which setting a question says how much its index searches, as it stands now; `null`: no index has one. Left out by a store that can't be told. */
  searchEffort?(index: string, options?: CallOptions): Promise<SearchEffort | null>;
  /** How an application asks this collection by SQL, without an address or a secret. Left out by a store that isn't asked so. */
  sqlPlace?(index: string, options?: CallOptions): Promise<SqlPlace>;
  /** The same store for some rows of its tables alone. Left out by a store that can't choose any. */
  chosen?(choice: RowChoice): VectorSource;
  /** How far the rows of a table have vectors, and of which model. Left out by a store without rows that have none. */
  coverage?(index: string, options?: CallOptions): Promise<RowCoverage>;
  /** Frees sockets. */
  close(): Promise<void>;
}

export type RowCoverage = Omit<Coverage, "connection" | "collection">;

/** `setting`: as the store calls it. `now`: what questions get that say nothing. `tries`: what is worth trying, six values at most. */
export type SearchEffort = { setting: string; now: number; tries: readonly number[] };

/** A table as an application asks it. `cast`: what column and question are cast to, or the index isn't used; `null`: as they stand. */
export type SqlPlace = {
  schema: string;
  table: string;
  id: string;
  column: string;
  metadata: string | null;
  /** The column, or the key of metadata, that holds the namespace. */
  namespace: string | null;
  namespaceKey: string | null;
  /** The rows of a table that several collections share. `type`: the column's, as SQL writes it. */
  within: { column: string; type: string; value: string } | null;
  cast: string | null;
  operator: string;
};

/** What an application's queries go through, so that they needn't know which table answers. */
export type FacadeOf = { index: string; view: string | null; function: string | null; text: readonly string[] };

type StandingIndex = { name: string; valid: boolean };
/** What a session gets that sets nothing, as an application's does, and what settles it. */
type ConfiguredPlan = { index: string | null; advice: string };
/** `index: null`: it would read every row. `indexes`: those over the vectors that stand, with those that are broken or being built. */
export type QueryPlan = { index: string | null; indexes: StandingIndex[]; configured?: ConfiguredPlan };

/** What the records of an index come from, for a store that notes it. `account: ""`: not known. `model`: by which the vectors were made. */
export type Origin = { kind: string; account: string; index: string; model?: string | null };

export type Rejected = { id: string; detail: string };
/** `accepted` and `rejected` together are exactly the records given. */
export type Upserted = { accepted: string[]; rejected: Rejected[]; receipt: Receipt | null };
/** A half of a record whose other half isn't there. `detail`: a sentence. */
export type LostHalf = { id: string; lacks: "vector" | "row"; detail: string };
/** `both`: how many more have both halves. A page may bring neither and still have a `next`. */
export type HalvesPage = { both: number; lost: LostHalf[]; next: string | null };
/** How far the move of a collection is. `index`: where it goes; times as ISO texts. */
export type MoveStatus = {
  collection: string;
  index: string;
  model: string;
  total: number;
  done: number;
  state: "pending" | "in_progress" | "waiting" | "paused" | "cancelled" | "completed" | "with_findings" | "failed";
  startedAt: string | null;
  endedAt: string | null;
  error: string | null;
};
/** Proof of a write, to wait for its visibility. Opaque to everyone but the connector. */
export type Receipt = { token: string; ids: string[] };

/** A record that stands: what its metadata is and is to be. `sparseValues` are those that it has; `owned` keys are written by others, too. */
export type MetadataChange = RecordHead & { before: Metadata; owned: readonly string[] };

/** A store that can be written to. It can't delete. */
export interface VectorTarget extends VectorSource {
  /** Creates the index when it is missing and waits until it is ready; throws `ServiceFailure("conflict")` when one of another shape stands. */
  ensureIndex(
    shape: NewIndex & {
      /** Those that were agreed to: a store that says its {@link steps} runs these and no others. */
      steps?: readonly Step[];
    },
    options?: CallOptions,
  ): Promise<"created" | "matched">;
  /** What the store will do around the records of a run, and exactly how: for a plan to show and fix. Nothing is done. Left out: nothing to speak of. */
  steps?(shape: NewIndex & { records: number }, options?: CallOptions): Promise<TargetSteps>;
  /**
   * Writes whole records, replacing those of the same ID. The caller keeps to the limits. A request refused for its content throws
   * `ServiceFailure("invalid" | "too-large")` and has written nothing: the engine bisects.
   */
  upsert(place: Place, records: readonly VectorRecord[], options?: CallOptions): Promise<Upserted>;
  /**
   * Changes the metadata of records that stand and leaves their vectors as they are, without reading or sending one. Left out by a store
   * that replaces whole records only.
   */
  changeMetadata?(place: Place, changes: readonly MetadataChange[], options?: CallOptions): Promise<Upserted>;
  /**
   * What the index can't take of a record's ID and metadata beyond what {@link StoreCapabilities} says, in words with what to do; `null`: nothing. Asked by a
   * plan, and right before a write. Left out: `can` says all.
   * @param made the index as it would be made, where it isn't there yet
   */
  refusalOf?(index: string, made: NewIndex | null, options?: CallOptions): Promise<(head: RecordHead) => string | null>;
  /** The same store, writing to these named fields of an index, and refusing an index that lacks one. Left out by a store whose records have no named fields. */
  withFields?(fields: IndexFields): VectorTarget;
  /** Where the parts of a record go, in the index as it stands or as it would be made. Left out likewise. */
  fieldsOf?(shape: NewIndex, options?: CallOptions): Promise<ShownFields>;
  /** Why one of these namespaces can't be written, told of the first; `null`: all can. Left out by a store that takes any name. */
  refusedNamespace?(
    index: string,
    names: readonly string[],
    options?: CallOptions,
  ): Promise<{ words: string; next: string } | null>;
  /** Resolves once the write is visible to reads, at the latest after `timeoutMs`: `false` then. */
  settle(place: Place, receipt: Receipt, options?: CallOptions & { timeoutMs?: number }): Promise<boolean>;
  /** The same store for vectors of one model, where it notes by record which model made its vector: a record of another model still has to be filled. */
  forModel?(model: string): VectorTarget;
  /** As {@link chosen}, to write these rows alone. */
  toFill?(choice: RowChoice): VectorTarget;
  /**
   * One page of what has one half and lacks the other, by listing both, of a store whose records are made of two; it lists those that have
   * both. `cursor` is the previous page's `next`.
   */
  halves?(place: Place, options?: CallOptions & { cursor?: string }): Promise<HalvesPage>;
  /** Writes how far a run is, for other tools to read. Left out by a store that has no place for that. */
  noteMove?(status: MoveStatus, options?: CallOptions): Promise<void>;
  /** Bytes that this record takes in an upsert's body, without sending it. */
  sizeOf(record: VectorRecord): number;
  /**
   * The record in the form in which it waits for its upsert, once it was measured: as it would be sent, without its numbers, so that memory holds a
   * vector once. Only this very store's `upsert` knows what it stands for. Left out: records wait as they are.
   */
  packed?(record: VectorRecord): VectorRecord;
  /**
   * Called once all of a run's records of the place are written, before they are read back; may be called again. For what a store does
   * at the end of a namespace: put files together.
   */
  complete?(place: Place, options?: CallOptions): Promise<void>;
  /**
   * Called when the last record of a run is written, once for all its namespaces; may be called again. For what is better done once there is all:
   * build an index. Throws when what was agreed to can't be had.
   * @param of.steps as they were agreed to; left out: as {@link steps} would say them now
   */
  finish?(
    of: { index: string; steps?: readonly Step[] },
    options?: CallOptions & { onProgress?: (words: string) => void },
  ): Promise<Finished>;
  /** What would be run to lead a view or a function to this collection, word for word; nothing is run. Left out by a store that has none. */
  facadeSteps?(of: FacadeOf, options?: CallOptions): Promise<string[]>;
  /** Runs these as they were shown, all of them or none. */
  runFacade?(statements: readonly string[], options?: CallOptions): Promise<void>;
}

/** An index to be made. */
export type NewIndex = { name: string; dimension: number; metric: Metric; origin?: Origin };
