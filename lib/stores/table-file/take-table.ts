import path from "node:path";
import type { FoundStore } from "@/lib/formats/contract";
import { FormatError } from "@/lib/formats/format-error";
import { findCsv } from "@/lib/formats/tables/find-csv";
import { findJsonLines } from "@/lib/formats/tables/find-jsonl";
import { findParquet } from "@/lib/formats/tables/find-parquet";
import type { Columns } from "@/lib/formats/tables/row-record";
import type { Metric } from "../contract";
import type { FileState } from "../files/file-index";
import type { HeadRules } from "../files/file-metadata";
import { placeOf } from "../files/place-of";
import { takeFiles } from "../files/take-files";

export type TableFileSettings = { path: string; columns: Partial<Columns>; rules: HeadRules; metric: Metric };

type Opener = (file: string, shown: string, chosen: Partial<Columns>) => Promise<FoundStore>;
const openers: Record<string, Opener> = {
  ".jsonl": findJsonLines,
  ".ndjson": findJsonLines,
  ".csv": findCsv,
  ".tsv": findCsv,
  ".parquet": findParquet,
};

/** The table that a file holds, at one moment. */
export async function takeTable({ path: named, columns, rules, metric }: TableFileSettings): Promise<FileState> {
  const file = await placeOf(named, "file");
  const name = path.basename(file);
  const opener = openers[path.extname(name).toLowerCase()];
  if (opener === undefined)
    throw new FormatError("foreign", `${name} is no table that is read: ${Object.keys(openers).join(", ")}.`);
  return takeFiles({
    place: file,
    folder: path.dirname(file),
    files: [file],
    candidates: [{ name, open: () => opener(file, name, columns) }],
    rules,
    metric,
  });
}
