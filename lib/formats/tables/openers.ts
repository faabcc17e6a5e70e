import type { FoundStore } from "../contract";
import { findCsv } from "./find-csv";
import { findJson } from "./find-json";
import { findJsonLines } from "./find-jsonl";
import { findParquet } from "./find-parquet";
import type { Columns } from "./row-record";

/** Opens a table, its columns as chosen or by their usual names. @throws FormatError */
export type TableOpener = (file: string, shown: string, chosen?: Partial<Columns>) => Promise<FoundStore>;

const byEnding: readonly (readonly [RegExp, TableOpener])[] = [
  [/\.(jsonl|ndjson)(\.gz)?$/i, findJsonLines],
  [/\.[ct]sv(\.gz)?$/i, findCsv],
  [/\.parquet$/i, findParquet],
  [/\.json$/i, findJson],
];

/** Endings in words, for those who named another file. */
export const tableEndings = ".jsonl, .ndjson, .csv, .tsv (each also with .gz), .json, .parquet";

/** What reads a table of this name; `undefined` where nothing does. */
export const openerOf = (name: string): TableOpener | undefined => byEnding.find(([ending]) => ending.test(name))?.[1];
