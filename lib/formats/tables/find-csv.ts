import path from "node:path";
import { pipeline, Readable } from "node:stream";
import { parse } from "csv-parse";
import { z } from "zod";
import type { FileRecord, FoundStore } from "../contract";
import { FormatError } from "../format-error";
import { type Columns, columnsAmong, recordOfRow } from "./row-record";
import { linesOf, textOf } from "./text-lines";

const rowSchema = z.array(z.string());

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
        name: path.basename(file).replace(/\.[ct]sv(\.gz)?$/i, ""),
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
  const source = Readable.from(textOf(file));
  // Not by names: a column may be called as what every object has.
  const parser = parse({ bom: true, delimiter: await delimiterOf(file), skip_empty_lines: true });
  pipeline(source, parser, () => {});
  let head: string[] | null = null;
  try {
    for await (const read of parser) {
      const row = rowSchema.parse(read);
      if (head === null) head = refuseTwice(row);
      else yield new Map(head.map((name, at) => [name, row[at] ?? ""]));
    }
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError(
      "malformed",
      `The table can't be read: ${error instanceof Error ? error.message : "it is damaged"}.`,
    );
  } finally {
    source.destroy();
  }
}

function refuseTwice(head: string[]): string[] {
  const twice = head.find((name, at) => head.indexOf(name) !== at);
  if (twice === undefined) return head;
  throw new FormatError("malformed", `The table has two columns ${JSON.stringify(twice)}: which is meant isn't known.`);
}

/** By the head: a tab or a semicolon where it has some and no comma. */
async function delimiterOf(file: string): Promise<string> {
  for await (const line of linesOf(file)) {
    const bare = line.replace(/"[^"]*"/g, "");
    return ["\t", ";"].find((one) => bare.includes(one) && !bare.includes(",")) ?? ",";
  }
  return ",";
}
