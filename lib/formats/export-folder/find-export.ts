import { lstat } from "node:fs/promises";
import path from "node:path";
import type { FileCollection, FileRecord, FoundStore, Json } from "../contract";
import { fieldNames } from "../field-names";
import { fromJson } from "../tables/from-json";
import { ExportFolder } from "./export-folder";
import { workFolder } from "./places";
import type { ExportRecord } from "./record";

/** An export folder as `portage inspect` tells of it: a collection a namespace. @throws FormatError */
export async function findExport(folder: string, shown: string): Promise<FoundStore> {
  const opened = await ExportFolder.open(folder);
  const { source, dimension, metric, made, namespaces } = opened.manifest;
  const isBeingWritten = (await lstat(path.join(folder, workFolder)).catch(() => null)) !== null;
  return {
    kind: "export-folder",
    format: `Portage export of ${made.at}`,
    path: shown,
    collections: namespaces.map(
      ({ name }): FileCollection => ({
        name: name === "" ? "__default__" : name,
        within: `${source.kind} ${source.index}`,
        dimension,
        metric,
        faults: isBeingWritten
          ? [
              "Something was written after this export was finished, and is not in it yet. Resume the run that writes it.",
            ]
          : [],
        records: () => recordsOf(opened, name),
      }),
    ),
    close: () => opened.close(),
  };
}

async function* recordsOf(folder: ExportFolder, namespace: string): AsyncGenerator<FileRecord> {
  for await (const record of folder.records(namespace)) yield asFileRecord(record);
}

function asFileRecord({ id, values, metadata: text }: ExportRecord): FileRecord {
  const parsed = parsedJson(text);
  const metadata: ReadonlyMap<string, Json> = parsed instanceof Map ? parsed : new Map();
  const named = fieldNames.text.map((key) => metadata.get(key)).find((value) => typeof value === "string");
  return { id, text: typeof named === "string" ? named : null, metadata: new Map(metadata), values };
}

function parsedJson(text: string | null): Json {
  try {
    return text === null ? null : fromJson(JSON.parse(text));
  } catch {
    return null;
  }
}
