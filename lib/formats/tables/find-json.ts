import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import type { FileRecord, FoundStore, Json } from "../contract";
import { fieldNames } from "../field-names";
import { FormatError } from "../format-error";
import { fromJson, losesDigits } from "./from-json";
import { type Columns, columnsAmong, recordOfRow } from "./row-record";

/** Bytes of a JSON file, which is read whole. One object a line (`.jsonl`) has no such limit. */
const mostBytes = 512 * 1024 * 1024;

/**
 * A list of objects in one JSON file, or an object of columns as Chroma's `collection.get()` answers it.
 * @throws FormatError `foreign` for JSON of something else
 */
export async function findJson(file: string, shown: string, chosen: Partial<Columns> = {}): Promise<FoundStore> {
  const { size } = await stat(file);
  if (size > mostBytes)
    throw new FormatError(
      "too-large",
      `${path.basename(file)} has more than 512 MB: write one object a line (.jsonl).`,
    );
  const { rows, columns } = await tableIn(file, chosen);
  if (columns.values === null && columns.text === null)
    throw new FormatError("foreign", "The JSON has no field of vectors or texts by a usual name.");
  return {
    kind: "json",
    format: "JSON",
    path: shown,
    collections: [
      {
        name: path.basename(file).replace(/\.json$/i, ""),
        within: null,
        dimension: null,
        metric: null,
        faults: columns.values === null ? ["No field holds a vector."] : [],
        async *records(): AsyncGenerator<FileRecord> {
          for (const [index, row] of rows.entries()) yield recordOfRow(row, columns, index);
        },
      },
    ],
    close: async () => {},
  };
}

async function tableIn(file: string, chosen: Partial<Columns>) {
  const text = (await readFile(file, "utf8")).replace(/^\ufeff/, "");
  let value: Json;
  try {
    value = fromJson(JSON.parse(text));
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError("malformed", `${path.basename(file)} is no JSON: it is cut off or damaged.`);
  }
  const rows = rowsOf(value);
  if (rows === null) throw new FormatError("foreign", "The JSON is no list of objects and no object of columns.");
  if (losesDigits(text))
    throw new FormatError("refused", "It holds an integer beyond 2^53, which would lose digits. Write it as a text.");
  return { rows, columns: columnsAmong([...new Set(rows.flatMap((row) => [...row.keys()]))], chosen) };
}

function rowsOf(value: Json): Map<string, Json>[] | null {
  if (Array.isArray(value)) {
    const rows = value.filter((row) => row instanceof Map);
    return rows.length === value.length && rows.length > 0 ? rows : null;
  }
  if (!(value instanceof Map)) return null;
  const wanted = Object.values(fieldNames).flat();
  const columns = [...value].flatMap(([name, column]) =>
    wanted.includes(name) && Array.isArray(column) ? [{ name, column }] : [],
  );
  const length = columns[0]?.column.length;
  if (length === undefined || columns.length < 2) return null;
  const other = columns.find(({ column }) => column.length !== length);
  if (other)
    throw new FormatError(
      "malformed",
      `Its columns differ in length: ${columns.map(({ name, column }) => `${column.length} ${name}`).join(", ")}.`,
    );
  return Array.from(
    { length },
    (_, row) => new Map(columns.map(({ name, column }): [string, Json] => [name, column[row] ?? null])),
  );
}
