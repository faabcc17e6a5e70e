import { lstat, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { FileCollection, FileMetric, FileRecord, FoundStore } from "../contract";
import { FormatError } from "../format-error";
import { findParquet } from "./find-parquet";

/** vdf-io's description of an export: its `VDFMeta`, as far as it is needed. */
const metaSchema = z.object({
  exported_from: z.string().default("an unnamed store"),
  indexes: z.record(
    z.string(),
    z.array(
      z.object({
        namespace: z.string().default(""),
        exported_vector_count: z.number().nullish(),
        dimensions: z.number().nullish(),
        data_path: z.string(),
        metric: z.string().nullish(),
      }),
    ),
  ),
});
type Part = z.infer<typeof metaSchema>["indexes"][string][number];

const mostMetaBytes = 16 * 2 ** 20;
const metrics: Record<string, FileMetric> = { cosine: "cosine", dot: "dotproduct", euclid: "euclidean" };

/** A folder that vdf-io exported (`VDF_META.json` and Parquet files). @throws FormatError */
export async function findVdf(folder: string, shown: string): Promise<FoundStore> {
  const file = path.join(folder, "VDF_META.json");
  if ((await lstat(file)).size > mostMetaBytes) throw new FormatError("too-large", "VDF_META.json is larger than any.");
  const meta = metaSchema.safeParse(parsedJson(await readFile(file, "utf8")));
  if (!meta.success) throw new FormatError("malformed", "VDF_META.json isn't one that vdf-io wrote.");
  const collections: FileCollection[] = [];
  for (const [index, parts] of Object.entries(meta.data.indexes))
    for (const part of parts) collections.push(await collectionOf(folder, index, part));
  return {
    kind: "vdf-folder",
    format: `vdf-io export of ${meta.data.exported_from}`,
    path: shown,
    collections,
    close: async () => {},
  };
}

async function collectionOf(folder: string, index: string, part: Part): Promise<FileCollection> {
  const files = await parquetIn(folder, part.data_path);
  const words = part.metric?.toLowerCase();
  return {
    name: part.namespace === "" ? "__default__" : part.namespace,
    within: index,
    dimension: part.dimensions ?? null,
    metric: words === undefined ? null : (metrics[words] ?? null),
    faults: words !== undefined && metrics[words] === undefined ? [`Its metric ${words} is not known.`] : [],
    records: () => recordsOf(files, part.exported_vector_count ?? null),
  };
}

/** Parquet files of the part's folder, in the order of their numbers. Links and places outside of the export are refused. */
async function parquetIn(folder: string, dataPath: string): Promise<string[]> {
  const parts = dataPath.split("/").filter((part) => part !== "" && part !== ".");
  if (path.isAbsolute(dataPath) || parts.includes("..") || dataPath.includes("\\"))
    throw new FormatError("refused", `VDF_META.json names ${JSON.stringify(dataPath)}, which leads out of the folder.`);
  let place = folder;
  for (const part of parts) {
    place = path.join(place, part);
    const found = await lstat(place).catch(() => null);
    if (found === null)
      throw new FormatError("truncated", `The folder ${dataPath}, which VDF_META.json names, is missing.`);
    if (!found.isDirectory())
      throw new FormatError("refused", `${dataPath} is a link or no folder, which isn't followed.`);
  }
  const entries = await readdir(place, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".parquet")).map(({ name }) => name);
  return names.sort(new Intl.Collator("en", { numeric: true }).compare).map((name) => path.join(place, name));
}

async function* recordsOf(files: readonly string[], announced: number | null): AsyncGenerator<FileRecord> {
  let seen = 0;
  for (const file of files) {
    const store = await findParquet(file, path.basename(file));
    for (const collection of store.collections)
      for await (const record of collection.records()) {
        seen++;
        yield record;
      }
    await store.close();
  }
  if (announced !== null && seen < announced)
    throw new FormatError("truncated", `VDF_META.json announces ${announced} records, and the files hold ${seen}.`);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
