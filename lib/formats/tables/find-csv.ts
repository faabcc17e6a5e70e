import { createReadStream } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream";
import { parse } from "csv-parse";
import { z } from "zod";
import type { FileRecord, FoundStore } from "../contract";
import { FormatError } from "../format-error";
import { type Columns, columnsAmong, recordOfRow } from "./row-record";

const rowSchema = z.record(z.string(), z.string());

/** A table of comma-separated values with a head. @throws FormatError when it has none, or no column of vectors or texts */
export async function findCsv(file: string, shown: string, chosen: Partial<Columns> = {}): Promise<FoundStore> {
  let columns: Columns | null = null;
  for await (const row of rowsIn(file)) {
    columns = columnsAmong([...row.keys()], chosen);
    break;
  }
  if (columns === null || (columns.values === null && columns.text === null))
    throw new FormatError("foreign", "The table has no column of vectors or texts by a usual name.");
  const found = columns;
  return {
    kind: "csv",
    format: "CSV",
    path: shown,
    collections: [
      {
        name: path.basename(file).replace(/\.[ct]sv$/, ""),
        within: null,
        dimension: null,
        metric: null,
        faults: found.values === null ? ["No column holds a vector."] : [],
        records: () => recordsIn(file, found),
      },
    ],
    close: async () => {},
  };
}

async function* recordsIn(file: string, columns: Columns): AsyncGenerator<FileRecord> {
  let index = 0;
  for await (const row of rowsIn(file)) yield recordOfRow(row, columns, index++);
}

async function* rowsIn(file: string): AsyncGenerator<Map<string, string>> {
  const source = createReadStream(file);
  const parser = parse({
    bom: true,
    columns: true,
    delimiter: file.endsWith(".tsv") ? "\t" : ",",
    skip_empty_lines: true,
  });
  pipeline(source, parser, () => {});
  try {
    for await (const row of parser) yield new Map(Object.entries(rowSchema.parse(row)));
  } catch (error) {
    throw new FormatError(
      "malformed",
      `The table can't be read: ${error instanceof Error ? error.message : "it is damaged"}.`,
    );
  } finally {
    source.destroy();
  }
}
