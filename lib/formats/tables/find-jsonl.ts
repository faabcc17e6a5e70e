import { createReadStream } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { FileRecord, FoundStore, Json } from "../contract";
import { FormatError } from "../format-error";
import { fromJson, losesDigits } from "./from-json";
import { type Columns, columnsAmong, recordOfRow } from "./row-record";

/** A file of one JSON object a line. @throws FormatError when its first line is none */
export async function findJsonLines(file: string, shown: string, chosen: Partial<Columns> = {}): Promise<FoundStore> {
  let columns: Columns | null = null;
  for await (const { row } of rowsIn(file)) {
    columns = columnsAmong([...row.keys()], chosen);
    break;
  }
  if (columns === null) throw new FormatError("foreign", "The file holds no line of JSON.");
  const found = columns;
  return {
    kind: "jsonl",
    format: "JSON lines",
    path: shown,
    collections: [
      {
        name: path.basename(file).replace(/\.(jsonl|ndjson)$/, ""),
        within: null,
        dimension: null,
        metric: null,
        faults: found.values === null ? ["No field of the first line holds a vector."] : [],
        records: () => recordsIn(file, found),
      },
    ],
    close: async () => {},
  };
}

async function* recordsIn(file: string, columns: Columns): AsyncGenerator<FileRecord> {
  for await (const { row, index } of rowsIn(file)) yield recordOfRow(row, columns, index);
}

async function* rowsIn(file: string): AsyncGenerator<{ row: Map<string, Json>; index: number }> {
  const stream = createReadStream(file);
  let index = 0;
  let number = 0;
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
      number++;
      if (line.trim() === "") continue;
      const row = rowOf(line, number);
      yield { row, index: index++ };
    }
  } finally {
    stream.destroy();
  }
}

function rowOf(line: string, number: number): Map<string, Json> {
  let value: Json;
  try {
    value = fromJson(JSON.parse(line));
  } catch {
    throw new FormatError("malformed", `Line ${number.toLocaleString("en-US")} is no JSON.`);
  }
  if (!(value instanceof Map))
    throw new FormatError("malformed", `Line ${number.toLocaleString("en-US")} is no JSON object.`);
  if (losesDigits(line))
    throw new FormatError(
      "refused",
      `Line ${number.toLocaleString("en-US")} holds an integer beyond 2^53, which would lose digits. Write it as a text.`,
    );
  return value;
}
