import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Database, open, type RootDatabase } from "lmdb";
import { copyPrivately } from "@/lib/ready-made";

const fileName = "data.mdb";

/** Several named maps from bytes to bytes in one LMDB file. Keys are in byte order, which is the order that listings promise. */
export type Storage = {
  root: RootDatabase<Buffer, Buffer>;
  /** Index name -> its shape, as JSON. */
  indexes: Database<Buffer, Buffer>;
  /** Index name, NUL, namespace -> number and counts of the namespace, as JSON. */
  places: Database<Buffer, Buffer>;
  /** Number of the namespace (4 bytes), ID -> flag, metadata and sparse values. */
  heads: Database<Buffer, Buffer>;
  /** The same key -> dense values as float32. Apart from the heads, so that listing and reading metadata stay cheap. */
  vectors: Database<Buffer, Buffer>;
  /** Name -> whatever a stand-in keeps for itself, as JSON. */
  notes: Database<Buffer, Buffer>;
  /** Digest of a text -> how often it was embedded (4 bytes). */
  embedded: Database<Buffer, Buffer>;
  /** Name of an index of documents -> its definition, as JSON. */
  documentIndexes: Database<Buffer, Buffer>;
  /** Number of that index (4 bytes), number of the document (4 bytes) -> the document. */
  documents: Database<Buffer, Buffer>;
  close(): Promise<void>;
};

/**
 * Opens the storage in `folder`, or in a temporary folder that goes when it is closed (`null`). A write that was awaited
 * survives a killed process; LMDB is mapped from disk, so memory doesn't grow with the data. A new one begins as a copy of what is in `made`.
 */
export function openStorage(folder: string | null, made: string | null = null): Storage {
  const place = folder ?? mkdtempSync(path.join(tmpdir(), "portage-sandbox-"));
  mkdirSync(place, { recursive: true, mode: 0o700 });
  if (made !== null && !existsSync(path.join(place, fileName))) beginWith(made, place);
  const bytes = { encoding: "binary", keyEncoding: "binary" } as const;
  const root = open<Buffer, Buffer>({ path: path.join(place, fileName), maxDbs: 12, ...bytes });
  const map = (name: string) => root.openDB<Buffer, Buffer>({ name, ...bytes });
  const maps = {
    indexes: map("indexes"),
    places: map("places"),
    heads: map("heads"),
    vectors: map("vectors"),
    notes: map("notes"),
    embedded: map("embedded"),
    documentIndexes: map("document-indexes"),
    documents: map("documents"),
  };
  // Open files live on without a name: a temporary folder that is removed at once can't be left behind by a killed process.
  if (folder === null && process.platform !== "win32") rmSync(place, { recursive: true, force: true });
  return {
    root,
    ...maps,
    close: async () => {
      await root.flushed;
      await root.close();
      if (folder === null) rmSync(place, { recursive: true, force: true });
    },
  };
}

/** Under another name first: a process that dies meanwhile leaves no half of it. */
function beginWith(made: string, place: string): void {
  const unfinished = path.join(place, "unfinished");
  copyPrivately(made, unfinished);
  renameSync(path.join(unfinished, fileName), path.join(place, fileName));
  rmSync(unfinished, { recursive: true, force: true });
}

/** The JSON under `key`, parsed by `schema`; `null` when there is none. */
export function readNote<T>(
  map: Database<Buffer, Buffer>,
  key: Buffer,
  schema: { parse(value: unknown): T },
): T | null {
  const bytes = map.get(key);
  return bytes === undefined ? null : schema.parse(JSON.parse(bytes.toString("utf8")));
}

/** Removes everything. Counters are in memory and go on until they are reset. */
export async function emptyStorage(storage: Storage): Promise<void> {
  const { indexes, places, heads, vectors, notes, embedded, documentIndexes, documents } = storage;
  const maps = [indexes, places, heads, vectors, notes, embedded, documentIndexes, documents];
  await Promise.all(maps.map((map) => map.clearAsync()));
}
