import { readdir } from "node:fs/promises";
import path from "node:path";
import type { ChromaCollection } from "@/lib/formats/chroma/chroma-collection";
import { ChromaFolder } from "@/lib/formats/chroma/chroma-folder";
import type { ChromaCollectionRow } from "@/lib/formats/chroma/collection-row";
import type { Json } from "@/lib/formats/contract";
import { FormatError } from "@/lib/formats/format-error";
import type { FileIndex, FileRead, FileState } from "../files/file-index";
import { absentFiles, markFiles } from "../files/file-marks";
import { type HeadRules, withText } from "../files/file-metadata";
import { MovedUnderway } from "../files/moments";
import { placeOf } from "../files/place-of";

export type ChromaFolderSettings = { path: string; tenant: string; database: string; rules: HeadRules };

/** What a segment's vectors are read from. */
const segmentFiles = ["header.bin", "data_level0.bin", "length.bin", "index_metadata.pickle"];

/**
 * A folder of Chroma at one moment: a copy of its database, and its vector files in place. Those are marked before the database is copied and
 * held against their marks at every read, so that vectors of one moment never meet texts of another.
 */
export async function takeChroma(settings: ChromaFolderSettings): Promise<FileState> {
  const folder = await placeOf(settings.path, "folder");
  const database = ["", "-wal", "-journal"].map((ending) => path.join(folder, `chroma.sqlite3${ending}`));
  const before = await markFiles(database);
  const vectorMarks = await markSegments(folder);
  const chroma = await ChromaFolder.open(folder);
  const opened = new Map<string, Promise<FileIndex & { close(): Promise<void> }>>();
  const state = {
    stands: async () => (await markFiles(database)) === before,
    close: async () => {
      for (const index of opened.values()) await index.then((one) => one.close()).catch(() => {});
      await chroma.close();
    },
  };
  try {
    // Chroma writes what is asked of it to its queue, and texts a moment later: a copy taken in between has vectors ahead of their texts.
    if (!(await state.stands())) throw new MovedUnderway();
    const rows = rowsIn(chroma.collections(), settings);
    // One at a time: each works out where its vectors stand in one transaction of the copy.
    let last: Promise<unknown> = Promise.resolve();
    return {
      ...state,
      collections: rows.map((row) => ({ name: row.name, dimension: row.dimension, metric: chroma.metric(row) })),
      open: async (name) => {
        const row = rows.find((one) => one.name === name);
        if (row === undefined) return null;
        const known = opened.get(name);
        if (known) return known;
        const index = last.then(() => openIndex(chroma, row, settings, vectorMarks));
        last = index.catch(() => opened.delete(name));
        opened.set(name, index);
        return index;
      },
    };
  } catch (error) {
    await state.close();
    throw error;
  }
}

/** Collections of the tenant and database that the connection names. */
function rowsIn(all: ChromaCollectionRow[], { tenant, database }: ChromaFolderSettings): ChromaCollectionRow[] {
  const within = (row: ChromaCollectionRow) =>
    `${row.tenant ?? "default_tenant"}/${row.database ?? "default_database"}`;
  const asked = `${tenant}/${database}`;
  const rows = all.filter((row) => within(row) === asked);
  const others = new Set(all.map(within));
  if (rows.length === 0 && others.size > 0)
    throw new FormatError(
      "foreign",
      `The folder holds no collections of the tenant and database ${asked}. It has some of ${[...others].join(", ")}.`,
    );
  return rows;
}

async function openIndex(
  chroma: ChromaFolder,
  row: ChromaCollectionRow,
  { rules }: ChromaFolderSettings,
  marks: ReadonlyMap<string, string>,
): Promise<FileIndex & { close(): Promise<void> }> {
  const files = filesOf(chroma.folder, row.vectorSegment ?? "none");
  const marked = marks.get(row.vectorSegment ?? "none") ?? absentFiles(files);
  const stand = async () => {
    if ((await markFiles(files)) !== marked) throw new MovedUnderway();
  };
  const collection = await chroma.open(row).catch(async (error: unknown) => {
    // Files that are being written look damaged.
    await stand();
    throw error;
  });
  await stand().catch(async (error: unknown) => {
    await collection.close();
    throw error;
  });
  const { records, withVector } = collection.counts();
  return {
    dimension: collection.dimension,
    metric: collection.metric,
    account: `${chroma.folder}, collection ${row.id}`,
    records,
    withoutVector: records - withVector,
    ids: (options) => collection.ids(options),
    read: async (ids, values) => {
      const read = await readFrom(collection, ids, values, rules);
      if (values) await stand();
      return read;
    },
    close: () => collection.close(),
  };
}

/** Files of a segment's vectors, and its folder, which mustn't be a link to elsewhere. */
const filesOf = (folder: string, segment: string) =>
  ["", ...segmentFiles].map((name) => path.join(folder, segment, name));

async function markSegments(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => !entry.isFile());
  const marks = await Promise.all(names.map(({ name }) => markFiles(filesOf(folder, name))));
  return new Map(names.map(({ name }, index) => [name, marks[index] ?? ""]));
}

async function readFrom(
  collection: ChromaCollection,
  ids: readonly string[],
  values: boolean,
  rules: HeadRules,
): Promise<FileRead[]> {
  const records = await collection.fetch(ids, values);
  return records.map((record) => ({
    id: record.id,
    head: withText(new Map<string, Json>(record.metadata), record.document, rules),
    values: record.values,
  }));
}
