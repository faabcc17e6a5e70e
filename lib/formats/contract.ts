import type { FormatError } from "./format-error";

/** JSON, and integers beyond 2^53. Objects are maps, since any text may be a key. */
export type Json = null | boolean | number | bigint | string | Json[] | Map<string, Json>;

/** A record of a file. `text` and `values` are `null` where the file holds none: a vector can be lost while its text stands. */
export type FileRecord = {
  id: string;
  text: string | null;
  metadata: Map<string, Json>;
  /** `number[dimension]`; may be a view of a buffer that is reused: copy it to keep it. */
  values: Float32Array | null;
  /** Keys whose value the file keeps as a floating-point number: of a whole one its value doesn't tell. Left out: not known. */
  floats?: ReadonlySet<string>;
  /** Something stands where its vector belongs that is none. */
  notAVector?: boolean;
  /** It has no ID, where others of its table do: its row's number stands for one. */
  numbered?: boolean;
  /** Where its vector stands in the file, for {@link FileVectors}. */
  at?: number;
};

export type FileVectors = { vectorAt(at: number): Promise<Float32Array>; close(): Promise<void> };

export type FileMetric = "cosine" | "dotproduct" | "euclidean";

/** Records that belong together: a collection of Chroma, an index of FAISS with its texts, a table in a file. */
export type FileCollection = {
  name: string;
  /** Where it belongs in a store that has such levels: Chroma's tenant and database. */
  within: string | null;
  /** As the file says; `null`: it doesn't, the vectors show it. */
  dimension: number | null;
  /** `null`: the file doesn't say by what measure its vectors are compared. */
  metric: FileMetric | null;
  /** What stands against carrying it over, in words. */
  faults: string[];
  /** The one of them for which none of it may be carried over: what belongs to what isn't known, or a file is refused. */
  stop?: string;
  /** Every record once, in the file's own order. Memory doesn't grow with their number. @throws FormatError in mid-file */
  records(): AsyncIterable<FileRecord>;
  /** Opens what reads one vector again by where it stands; left out where only reading everything finds it. */
  vectors?: () => Promise<FileVectors>;
};

export type FileKind =
  | "chroma-folder"
  | "faiss-folder"
  | "langchain-faiss"
  | "llama-index"
  | "pickle"
  | "jsonl"
  | "csv"
  | "json"
  | "parquet"
  | "export-folder"
  | "vdf-folder";

/** Something that was found at a path: read only, nothing of it executed. Close it. */
export type FoundStore = {
  kind: FileKind;
  /** In words: `Chroma 1.x folder`. */
  format: string;
  /** Relative to the path that was looked at; `.` for itself. */
  path: string;
  collections: FileCollection[];
  close(): Promise<void>;
};

/** Something that looked like a store and can't be read, with why. */
export type FoundFault = { path: string; error: FormatError };
