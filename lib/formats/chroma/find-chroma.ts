import type { FileCollection, FileRecord, FoundStore, Json } from "../contract";
import { ChromaFolder } from "./chroma-folder";
import type { ChromaCollectionRow } from "./collection-row";

const pageRecords = 500;

/** Opens a folder of Chroma. @throws FormatError */
export async function findChroma(folder: string, shown: string): Promise<FoundStore> {
  const chroma = await ChromaFolder.open(folder);
  try {
    const collections: FileCollection[] = [];
    for (const row of chroma.collections()) collections.push(await collectionOf(chroma, row));
    return { kind: "chroma-folder", format: chroma.format, path: shown, collections, close: () => chroma.close() };
  } catch (error) {
    await chroma.close();
    throw error;
  }
}

async function collectionOf(chroma: ChromaFolder, row: ChromaCollectionRow): Promise<FileCollection> {
  const opened = await chroma.open(row);
  const { records, withVector, strayVectors } = opened.counts();
  const { dimension, metric } = opened;
  await opened.close();
  const lost = records - withVector;
  return {
    name: row.name,
    within: `${row.tenant ?? "default_tenant"}/${row.database ?? "default_database"}`,
    dimension,
    metric,
    faults: [
      ...(lost > 0
        ? [
            `${lost.toLocaleString("en-US")} records have a text and no vector: Chroma lost it. They can be embedded again.`,
          ]
        : []),
      ...(strayVectors > 0 ? [`${strayVectors.toLocaleString("en-US")} vectors belong to no record.`] : []),
    ],
    records: () => recordsOf(chroma, row),
  };
}

async function* recordsOf(chroma: ChromaFolder, row: ChromaCollectionRow): AsyncGenerator<FileRecord> {
  const collection = await chroma.open(row);
  try {
    let after: string | null = null;
    for (;;) {
      const page = await collection.page({ after, limit: pageRecords, values: true });
      for (const { id, document, metadata, floats, values } of page)
        yield { id, text: document, metadata: new Map<string, Json>(metadata), floats, values };
      after = page.at(-1)?.id ?? null;
      if (after === null) return;
    }
  } finally {
    await collection.close();
  }
}
