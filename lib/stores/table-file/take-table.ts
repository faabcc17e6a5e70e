import path from "node:path";
import { FormatError } from "@/lib/formats/format-error";
import { openerOf, tableEndings } from "@/lib/formats/tables/openers";
import type { Columns } from "@/lib/formats/tables/row-record";
import type { Metric } from "../contract";
import type { FileState } from "../files/file-index";
import type { HeadRules } from "../files/file-metadata";
import { placeOf } from "../files/place-of";
import { takeFiles } from "../files/take-files";

export type TableFileSettings = { path: string; columns: Partial<Columns>; rules: HeadRules; metric: Metric };

/** The table that a file holds, at one moment. */
export async function takeTable({ path: named, columns, rules, metric }: TableFileSettings): Promise<FileState> {
  const file = await placeOf(named, "file");
  const name = path.basename(file);
  const opener = openerOf(name);
  if (opener === undefined) throw new FormatError("foreign", `${name} is no table that is read: ${tableEndings}.`);
  return takeFiles({
    place: file,
    folder: path.dirname(file),
    files: [file],
    candidates: [{ name, open: () => opener(file, name, columns) }],
    rules,
    metric,
  });
}
