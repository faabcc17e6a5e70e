import type { CollectionInfo, Metric } from "../contract";
import type { FileMetadata } from "./file-metadata";
import type { Moment } from "./moments";

/** `values: null`: its vector is lost, or wasn't asked for. */
export type FileRead = { id: string; head: FileMetadata; values: Float32Array | null };

/** One collection of files at one moment. */
export type FileIndex = {
  dimension: number | null;
  metric: Metric;
  /** Which folder and collection it is. */
  account: string;
  records: number;
  /** Records whose vector is lost. */
  withoutVector: number;
  /** In byte order. */
  ids(options: { after: string | null; prefix: string; limit: number }): string[];
  /** In any order; one that isn't there is left out. @throws MovedUnderway */
  read(ids: readonly string[], values: boolean): Promise<FileRead[]>;
};

export type FileState = Moment & {
  collections: CollectionInfo[];
  /** `null`: there is no collection of that name. */
  open(name: string): Promise<FileIndex | null>;
};
