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
  const head = await headOf(file);
  if (head === null) throw new FormatError("foreign", "The file is empty.");
  const columns = columnsAmong(head, chosen);
  if (columns.values === null && columns.text === null)
    throw new FormatError("foreign", "The table has no column of vectors or texts by a usual name.");
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
        faults: columns.values === null ? ["No column holds a vector."] : [],
        records: () => recordsIn(file, columns),
      },
    ],
    close: async () => {},
  };
}

/** Names of the columns, also of a table without a row. */
async function headOf(file: string): Promise<string[] | null> {
  for await (const row of linesIn(file)) return refuseTwice(row);
  return null;
}

async function* recordsIn(file: string, columns: Columns): AsyncGenerator<FileRecord> {
  let index = 0;
  for await (const row of rowsIn(file)) yield recordOfRow(row, columns, index++);
}

async function* rowsIn(file: string): AsyncGenerator<Map<string, string>> {
  let head: string[] | null = null;
  for await (const row of linesIn(file)) {
    if (head === null) head = refuseTwice(row);
    else yield new Map(head.map((name, at) => [name, row[at] ?? ""]));
  }
}

/** The head among them. */
async function* linesIn(file: string): AsyncGenerator<string[]> {
  const source = Readable.from(textOf(file));
  // Not by names: a column may be called as what every object has.
  const parser = parse({ bom: true, delimiter: await delimiterOf(file), skip_empty_lines: true });
  pipeline(source, parser, () => {});
  try {
    for await (const read of parser) yield rowSchema.parse(read);
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
