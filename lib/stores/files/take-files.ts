import path from "node:path";
import type { FileCollection, FoundStore } from "@/lib/formats/contract";
import { FormatError } from "@/lib/formats/format-error";
import type { CollectionInfo, Metric } from "../contract";
import type { FileIndex, FileState } from "./file-index";
import { markFiles, markFolder } from "./file-marks";
import type { HeadRules } from "./file-metadata";
import { MovedUnderway } from "./moments";
import { spool } from "./spool";

/** Something in a folder that may be a store. */
export type Candidate = { name: string; open(): Promise<FoundStore> };

export type FilesToTake = {
  /** The real path, in words that tell this place from others. */
  place: string;
  folder: string;
  /** All that is read; what is written to others doesn't matter. */
  files: readonly string[];
  candidates: readonly Candidate[];
  rules: HeadRules;
  /** Taken where the files don't say. */
  metric: Metric;
};

type Listed = { info: CollectionInfo; candidate: Candidate; position: number };

/** Files that are in no order, at one moment: what is asked for is spooled once, and nothing is used of files that change meanwhile. */
export async function takeFiles({ place, folder, files, candidates, rules, metric }: FilesToTake): Promise<FileState> {
  const before = await markFiles(files);
  const account = `${place}, folder ${await markFolder(folder)}`;
  const stands = async () => (await markFiles(files)) === before;
  const listed: Listed[] = [];
  for (const candidate of candidates) await list(candidate, listed);
  if (!(await stands())) throw new MovedUnderway();
  const opened = new Map<string, Promise<FileIndex & { close(): Promise<void> }>>();

  const open = async ({ candidate, position }: Listed) => {
    const store = await candidate.open();
    try {
      const collection = collectionOf(store, position);
      const records = await spool(collection, rules);
      const index: FileIndex & { close(): Promise<void> } = {
        ...records,
        dimension: records.dimension ?? collection.dimension,
        metric: collection.metric ?? metric,
        account,
        read: async (ids, values) => {
          const read = await records.read(ids, values);
          if (values && !(await stands())) throw new MovedUnderway();
          return read;
        },
      };
      if (await stands()) return index;
      await index.close();
      throw new MovedUnderway();
    } finally {
      await store.close();
    }
  };
  return {
    collections: listed.map(({ info }) => info),
    open: async (name) => {
      const found = listed.find(({ info }) => info.name === name);
      if (found === undefined) return null;
      const known = opened.get(name);
      if (known) return known;
      const index = open(found);
      opened.set(name, index);
      index.catch(() => opened.delete(name));
      return index;
    },
    stands,
    close: async () => {
      for (const index of opened.values()) await index.then((one) => one.close()).catch(() => {});
    },
  };
}

/** A store that can't be read is listed, too: whoever opens it is told why. */
async function list(candidate: Candidate, listed: Listed[]): Promise<void> {
  const add = (name: string, position: number, shape: Pick<CollectionInfo, "dimension" | "metric">) => {
    const isTaken = listed.some(({ info }) => info.name === name);
    listed.push({ info: { name: isTaken ? candidate.name : name, ...shape }, candidate, position });
  };
  const unknown = { dimension: null, metric: null };
  try {
    const store = await candidate.open();
    try {
      for (const [position, { name, dimension, metric }] of store.collections.entries())
        add(name, position, { dimension, metric });
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    add(path.parse(candidate.name).name, 0, unknown);
  }
}

/** @throws FormatError with what stands against carrying it over */
function collectionOf(store: FoundStore, position: number): FileCollection {
  const collection = store.collections[position];
  if (collection === undefined) throw new MovedUnderway();
  if (collection.stop !== undefined) throw new FormatError("refused", collection.stop);
  return collection;
}
