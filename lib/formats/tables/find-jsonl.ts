import path from "node:path";
import type { FileRecord, FoundStore, Json } from "../contract";
import { FormatError } from "../format-error";
import { fromJson, losesDigits } from "./from-json";
import { type Columns, columnsAmong, recordOfRow } from "./row-record";
import { linesOf } from "./text-lines";

/** Lines of which the names are looked at: fields that are empty may be left out of a line. */
const linesForNames = 100;

/** A file of one JSON object a line. @throws FormatError when its first line is none */
export async function findJsonLines(file: string, shown: string, chosen: Partial<Columns> = {}): Promise<FoundStore> {
  const names = await namesIn(file);
  if (names.size === 0) throw new FormatError("foreign", "The file holds no line of JSON.");
  const found = columnsAmong([...names], chosen);
  return {
    kind: "jsonl",
    format: "JSON lines",
    path: shown,
    collections: [
      {
        name: path.basename(file).replace(/\.(jsonl|ndjson)(\.gz)?$/i, ""),
        within: null,
        dimension: null,
        metric: null,
        faults: found.values === null ? ["No field of its first lines holds a vector."] : [],
        records: () => recordsIn(file, found),
      },
    ],
    close: async () => {},
  };
}

/** @throws FormatError for the first line; what is wrong with a later one is told where it is read */
async function namesIn(file: string): Promise<Set<string>> {
  const names = new Set<string>();
  try {
    for await (const { row, index } of rowsIn(file)) {
      for (const name of row.keys()) names.add(name);
      if (index + 1 === linesForNames) break;
    }
  } catch (error) {
    if (names.size === 0 || !(error instanceof FormatError)) throw error;
  }
  return names;
}

async function* recordsIn(file: string, columns: Columns): AsyncGenerator<FileRecord> {
  const complete = Object.values(columns).every((name) => name !== null);
  for await (const { row, index } of rowsIn(file))
    yield recordOfRow(row, complete ? columns : columnsOfRow(row, columns), index);
}

/** Fields may be left out of any number of lines before the first that has them. */
function columnsOfRow(row: ReadonlyMap<string, Json>, columns: Columns): Columns {
  const own = columnsAmong([...row.keys()]);
  return {
    id: columns.id ?? own.id,
    text: columns.text ?? own.text,
    values: columns.values ?? own.values,
    metadata: columns.metadata ?? own.metadata,
  };
}

async function* rowsIn(file: string): AsyncGenerator<{ row: Map<string, Json>; index: number }> {
  let index = 0;
  let number = 0;
  for await (const line of linesOf(file)) {
    number++;
    if (line.trim() === "") continue;
    yield { row: rowOf(line, number), index: index++ };
  }
}

/** Python writes `NaN` and `Infinity` unless it is told not to: JSON has neither. */
function noJson(line: string): string {
  const found = /(?<=[[,:]\s*)-?(?:NaN|Infinity)(?=\s*[\],}])/.exec(line)?.[0];
  return found === undefined ? "is no JSON." : `is no JSON: it holds ${found}, which JSON has no number for.`;
}

function rowOf(line: string, number: number): Map<string, Json> {
  let value: Json;
  try {
    value = fromJson(JSON.parse(line));
  } catch (error) {
    const words = error instanceof FormatError ? `can't be read. ${error.message}` : noJson(line);
    throw new FormatError("malformed", `Line ${number.toLocaleString("en-US")} ${words}`);
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
