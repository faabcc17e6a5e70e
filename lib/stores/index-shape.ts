/** What a store says of an index, and of itself at it: the nouns of {@link file://./contract.ts}, from where everybody imports them. */

export type Metric = "cosine" | "dotproduct" | "euclidean";

/**
 * How an index keeps the numbers of a vector where it doesn't keep them as 32-bit floats. `half`: as 16-bit floats. `direction`: what is read
 * points the same way, up to rounding, and may have another length.
 */
export type KeptNumbers = "half" | "direction";

export type IndexShape = {
  name: string;
  /** `null` for a sparse index. */
  dimension: number | null;
  metric: Metric;
  ready: boolean;
  /**
   * Which account of the service it belongs to: stable, and without a secret. The same index name in two accounts is two indexes.
   */
  account: string;
  /** Where it is served, if the service says so: what has one address is one index, whichever key opened it. */
  address?: string;
  /** What sort of index the service says that it is, as an operator reads it: `document index`. Left out where there is one sort only. */
  sort?: string;
  /** Why it isn't served by this kind of connection: nothing is read or written there. */
  unfit?: Unfit;
  /** Served from pods of its own: its IDs can't be listed. */
  pods?: boolean;
  /** The model by which the index embeds texts itself. */
  embedsBy?: string;
  /** Whether its records may have sparse values beside dense ones. */
  sparse: boolean;
  /** Left out: numbers come back as the 32-bit floats that were written. */
  keeps?: KeptNumbers;
  /** Sum over namespaces, from statistics. */
  vectors: Count;
  namespaces: number;
};

/** An index as a listing of all of them names it. `dimension` is `null` where it isn't fixed or not told. */
export type CollectionInfo = {
  name: string;
  dimension: number | null;
  metric: Metric | null;
  /** As in {@link IndexShape}. */
  sort?: string;
  unfit?: Unfit;
};

/** `words` without a full stop at the end, `next` a sentence. */
export type Unfit = { words: string; next: string };

/** `exact: false` when it comes from statistics that may lag. */
export type Count = {
  value: number;
  exact: boolean;
  /** What an operator should know of how it came about. */
  note?: string;
  /** Why there may be more that neither this count nor any listing tells of, in words: rights that show the connection's user a part alone. */
  withheld?: string;
};

export type StoreLimits = {
  /** IDs in one fetch. */
  fetchIds: number;
  /** Bytes of one fetch's URL or body spent on IDs, each measured by `fetchCost`. */
  fetchBytes: number;
  /** IDs in one page of a listing. */
  listPage: number;
  /** Records in one upsert. */
  upsertRecords: number;
  /** Bytes of one upsert's body. */
  upsertBytes: number;
  /** Records in one change of metadata alone, and a second in a namespace; left out: as many as requests that write. */
  changes?: { records: number; perSecond: number };
  /** Bytes of one record's metadata as JSON. */
  metadataBytes: number;
  /** Characters of an ID. */
  idLength: number;
  dimensions: number;
};

export type StoreCapabilities = {
  listing: "byte-ordered" | "unordered" | "none";
  /** `eventual`: a read may not see an acknowledged write for a while. */
  visibility: "immediate" | "eventual";
  count: "exact" | "approximate";
  /** `flat`: strings, numbers, booleans and lists of strings; `json`: whatever JSON can say. */
  metadata: "flat" | "json";
  metrics: readonly Metric[];
  /** IDs of printable ASCII alone; left out: of any characters. */
  ids?: "printable-ascii";
  limits: StoreLimits;
  /**
   * Of a target whose records are somebody else's: it writes the vectors of those that are there, and of their metadata these keys alone (`null`: all).
   * Its records may be those of the source.
   */
  fills?: { keeps: readonly string[] | null };
};
